import { type ChildProcess, spawn } from 'node:child_process';

/** A program to run, for whatever lets users run their own. */
export interface Script {
  /** A path, or a name that is looked for as the shell does; with `shell` a command line */
  readonly command: string;
  readonly args: readonly string[];
  /** Has the shell run the command; the arguments are its parameters, which are never read as commands. */
  readonly shell: boolean;
  /** Where it runs */
  readonly directory: string;
  /** Besides that of this process */
  readonly environment?: Readonly<Record<string, string>>;
  /** Bytes of output that may come; absent: output is thrown away, and what it left running in the background runs on */
  readonly output?: number;
}

/** Characters of what it says last that are shown when it fails */
const LONGEST_ERROR = 300;

/**
 * Runs a script and gives what it wrote to its standard output. It is killed with all that it started when the signal is
 * aborted or it writes too much. Errors: a sentence such as `it ended with code 3: no such device`, with the last of what it
 * wrote to its standard error.
 */
export async function runScript(script: Script, signal: AbortSignal): Promise<string> {
  const { command, shell, directory, environment, output } = script;
  if (signal.aborted) throw new Error('there was no time left to run it');
  const args = script.args.map((argument) => argument.replaceAll('\0', ''));
  const [file, given] = shell ? ['/bin/sh', ['-c', command, 'evcc', ...args]] : [command, args];
  const child = spawn(file, given, {
    cwd: directory,
    env: { ...process.env, ...environment },
    stdio: ['ignore', output === undefined ? 'ignore' : 'pipe', 'pipe'],
    // A group of its own, so that what it started can be killed with it.
    detached: true,
  });
  const said = lastWords(child);
  const chunks: Buffer[] = [];
  let size = 0;
  const end = (): void => {
    child.stderr?.destroy();
    child.stdout?.destroy();
  };
  const kill = (): void => {
    killGroup(child);
    end();
  };
  child.stdout?.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > (output ?? 0)) kill();
    else chunks.push(chunk);
  });
  signal.addEventListener('abort', kill, { once: true });
  try {
    return await new Promise<string>((resolve, reject) => {
      const fail = (why: string): void => reject(new Error(why));
      child.once('error', ({ code }: NodeJS.ErrnoException) => fail(`it cannot be run (${code ?? 'unknown'})`));
      // What it left running may hold its output open.
      if (output === undefined) child.once('exit', (code) => code === 0 && resolve(''));
      // Until then it may still say something.
      child.once('close', (code, killedBy) => {
        if (size > (output ?? 0)) return fail(`it wrote more than ${output} bytes`);
        if (code === 0 && !signal.aborted) return resolve(Buffer.concat(chunks).toString());
        const why = said()
          .replaceAll(/[\s\p{Cc}]+/gu, ' ')
          .trim();
        fail(`it ${code === null ? `was ended by ${killedBy}` : `ended with code ${code}`}${why && `: ${why}`}`);
      });
    });
  } finally {
    signal.removeEventListener('abort', kill);
    end();
  }
}

/** What it wrote to its standard error last; the rest is thrown away. */
function lastWords({ stderr }: ChildProcess): () => string {
  let said = '';
  stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-LONGEST_ERROR);
  });
  return () => said;
}

function killGroup(child: ChildProcess): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It is over already.
  }
}
