import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { CommandContext } from '../../../core/index.ts';
import { describe, type Read } from '../../shared/series/csv.ts';
import { type Profile, parseProfile } from '../../shared/series/profile-file.ts';
import { type ChargingSession, parseSessions } from '../../shared/series/sessions-file.ts';
import type { Request } from './arguments.ts';

/** Reads the files of a simulation and chooses the part that is asked for. Errors: `EVCC_CONFIG_INVALID`. */

export interface Inputs {
  /** Absolute path of the profile */
  readonly profileFile: string;
  readonly profile: Profile;
  /** ms since the epoch of the first slot, and of the end of the last one */
  readonly from: number;
  readonly to: number;
  /** Those that lie within, in the order of time; absent: no file was given */
  readonly sessions?: readonly ChargingSession[];
  /** All that the chosen sessions are of, also of those outside */
  readonly cars: readonly string[];
  /** How many sessions of the chosen cars lie outside, in full or in part */
  readonly leftOut: number;
}

export async function readInputs(request: Request, context: CommandContext): Promise<Inputs> {
  const profileFile = resolve(context.directory, request.profile);
  const profile = await read(profileFile, context, (text) => parseProfile(text, context.time.parse));
  const end = profile.start + profile.load.length * profile.slot;
  const from = bound('--from', request.from, profile.start, profile, end, context);
  const to = bound('--to', request.to, end, profile, end, context);
  if (to <= from) context.fail('EVCC_CONFIG_INVALID', '--to must be later than --from');
  const all = await readSessions(request, context);
  const sessions = all?.filter((session) => session.plugIn >= from && session.plugOut <= to);
  return {
    profileFile,
    profile,
    from,
    to,
    cars: [...new Set(all?.map((session) => session.car))],
    leftOut: (all?.length ?? 0) - (sessions?.length ?? 0),
    ...(sessions && { sessions }),
  };
}

async function readSessions(
  request: Request,
  context: CommandContext,
): Promise<readonly ChargingSession[] | undefined> {
  if (request.sessions === undefined) return undefined;
  const file = resolve(context.directory, request.sessions);
  const all = await read(file, context, (text) => parseSessions(text, context.time.parse));
  const { car } = request;
  if (car === undefined) return all;
  const chosen = all.filter((session) => session.car === car);
  if (chosen.length > 0) return chosen;
  const cars = [...new Set(all.map((session) => session.car))].join(', ');
  return context.fail('EVCC_CONFIG_INVALID', `--car "${car}" has no session in ${file}, which has those of ${cars}`);
}

async function read<T>(file: string, context: CommandContext, parse: (text: string) => Read<T>): Promise<T> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) =>
    context.fail('EVCC_CONFIG_INVALID', `${file} cannot be read: ${reason(cause)}`, { cause }),
  );
  const result = parse(text);
  if ('value' in result) return result.value;
  return context.fail('EVCC_CONFIG_INVALID', result.problems.map((problem) => describe(file, problem)).join('\n'));
}

function reason(cause: unknown): string {
  const code = (cause as { readonly code?: unknown } | null)?.code;
  if (code === 'ENOENT') return 'there is no such file';
  return code === 'EISDIR' ? 'it is a folder' : String(code);
}

/** ms since the epoch of a border of the simulated time: the beginning or end of a slot of the profile. */
function bound(
  option: string,
  text: string | undefined,
  preset: number,
  { start, slot }: Profile,
  end: number,
  { time, fail }: CommandContext,
): number {
  if (text === undefined) return preset;
  const at =
    time.parse(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text) ??
    fail('EVCC_CONFIG_INVALID', `${option} "${text}" is no time: write 2023-04-01 or 2023-04-01T06:00:00Z`);
  if (at < start || at > end) {
    const covered = `${time.format(start)} to ${time.format(end)}`;
    fail('EVCC_CONFIG_INVALID', `${option} ${text} is beyond the profile, which covers ${covered}`);
  }
  if ((at - start) % slot !== 0) {
    fail(
      'EVCC_CONFIG_INVALID',
      `${option} ${text} is not the beginning of a slot; there is one every ${slot / 60_000} min`,
    );
  }
  return at;
}
