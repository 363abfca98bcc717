import type { MeterReading } from '../devices.ts';
import { fail, messageOf } from '../errors.ts';
import { checkReading } from '../runtime/readings.ts';
import type { BatteryState, DeviceState, MeterList, OperatorLimits, PvState, Readings } from '../site.ts';

/** Takes over what the taps of `measure` made of their draft: plugins may be plain JavaScript, and may come too late. */

/** A draft that plugins may add to, and replace readings of, but whose readings they cannot change. */
export function draftOf({ grid, pv, battery, aux, ext, consumers }: Readings): Readings {
  return {
    grid: grid && frozen(grid),
    pv: pv.map(frozen),
    battery: battery.map(frozen),
    aux: aux.map(frozen),
    ext: ext.map(frozen),
    consumers: consumers.map(frozen),
  };
}

/** The same readings in lists of their own. */
export function copyOf({ grid, pv, battery, aux, ext, consumers }: Readings): Readings {
  return { grid, pv: [...pv], battery: [...battery], aux: [...aux], ext: [...ext], consumers: [...consumers] };
}

/**
 * The draft as it is now, without what is no reading. What plugins added is copied: whatever they do with it afterwards
 * changes nothing. `reject` is told what was dropped, and why.
 */
export function accepted(draft: Readings, measured: Readonly<Readings>, reject: (why: Error) => void): Readings {
  const take = <State extends DeviceState<MeterReading>>(
    part: string,
    state: State,
    known: readonly State[],
  ): State[] => {
    if (known.includes(state)) return [state];
    try {
      return [copied(state)];
    } catch (error) {
      reject(new Error(`what a plugin added as ${part} is no reading of a meter: ${messageOf(error)}`));
      return [];
    }
  };
  const list = <State extends DeviceState<MeterReading>>(
    part: MeterList,
    states: readonly State[],
    known: State[],
  ): State[] => {
    if (Array.isArray(states)) return states.flatMap((state) => take(part, state, known));
    reject(new Error(`what a plugin made of ${part} is no list`));
    return known;
  };
  const { grid } = measured;
  return {
    grid: draft.grid === grid || !draft.grid ? grid : (take('grid', draft.grid, [])[0] ?? grid),
    pv: list<PvState>('pv', draft.pv, measured.pv),
    battery: list<BatteryState>('battery', draft.battery, measured.battery),
    aux: list('aux', draft.aux, measured.aux),
    ext: list('ext', draft.ext, measured.ext),
    consumers: list('consumers', draft.consumers, measured.consumers),
    ...(draft.operator !== undefined && { operator: limitsOf(draft.operator, reject) }),
  };
}

/** Limits in their ranges; what is no number leaves nothing of the consumption. */
function limitsOf(operator: OperatorLimits, reject: (why: Error) => void): OperatorLimits {
  const { consumption, feedIn } = operator ?? {};
  const inRange = (value: unknown, most: number): boolean =>
    value === undefined || (typeof value === 'number' && value >= 0 && value <= most);
  if (inRange(consumption, Number.MAX_VALUE) && inRange(feedIn, 100)) {
    return Object.freeze({
      ...(consumption !== undefined && { consumption }),
      ...(feedIn !== undefined && { feedIn }),
    });
  }
  reject(new Error('what a plugin made of operator is no limit; nothing may be consumed'));
  return Object.freeze({ consumption: 0 });
}

function frozen<State extends DeviceState<MeterReading>>(state: State): State {
  const { sample } = state;
  if (!sample) return Object.freeze({ ...state });
  const value = Object.freeze({ ...sample.value });
  return Object.freeze({ ...state, sample: Object.freeze({ ...sample, value }) });
}

function copied<State extends BatteryState>(state: State): State {
  if (typeof state !== 'object' || state === null) fail('EVCC_PLUGIN_FAILED', 'it is no object');
  const { sample, capacity } = state;
  if (capacity !== undefined && !(capacity > 0)) fail('EVCC_PLUGIN_FAILED', 'its capacity is no positive number');
  if (sample === undefined) return frozen(state);
  if (!Number.isFinite(sample?.at)) fail('EVCC_PLUGIN_FAILED', 'its sample has no time (at)');
  checkReading('meter', sample.value);
  return frozen({
    ...state,
    sample: { at: sample.at, stale: sample.stale === true, value: structuredClone(sample.value) },
  });
}
