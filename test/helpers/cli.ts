import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const CLI = fileURLToPath(new URL('../../core/cli.js', import.meta.url));

export interface CliOptions {
  readonly args?: readonly string[];
  readonly directory: string;
  readonly env?: Readonly<Record<string, string>>;
  /** It serves several tests; whoever started it ends it */
  readonly lasting?: boolean;
}

export interface Ended {
  /** `null`: ended by a signal */
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** The program as a process of its own; it is ended with the test, unless it shall last. */
export class Cli {
  readonly #child: ChildProcess;
  readonly #ended: Promise<Ended>;
  #out = '';
  #err = '';
  #waiting: (() => void)[] = [];
  #code: number | null | undefined;

  constructor({ args = [], directory, env = {}, lasting = false }: CliOptions) {
    const { PATH = '', HOME = '', NODE_COMPILE_CACHE } = process.env;
    const cache = NODE_COMPILE_CACHE === undefined ? {} : { NODE_COMPILE_CACHE };
    this.#child = spawn(process.execPath, [CLI, ...args], {
      cwd: directory,
      env: { PATH, HOME, ...cache, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    if (!lasting) onTestFinished(() => void this.#child.kill('SIGKILL'));
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => this.#add(text, ''));
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => this.#add('', text));
    this.#ended = new Promise((resolve) => {
      this.#child.on('close', (code) => {
        this.#code = code;
        resolve({ code, out: this.#out, err: this.#err });
        this.#add('', '');
      });
    });
  }

  get out(): string {
    return this.#out;
  }

  /** Resolves when the program has said something like it. Rejects when it ended without. */
  async says(text: string | RegExp): Promise<void> {
    const has = () => (typeof text === 'string' ? this.#out.includes(text) : text.test(this.#out));
    while (!has()) {
      if (this.#code !== undefined)
        throw new Error(`ended with ${this.#code} without ${text}:\n${this.#out}${this.#err}`);
      await new Promise<void>((resolve) => void this.#waiting.push(resolve));
    }
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  ended(): Promise<Ended> {
    return this.#ended;
  }

  #add(out: string, err: string): void {
    this.#out += out;
    this.#err += err;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}

/** Runs the program to its end. */
export function runCli(options: CliOptions): Promise<Ended> {
  return new Cli(options).ended();
}
