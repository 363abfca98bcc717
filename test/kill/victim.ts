import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { WebSocket } from 'ws';

const CLI = fileURLToPath(new URL('../../core/cli.js', import.meta.url));

/** The program as a process that is going to be killed, and what it told until then. */
export class Victim {
  readonly #child: ChildProcess;
  readonly #url: string;
  #said = '';
  #live: WebSocket | undefined;
  #ready = false;
  /** Wh that each loadpoint told of its session, as often as the value changed */
  readonly energies: readonly number[][] = [[], []];

  constructor(directory: string, port: number) {
    this.#url = `http://127.0.0.1:${port}`;
    this.#child = spawn(process.execPath, [CLI], { cwd: directory, stdio: ['ignore', 'pipe', 'pipe'] });
    const end = (): void => void this.#child.kill('SIGKILL');
    process.once('exit', end);
    this.#child.once('exit', () => process.off('exit', end));
    const hear = (chunk: Buffer): void => {
      this.#said += chunk.toString();
      this.#ready ||= this.#said.includes('Stop with Ctrl+C.');
    };
    this.#child.stdout?.on('data', hear);
    this.#child.stderr?.on('data', hear);
  }

  get isReady(): boolean {
    return this.#ready;
  }

  get isOver(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** What it printed */
  get said(): string {
    return this.#said;
  }

  async kill(): Promise<void> {
    const gone = this.isOver ? undefined : once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await gone;
    this.#live?.terminate();
  }

  /** The published state. */
  async state(): Promise<Readonly<Record<string, unknown>>> {
    const response = await fetch(`${this.#url}/api/state`);
    const text = await response.text();
    if (!response.ok) throw new Error(`the state is ${response.status} ${text}`);
    return (JSON.parse(text) as { result: Readonly<Record<string, unknown>> }).result;
  }

  /** Whether a setting was acknowledged; rejects when the process is gone. */
  async set(path: string): Promise<boolean> {
    const response = await fetch(`${this.#url}/api/${path}`, { method: 'POST' });
    await response.arrayBuffer();
    return response.ok;
  }

  /** Listens to what is published from now on. */
  async watch(): Promise<void> {
    const live = new WebSocket(`${this.#url.replace('http', 'ws')}/ws`);
    this.#live = live;
    live.on('error', () => {});
    live.on('message', (data) => {
      const values = JSON.parse(String(data)) as Readonly<Record<string, unknown>>;
      for (const [index, told] of this.energies.entries()) {
        const energy = values[`loadpoints.${index}.chargedEnergy`];
        if (typeof energy === 'number' && energy > 0 && energy !== told.at(-1)) told.push(energy);
      }
    });
    await Promise.race([once(live, 'open'), once(this.#child, 'exit')]);
  }
}
