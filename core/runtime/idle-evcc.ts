import { time } from '../clock.ts';
import { createCollection } from '../collection.ts';
import { NO_CONFIGURATION } from '../configuration.ts';
import { fail } from '../errors.ts';
import { DECIDE_STAGES } from '../hooks.ts';
import type { SharedEvcc } from '../loading/plugin-scope.ts';
import type { Logger } from '../log.ts';
import { createServices } from '../services.ts';
import type { Setting } from '../settings.ts';
import { createState } from '../state.ts';
import { createMemoryStore } from '../store.ts';
import { NO_SYSTEM } from '../system.ts';
import { SETTINGS } from './settings-table.ts';

/** What a plugin gets where no house runs: it can define and tap, time stands still, and nothing leads outside. */
export function idleEvcc(
  { log, directory, version }: { readonly log: Logger; readonly directory: string; readonly version: string },
  hooks: SharedEvcc['hooks'],
): SharedEvcc {
  const state = createState();
  const rows: Setting[] = [...SETTINGS];
  const add = (row: Setting): (() => void) => {
    rows.push(row);
    return () => void rows.splice(rows.indexOf(row), 1);
  };
  const nothing = (): void => {};
  return {
    hooks,
    stages: { decide: DECIDE_STAGES },
    settings: {
      add,
      define: add,
      rows: () => rows,
      get: () => undefined,
      execute: async () => fail('EVCC_COMMAND_INVALID', 'no house runs that could be changed'),
    },
    queries: createCollection(),
    pages: createCollection(),
    services: createServices(),
    state,
    store: createMemoryStore(),
    decisions: { current: () => undefined, changes: () => undefined },
    log,
    clock: { now: () => 0, after: () => () => {}, sleep: () => new Promise(() => {}) },
    time,
    version,
    directory,
    publish: nothing,
    raise: nothing,
    requestCycle: nothing,
    configuration: NO_CONFIGURATION,
    system: NO_SYSTEM,
    healthy: () => true,
    announce: nothing,
    shutdown: nothing,
    onLog: () => nothing,
    fail,
  };
}
