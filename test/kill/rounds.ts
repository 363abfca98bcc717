import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Store } from '../../core/index.ts';
import { freePort } from '../helpers/free-port.ts';
import { type Chargers, startChargers } from './chargers.ts';
import { Victim } from './victim.ts';

/** Kills a house under load again and again, and looks at what is left of what it had acknowledged. */

export interface KillOptions {
  readonly rounds: number;
  /** Chooses the moments */
  readonly seed: number;
  /** A folder of its own */
  readonly directory: string;
  /** The entry `database` of the configuration */
  readonly database: object;
  /** Opens that database to read it. */
  readonly look: () => Promise<Store>;
  readonly progress?: (text: string) => void;
}

export interface KillResult {
  readonly kills: number;
  /** Kills before the house had said that it runs */
  readonly duringStart: number;
  /** Settings that were acknowledged */
  readonly acknowledged: number;
  /** Sessions that were told of when the house was killed */
  readonly sessions: number;
  /** Cycles of a session that were told of, but not stored, at most */
  readonly cyclesLost: number;
  /** What should not have happened; empty: all is well */
  readonly failures: readonly string[];
}

/** Settings that clients change all the time, and where the state shows them. */
const SETTINGS: readonly { readonly path: string; readonly shown: (state: Shown) => unknown }[] = [
  { path: 'residualpower', shown: (state) => state.residualPower },
  { path: 'smartcostlimit', shown: (state) => state.smartCostLimit },
  { path: 'loadpoints/1/enable/threshold', shown: (state) => state.loadpoints[0]?.enableThreshold },
  { path: 'loadpoints/2/disable/threshold', shown: (state) => state.loadpoints[1]?.disableThreshold },
];

interface Shown extends Readonly<Record<string, unknown>> {
  readonly loadpoints: readonly Readonly<Record<string, unknown>>[];
}

const TITLES = ['Left', 'Right'];
/** ms that a start may take on a busy machine */
const PATIENCE = 120_000;
/** ms, latest moments of a kill: of a start, and under load */
const LATEST_START = 1_500;
const LATEST = 2_500;

/** What clients know of a setting: acknowledged, and sent without answer. */
interface Known {
  acknowledged?: number;
  pending?: number;
}

export async function killHouse(options: KillOptions): Promise<KillResult> {
  const { rounds, directory, progress } = options;
  const random = createRandom(options.seed);
  const port = await freePort();
  const chargers = await startChargers();
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'evcc.config.json'), JSON.stringify(configOf(port, options.database, chargers)));
  const known: Known[] = SETTINGS.map(() => ({}));
  const failures: string[] = [];
  let [duringStart, acknowledged, sessions, cyclesLost, count] = [0, 0, 0, 0, 0];

  for (let kills = 0; kills < rounds; kills += 1) {
    const victim = new Victim(directory, port);
    const round = `round ${kills + 1}, seed ${options.seed}`;
    if (kills > 0 && random() < 0.2) {
      await setTimeout(random() * LATEST_START);
      await victim.kill();
      duringStart += 1;
      continue;
    }
    if (!(await started(victim))) {
      failures.push(`${round}: it did not start again: ${victim.said.slice(-500)}`);
      await victim.kill();
      break;
    }
    const state = (await victim.state()) as Shown;
    for (const [index, { path, shown }] of SETTINGS.entries()) {
      const { acknowledged: last, pending } = known[index] ?? {};
      const value = shown(state);
      if (last !== undefined && value !== last && value !== pending) {
        failures.push(`${round}: ${path} is ${String(value)}, though ${last} was acknowledged`);
      }
      known[index] = { ...(typeof value === 'number' && last !== undefined && { acknowledged: value }) };
    }
    await victim.watch();
    // Their requests end with the process.
    const clients = Promise.allSettled(
      SETTINGS.map(async ({ path }, index) => {
        const own = known[index] ?? {};
        for (;;) {
          // Within the range of every one of them.
          count = (count % 5_000) + 1;
          const value = count;
          own.pending = value;
          if (!(await victim.set(`${path}/${value}`))) return failures.push(`${round}: ${path}/${value} was refused`);
          own.acknowledged = value;
          acknowledged += 1;
        }
      }),
    );
    await setTimeout(random() * LATEST);
    await victim.kill();
    await clients;

    const store = await options.look();
    const rows = await store.sessions.list();
    await store.close();
    for (const [index, title] of TITLES.entries()) {
      const told = victim.energies[index] ?? [];
      if (told.length === 0) continue;
      sessions += 1;
      const energy = rows.find(({ loadpoint }) => loadpoint === title)?.energy ?? 0;
      // What is told is rounded.
      const lost = told.filter((value) => value > energy + 0.01).length;
      cyclesLost = Math.max(cyclesLost, lost);
      if (lost > 1)
        failures.push(`${round}: ${title} has ${energy} Wh, though it told of ${told.slice(-3).join(', ')}`);
    }
    progress?.(
      `${kills + 1} of ${rounds}: ${acknowledged} settings, ${sessions} sessions, ${failures.length} failures`,
    );
  }
  const last = new Victim(directory, port);
  if (failures.length === 0 && !(await started(last)))
    failures.push(`it did not start at last: ${last.said.slice(-500)}`);
  await last.kill();
  chargers.close();
  return { kills: rounds, duringStart, acknowledged, sessions, cyclesLost, failures };
}

async function started(victim: Victim): Promise<boolean> {
  for (let waited = 0; waited < PATIENCE && !victim.isOver; waited += 20) {
    if (victim.isReady) return true;
    await setTimeout(20);
  }
  return victim.isReady;
}

/** Two cars that charge at full power, with a cycle every second. */
function configOf(port: number, database: object, { entries: [left, right] }: Chargers): object {
  return {
    interval: 1,
    log: 'warn',
    rest: { port, host: '127.0.0.1' },
    database,
    meters: { grid: { type: 'custom', power: { source: 'constant', value: 25_000 } } },
    chargers: { left, right },
    site: { meters: { grid: 'grid' } },
    loadpoints: [
      { title: TITLES[0], charger: 'left', mode: 'now' },
      { title: TITLES[1], charger: 'right', mode: 'now' },
    ],
  };
}

/** Uniform in [0, 1): a linear congruential generator with the constants of Numerical Recipes, 2nd edition, 7.1. */
function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
