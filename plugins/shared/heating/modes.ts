import Type, { type TProperties } from 'typebox';
import type { ChargerDevice, ChargerTraits, DeviceContext } from '../../../core/index.ts';
import type { HeatReading } from './reading.ts';

/** Heat pumps that are told what to do by SG Ready: as they like, with more, or with less than usual. */

export const HEAT_MODES = ['normal', 'boost', 'dim'] as const;
export type HeatMode = (typeof HEAT_MODES)[number];

/** Options of all heat pumps with modes. */
export interface ModeOptions {
  /** W that it takes at least while it is boosted; default: what `minCurrent` of the loadpoint says */
  consumption?: number;
  /** Phases that it is connected to; default 3 */
  phases?: 1 | 3;
  /** min that a mode is kept at least; default 10 */
  hold?: number;
}

export const MODE_OPTIONS: Readonly<Record<keyof ModeOptions, TProperties[string]>> = {
  consumption: Type.Optional(
    Type.Number({
      description: 'What it takes while it is boosted; default: what `minCurrent` of the loadpoint says',
      unit: 'W',
      exclusiveMinimum: 0,
      maximum: 100_000,
    }),
  ),
  phases: Type.Optional(Type.Enum([1, 3], { description: 'Phases that it is connected to', default: 3 })),
  hold: Type.Optional(
    Type.Number({
      description: 'How long a mode is kept at least, but for limits of the grid operator',
      unit: 'min',
      minimum: 0,
      maximum: 120,
      default: 10,
    }),
  ),
};

/** A heat pump as its driver sees it. */
export interface ModeHeater {
  /** What errors call it */
  readonly name: string;
  /** It can be told to take less. */
  readonly canDim: boolean;
  setMode(mode: HeatMode, signal: AbortSignal): Promise<void>;
  /** `mode`: the one that it is in, where it tells */
  read(signal: AbortSignal): Promise<HeatReading & { readonly mode?: HeatMode }>;
  close(): Promise<void>;
}

/** ms until a change of the mode is tried again that failed while nobody waited for it */
const RETRY = 10_000;

/**
 * A heat pump with modes as a charger that can only be switched on (boost) and off (normal). A mode is kept for `hold`: a
 * change that comes too early is made when that is over. Only dimming is at once. Whatever it is before the first command,
 * it stays.
 */
export function createModeCharger(
  heater: ModeHeater,
  { consumption, phases = 3, hold = 10 }: ModeOptions,
  { clock, log, signal: ending, voltage }: Pick<DeviceContext, 'clock' | 'log' | 'signal' | 'voltage'>,
): ChargerDevice {
  const traits: ChargerTraits = {
    phases,
    integrated: true,
    heating: true,
    switch: true,
    ...(consumption !== undefined && { minCurrent: consumption / (voltage * phases) }),
  };
  /** As told; `undefined`: nothing yet */
  let boosted: boolean | undefined;
  let dimmed = false;
  /** What it was brought into last, and when; `undefined`: unknown */
  let mode: HeatMode | undefined;
  let changedAt = 0;
  let changes = 0;
  /** Ends the wait for the next change; absent: nothing waits */
  let cancel: (() => void) | undefined;

  const wanted = (): HeatMode => (dimmed ? 'dim' : boosted ? 'boost' : 'normal');

  /** One change after the other: which one came last must not depend on the line. */
  let turn: Promise<void> = Promise.resolve();
  const apply = (signal: AbortSignal): Promise<void> => {
    const own = turn.then(() => bring(signal));
    turn = own.catch(() => {});
    return own;
  };
  const bring = async (signal: AbortSignal): Promise<void> => {
    cancel?.();
    cancel = undefined;
    const next = wanted();
    if (next === mode) return;
    const left = mode === undefined || next === 'dim' ? 0 : changedAt + hold * 60_000 - clock.now();
    // A clock that was set back does not make it wait for longer.
    if (left > 0) return later(Math.min(left, hold * 60_000));
    mode = undefined;
    changes += 1;
    await heater.setMode(next, signal);
    mode = next;
    changedAt = clock.now();
  };
  const later = (ms: number): void => {
    if (ending.aborted) return;
    cancel = clock.after(ms, () => {
      cancel = undefined;
      apply(ending).catch((error: unknown) => {
        if (ending.aborted) return;
        log.warn(`${heater.name} could not be set to ${wanted()}: ${error instanceof Error ? error.message : error}`);
        later(RETRY);
      });
    });
  };
  ending.addEventListener('abort', () => cancel?.(), { once: true });

  return {
    traits,
    read: async (signal) => {
      const before = changes;
      const { mode: told, ...measured } = await heater.read(signal);
      // Something else switched it.
      if (told !== undefined && mode !== undefined && before === changes) mode = told;
      const asTold = told === undefined || dimmed || cancel !== undefined;
      const enabled = asTold ? (boosted ?? false) : told === 'boost';
      return { status: enabled && !dimmed ? 'C' : 'B', enabled, ...measured };
    },
    enable: (enabled, signal) => {
      boosted = enabled;
      return apply(signal);
    },
    setMaxCurrent: async () => {},
    ...(heater.canDim && {
      dim: (less: boolean, signal: AbortSignal) => {
        dimmed = less;
        return apply(signal);
      },
    }),
    close: () => {
      cancel?.();
      return heater.close();
    },
  };
}
