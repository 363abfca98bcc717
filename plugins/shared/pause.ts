import type { ChargerDevice, ChargerReading, ChargerTraits } from '../../core/index.ts';

/** The control of a charger that is paused by a current of 0. */
export interface Pause {
  /**
   * Called before a reading; what it returns tells whether the charger is enabled, from the current that was read, and from
   * whether a car is charged, for chargers that do not say what they offer.
   */
  begin(): (offered: number | undefined, charges?: boolean) => boolean | undefined;
  /** Whether it can be told a current without being asked first */
  known(): boolean;
  enable(enabled: boolean, signal: AbortSignal): Promise<void>;
  setMaxCurrent(current: number, signal: AbortSignal): Promise<void>;
  /** Pauses a charger of which nobody knows whether it is enabled, not even after a command that is under way. */
  pauseUnknown(signal: AbortSignal): Promise<void>;
  /** Writes the current that was written last, if there was one. */
  repeat(signal: AbortSignal): Promise<void>;
}

export interface PauseOptions {
  /** Readings tell which current is offered; otherwise, what was written last counts */
  readonly readable: boolean;
  /** A; absent: 6 */
  readonly minCurrent?: number | undefined;
}

/** @param write A, 0 to pause */
export function createPause(
  write: (current: number, signal: AbortSignal) => Promise<void>,
  { readable, minCurrent = 6 }: PauseOptions,
): Pause {
  /** A for when it is enabled, as told, else as read */
  let current: number | undefined;
  /** A that were written, 0 when it was paused; of a command that failed the smaller one, and nothing if it was the first one */
  let written: number | undefined;
  let enabled: boolean | undefined;
  /** Whether the last command that succeeded let it charge: readings may be slow to show that. */
  let on = false;
  /** A car was charged when it was read, whatever was told before */
  let charging = false;
  /** A command failed, and nobody can read whether it took effect all the same. */
  let doubtful = false;
  /** Commands so far, begun and ended: what was read before one says nothing about the time after it. */
  let commands = 0;
  let busy = false;
  let underWay: Promise<void> = Promise.resolve();
  /** The repetition under way: what it writes must not arrive after a newer command. */
  let repeating: Promise<void> = Promise.resolve();

  const carryOut = async (wanted: number, signal: AbortSignal): Promise<void> => {
    commands += 1;
    busy = true;
    if (written !== undefined || wanted === 0) written = Math.min(written ?? 0, wanted);
    try {
      await repeating;
      await write(wanted, signal);
      written = wanted;
      on = wanted > 0;
      enabled = on;
      charging = false;
      doubtful = false;
    } catch (error) {
      if (readable) enabled = undefined;
      else doubtful = true;
      throw error;
    } finally {
      commands += 1;
      busy = false;
    }
  };
  const send = (wanted: number, signal: AbortSignal): Promise<void> => {
    const sent = carryOut(wanted, signal);
    underWay = sent.catch(() => {});
    return sent;
  };
  return {
    begin: () => {
      const before = commands;
      return (offered, charges = false) => {
        const told = readable && offered !== undefined ? offered >= minCurrent : enabled;
        if (before === commands) {
          enabled = told;
          charging = charges;
          if (told) current ??= offered;
        }
        return told ?? (charges || undefined);
      };
    },
    known: () => enabled !== undefined,
    enable: (wanted, signal) => send(wanted ? (current ?? minCurrent) : 0, signal),
    setMaxCurrent: async (wanted, signal) => {
      current = wanted;
      if (enabled || on || charging) await send(wanted, signal);
      else if (doubtful) await send(0, signal);
    },
    pauseUnknown: async (signal) => {
      while (busy) await underWay;
      if (enabled === undefined) await send(0, signal);
    },
    repeat: async (signal) => {
      if (written === undefined || busy) return;
      const own = write(written, signal);
      repeating = own.catch(() => {});
      await own;
    },
  };
}

/** A charger over any protocol that is paused by a current of 0 and tells which current it offers. */
export interface PausedCharger {
  readonly traits: ChargerTraits;
  /** What it says but for `enabled`; `maxCurrent` is what it offers, 0 when it is paused. */
  read(signal: AbortSignal): Promise<Omit<ChargerReading, 'enabled'> & { readonly maxCurrent: number }>;
  /** A, 0 to pause */
  write(current: number, signal: AbortSignal): Promise<void>;
}

export function createPausedCharger({ traits, read, write }: PausedCharger): ChargerDevice {
  const pause = createPause(write, { readable: true, minCurrent: traits.minCurrent });
  const readAll = async (signal: AbortSignal): Promise<ChargerReading> => {
    const seen = pause.begin();
    const { maxCurrent, ...reading } = await read(signal);
    const enabled = seen(maxCurrent, reading.status === 'C' || reading.status === 'D') ?? false;
    return { ...reading, enabled, ...(enabled && { maxCurrent }) };
  };
  return {
    traits,
    read: readAll,
    enable: pause.enable,
    setMaxCurrent: async (current, signal) => {
      if (!pause.known()) await readAll(signal);
      await pause.setMaxCurrent(current, signal);
    },
  };
}
