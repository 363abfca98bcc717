import { AsyncLocalStorage } from 'node:async_hooks';
import { systemClock } from '../clock.ts';
import { fail, messageOf } from '../errors.ts';
import { type CrashListener, culpritOf } from '../loading/culprit.ts';
import { EXIT } from './exit.ts';
import type { Host } from './main.ts';
import { createOutput } from './output.ts';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/**
 * The process as the command line sees it; it lives until `exit`, which nothing else can call. The first SIGINT or SIGTERM asks
 * for an orderly end, the second ends at once. Errors that nobody caught go to whoever listens; without listener they end the
 * process. Whose they are is known from their stack, and from the plugin or configuration that started what they happened in.
 */
export function processHost(): Host & { readonly exit: (code: number) => never } {
  const exit = process.exit.bind(process);
  process.exit = (): never =>
    fail('EVCC_PLUGIN_FAILED', 'process.exit() was called, which would end the house: plugins call evcc.shutdown()');
  void systemClock.sleep(Number.POSITIVE_INFINITY);
  const stop = new AbortController();
  const listeners = new Set<CrashListener>();
  const owners = new AsyncLocalStorage<string>();
  const out = createOutput(process.stdout);
  const err = createOutput(process.stderr);
  const interrupt = (): void => {
    if (stop.signal.aborted) exit(EXIT.killed);
    stop.abort();
  };
  for (const name of SIGNALS) process.on(name, interrupt);
  process.on('uncaughtException', (error: unknown) => {
    const culprit = culpritOf(error, owners.getStore());
    if (listeners.size === 0) {
      const stack = error instanceof Error ? error.stack : String(error);
      const text = culprit === undefined ? stack : `${culprit}: an error that nobody caught: ${messageOf(error)}`;
      err.write(`${text}\n`);
      exit(culprit === undefined ? EXIT.bug : EXIT.config);
    }
    for (const listener of listeners) listener(error, culprit);
  });
  return {
    directory: process.cwd(),
    env: process.env,
    clock: systemClock,
    signal: stop.signal,
    ...(process.stderr.isTTY && { columns: process.stderr.columns }),
    colors: process.stdout.isTTY,
    out: out.write,
    err: err.write,
    log: out.log,
    written: async () => (await out.drained(stop.signal)) ?? (await err.drained(stop.signal)),
    runAs: (owner, work) => owners.run(owner, work),
    async risking(work) {
      // A house that runs has to be ended in order.
      if (listeners.size > 0) return await work();
      for (const name of SIGNALS) process.off(name, interrupt);
      try {
        return await work();
      } finally {
        for (const name of SIGNALS) process.on(name, interrupt);
      }
    },
    exit,
    onCrash(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
