import { type ChildProcess, spawn } from 'node:child_process';
import type { ScriptOptions } from '../options.ts';
import { type Message, oneLine, type Service, type ServiceContext } from '../service.ts';

/** Characters of what it says last that are shown when it fails */
const LONGEST_OUTPUT = 300;

/**
 * A program that gets title and message as its last arguments, and as `EVCC_TITLE` and `EVCC_MESSAGE`. It is killed with all
 * that it started when it takes too long.
 */
export function createScript(options: ScriptOptions, context: ServiceContext): Service[] {
  const { command, args = [], shell = false, timeout = 30 } = options;
  const send: Service['send'] = (message, signal) => {
    const { title, text } = message;
    const last = [...args, title, text].map((argument) => argument.replaceAll('\0', ''));
    // As parameters, nothing in a message is ever read as a command.
    const [file, given] = shell ? ['/bin/sh', ['-c', command, 'evcc', ...last]] : [command, last];
    const child = spawn(file, given, {
      cwd: context.directory,
      env: { ...process.env, ...environment(message) },
      stdio: ['ignore', 'ignore', 'pipe'],
      // A group of its own, so that what it started can be killed with it.
      detached: true,
    });
    const said = lastWords(child);
    // What it left running may hold its output open.
    const end = (): void => void child.stderr?.destroy();
    const kill = (): void => {
      killGroup(child);
      end();
    };
    signal.addEventListener('abort', kill, { once: true });
    return new Promise<void>((resolve, reject) => {
      child.once('error', ({ code }: NodeJS.ErrnoException) => {
        reject(new Error(`it cannot be run (${code ?? 'unknown'})`));
      });
      child.once('exit', (code) => {
        if (code === 0) resolve();
      });
      // Until then it may still say why.
      child.once('close', (code, killedBy) => {
        const why = oneLine(said(), LONGEST_OUTPUT);
        const how = code === null ? `was ended by ${killedBy}` : `ended with code ${code}`;
        reject(new Error(`it ${how}${why && `: ${why}`}`));
      });
    }).finally(() => {
      signal.removeEventListener('abort', kill);
      end();
    });
  };
  return [{ name: context.name, timeout: timeout * 1_000, once: true, send }];
}

function environment({ event, title, text, values }: Message): Record<string, string> {
  const loadpoint = values.get('loadpoint')?.value;
  return {
    EVCC_EVENT: event,
    EVCC_TITLE: title.replaceAll('\0', ''),
    EVCC_MESSAGE: text.replaceAll('\0', ''),
    EVCC_LOADPOINT: loadpoint === undefined ? '' : String(loadpoint),
  };
}

/** What it wrote to its standard error last; the rest is thrown away. */
function lastWords({ stderr }: ChildProcess): () => string {
  let said = '';
  stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-LONGEST_OUTPUT);
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
