import { systemClock } from '../clock.ts';
import { EXIT } from './exit.ts';
import type { Host } from './main.ts';

/**
 * The process as the command line sees it. The first SIGINT or SIGTERM asks for an orderly end, the second ends at once.
 * Errors that nobody caught go to whoever listens; without listener they end the process.
 */
export function processHost(): Host {
  const stop = new AbortController();
  const listeners = new Set<(error: unknown) => void>();
  const interrupt = (): void => {
    if (stop.signal.aborted) process.exit(EXIT.killed);
    stop.abort();
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  process.on('uncaughtException', (error: unknown) => {
    if (listeners.size === 0) {
      process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
      process.exit(EXIT.bug);
    }
    for (const listener of listeners) listener(error);
  });
  return {
    directory: process.cwd(),
    env: process.env,
    clock: systemClock,
    signal: stop.signal,
    ...(process.stderr.isTTY && { columns: process.stderr.columns }),
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    onCrash(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
