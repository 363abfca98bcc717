import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { freePort } from './free-port.ts';

const CONFIG = 'mosquitto.conf';

/** A running Mosquitto of this test alone. */
export interface Mosquitto {
  readonly port: number;
  /** `mqtt://127.0.0.1:<port>` */
  readonly url: string;
  /** Ends the broker; resolves when the process is gone. Harmless when it is stopped already. */
  stop(): Promise<void>;
  /** Starts it on the same port, ending it first if it still runs; what it had retained is gone. */
  restart(): Promise<void>;
}

export interface MosquittoOptions {
  /** Without it everybody may connect. */
  readonly user?: string;
  /** Asks for this password, of `user` or, if absent, of the user `evcc` */
  readonly password?: string;
  /** Absent: a free one */
  readonly port?: number;
}

/** Starts Debian's `mosquitto` on loopback, with a configuration of its own. Throws when it is not installed. */
export async function startMosquitto(options: MosquittoOptions = {}): Promise<Mosquitto> {
  const port = options.port ?? (await freePort());
  let directory = await configure(options, port);
  let broker = await start(directory, port);
  const stop = async () => {
    await end(broker);
    await rm(directory, { recursive: true, force: true });
  };
  return {
    port,
    url: `mqtt://127.0.0.1:${port}`,
    stop,
    restart: async () => {
      await stop();
      directory = await configure(options, port);
      broker = await start(directory, port);
    },
  };
}

/** Writes what the broker needs into a new folder. */
async function configure(options: MosquittoOptions, port: number): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'evcc-mosquitto-'));
  const lines = [`listener ${port} 127.0.0.1`, 'persistence false', 'log_type error', 'log_type warning'];
  if (options.password === undefined) lines.push('allow_anonymous true');
  else {
    const passwords = join(directory, 'passwords');
    await writeFile(passwords, '', { mode: 0o600 });
    await run('mosquitto_passwd', ['-b', passwords, options.user ?? 'evcc', options.password]);
    lines.push('allow_anonymous false', `password_file ${passwords}`);
  }
  // Started as root, mosquitto would change to a user that cannot read the folder.
  if (process.getuid?.() === 0) lines.push('user root');
  await writeFile(join(directory, CONFIG), `${lines.join('\n')}\n`);
  return directory;
}

async function start(directory: string, port: number): Promise<ChildProcess> {
  const broker = launch('mosquitto', ['-c', join(directory, CONFIG)]);
  // A test that fails may not come to its end: the broker must not outlive the process.
  const kill = () => void broker.kill();
  process.once('exit', kill);
  broker.once('exit', () => process.off('exit', kill));
  let said = '';
  broker.stderr?.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const failure = new Promise<never>((_, reject) => {
    broker.once('error', (error: NodeJS.ErrnoException) => reject(explain('mosquitto', error)));
    broker.once('exit', (code) => reject(new Error(`mosquitto ended with ${code}: ${said.trim()}`)));
  });
  let over = false;
  failure.catch(() => {
    over = true;
  });
  await Promise.race([failure, accepting(port, () => over)]);
  return broker;
}

async function end(broker: ChildProcess): Promise<void> {
  if (broker.exitCode !== null || broker.signalCode !== null) return;
  const gone = once(broker, 'exit');
  broker.kill('SIGTERM');
  await gone;
}

async function run(command: string, args: readonly string[]): Promise<void> {
  const child = launch(command, args);
  const failed = once(child, 'error').then(([error]) => Promise.reject(explain(command, error as Error)));
  const [code] = (await Promise.race([once(child, 'exit'), failed])) as [number | null];
  if (code !== 0) throw new Error(`${command} ended with ${code}`);
}

/** Debian puts daemons into `sbin`, which is not in everybody's path. */
function launch(command: string, args: readonly string[]): ChildProcess {
  const path = [process.env.PATH ?? '', '/usr/sbin', '/usr/local/sbin', '/opt/homebrew/sbin'].join(delimiter);
  return spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, PATH: path } });
}

function explain(command: string, error: NodeJS.ErrnoException): Error {
  if (error.code !== 'ENOENT') return error;
  return new Error(`${command} is not installed; on Debian: apt-get install mosquitto`, { cause: error });
}

/** Resolves as soon as something takes connections on the port, or when that is over. */
async function accepting(port: number, over: () => boolean): Promise<void> {
  while (!over()) {
    const socket = connect(port, '127.0.0.1');
    const open = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true));
      socket.once('error', () => resolve(false));
    });
    socket.destroy();
    if (open) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
