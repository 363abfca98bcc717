import type { CommandContext, Decider, Reason, Time } from '../../../core/index.ts';
import { compare, type Difference } from './compare.ts';
import { local } from './local.ts';
import { readRecordings } from './read.ts';

/** Decides every recorded cycle again. */

export interface Outcome {
  readonly cycles: number;
  /** RFC 3339 */
  readonly from: string;
  readonly to: string;
  readonly seconds: number;
  readonly cyclesPerSecond: number;
  /** Cycles that are not as recorded; each is decided from its own record, so that one does not follow from another */
  readonly differing: number;
  readonly first: (Omit<Difference, 'at'> & { readonly cycle: number; readonly at: string }) | null;
  /** What should be known to judge it */
  readonly notes: readonly string[];
}

/** `undefined`: it was interrupted. */
export async function decideAllAgain(files: readonly string[], context: CommandContext): Promise<Outcome | undefined> {
  const deciders = new Map<string, Decider>();
  let decider: Decider | undefined;
  let differing = 0;
  let cycles = 0;
  let first: { readonly cycle: number; readonly difference: Difference } | undefined;
  const versions = new Set<string>();
  const began = context.clock.now();
  try {
    const reading = await readRecordings(
      files,
      {
        async part({ house, evcc }) {
          versions.add(evcc);
          const key = JSON.stringify(house);
          decider = deciders.get(key) ?? (await context.createDecider({ house, directory: context.directory }));
          deciders.set(key, decider);
        },
        cycle(cycle) {
          cycles += 1;
          const difference = decider && compare(cycle, decider.decide(cycle));
          if (!difference) return;
          differing += 1;
          first ??= { cycle: cycles, difference };
        },
      },
      context,
    );
    if (!reading) return undefined;
    const seconds = Math.max(1, context.clock.now() - began) / 1_000;
    const missing = [...deciders.values()].flatMap((each) => each.missing);
    const { time, version } = context;
    return {
      cycles,
      from: time.format(reading.from),
      to: time.format(reading.to),
      seconds: Number(seconds.toFixed(2)),
      cyclesPerSecond: Math.round(cycles / seconds),
      differing,
      first: first ? { cycle: first.cycle, ...first.difference, at: time.format(first.difference.at) } : null,
      notes: [
        ...reading.notes,
        ...[...new Set(missing)].map((plugin) => `without plugin ${plugin}`),
        ...[...versions].filter((each) => each !== version).map((each) => `it was recorded by version ${each}`),
      ],
    };
  } finally {
    await Promise.all([...deciders.values()].map((each) => each.close()));
  }
}

/** The outcome for people, as lines of text. */
export function describe(
  { cycles, from, to, seconds, cyclesPerSecond, differing, first }: Outcome,
  time: Time,
): string[] {
  const count = (number: number): string => number.toLocaleString('en');
  const head = `${local(from, time)} to ${local(to, time)}: ${count(cycles)} cycles in ${seconds} s, ${count(cyclesPerSecond)} cycles/s`;
  if (!first) return [head, 'Everything was decided as recorded.'];
  const place = first.loadpoint === null ? 'the home batteries' : first.loadpoint;
  return [
    head,
    `The first difference is in cycle ${count(first.cycle)} at ${local(first.at, time)}, at ${place}:`,
    `  ${first.what}`,
    `    recorded  ${shown(first.recorded)}${because(first.recordedBecause)}`,
    `    now       ${shown(first.replayed)}${because(first.replayedBecause)}`,
    `${count(differing)} of ${count(cycles)} cycles differ.`,
  ];
}

function shown(value: unknown): string {
  return value === null ? 'nothing' : JSON.stringify(value);
}

function because(reasons: readonly Reason[]): string {
  return reasons.map(({ code, text }) => `\n              ${code}: ${text}`).join('');
}
