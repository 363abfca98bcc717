import { main } from '../../core/cli/main.ts';
import { type Clock, systemClock } from '../../core/clock.ts';

/** A house with one simulated loadpoint, a vehicle, and its database in the same folder */
export const SMALL_HOUSE = {
  rest: false,
  database: { type: 'sqlite', file: 'house.db' },
  meters: { grid: { type: 'simulator', usage: 'grid' } },
  chargers: { left: { type: 'simulator' } },
  vehicles: { ev6: { type: 'offline', title: 'EV6' } },
  site: { title: 'Home', meters: { grid: 'grid' } },
  loadpoints: [{ title: 'Garage', name: 'garage', charger: 'left' }],
};

/** What a command did. */
export interface CommandResult {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command line of this program in a folder. */
export function runCommand(directory: string, ...args: readonly string[]): Promise<CommandResult> {
  return runCommandBy(systemClock, directory, ...args);
}

/** As `runCommand`, by another clock. */
export async function runCommandBy(
  clock: Clock,
  directory: string,
  ...args: readonly string[]
): Promise<CommandResult> {
  let out = '';
  let err = '';
  const code = await main(args, {
    directory,
    env: {},
    clock,
    signal: new AbortController().signal,
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    onCrash: () => () => {},
  });
  return { code, out, err };
}
