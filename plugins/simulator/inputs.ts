import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Evcc } from '../../core/index.ts';
import { describe, type Read } from '../shared/series/csv.ts';
import { type Profile, parseProfile } from '../shared/series/profile-file.ts';
import { parseSessions } from '../shared/series/sessions-file.ts';
import type { Stay } from './agenda.ts';
import type { SimulatorOptions } from './options.ts';

/** Brings in what the section of the configuration refers to. Errors: `EVCC_CONFIG_INVALID`, with file, line and column. */

type Host = Pick<Evcc, 'fail' | 'time' | 'directory'>;

export async function readProfile(profile: SimulatorOptions['profile'], host: Host): Promise<Profile | undefined> {
  if (profile === undefined) return undefined;
  if (typeof profile === 'string') return await read(profile, host, (text) => parseProfile(text, host.time.parse));
  const { load, pv, price } = profile;
  if (pv.length !== load.length || price.length !== load.length) {
    const counts = `${load.length}, ${pv.length} and ${price.length}`;
    host.fail(
      'EVCC_CONFIG_INVALID',
      `simulator.profile: load, pv and price have ${counts} values instead of as many each`,
    );
  }
  return { start: time(profile.start, 'simulator.profile.start', host), slot: profile.slot * 1_000, load, pv, price };
}

/** Stays by car, in the order of time. */
export async function readStays(
  sessions: SimulatorOptions['sessions'],
  host: Host,
): Promise<ReadonlyMap<string, readonly Stay[]>> {
  const list =
    typeof sessions === 'string'
      ? await read(sessions, host, (text) => parseSessions(text, host.time.parse))
      : (sessions ?? []).map(({ car, plugIn, plugOut, energy }, index) => ({
          car,
          plugIn: time(plugIn, `simulator.sessions[${index}].plugIn`, host),
          plugOut: time(plugOut, `simulator.sessions[${index}].plugOut`, host),
          energy: energy * 1_000,
        }));
  const stays = new Map<string, Stay[]>();
  for (const { car, ...stay } of list.toSorted((a, b) => a.plugIn - b.plugIn)) {
    const before = stays.get(car)?.at(-1);
    if (stay.plugOut <= stay.plugIn || (before && stay.plugIn < before.plugOut)) {
      host.fail('EVCC_CONFIG_INVALID', `simulator.sessions: those of ${car} end before they begin, or overlap`);
    }
    stays.set(car, [...(stays.get(car) ?? []), stay]);
  }
  return stays;
}

async function read<T>(file: string, host: Host, parse: (text: string) => Read<T>): Promise<T> {
  const path = resolve(host.directory, file);
  const text = await readFile(path, 'utf8').catch((cause: unknown) =>
    host.fail('EVCC_CONFIG_INVALID', `${path} cannot be read`, { cause }),
  );
  const result = parse(text);
  if ('value' in result) return result.value;
  return host.fail('EVCC_CONFIG_INVALID', result.problems.map((problem) => describe(path, problem)).join('\n'));
}

function time(text: string, where: string, { time, fail }: Host): number {
  return time.parse(text) ?? fail('EVCC_CONFIG_INVALID', `${where}: "${text}" is no RFC 3339 time`);
}
