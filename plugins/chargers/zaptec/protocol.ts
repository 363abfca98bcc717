import type { ChargerReading, ChargeStatus, PerPhase } from '../../../core/index.ts';
import type { Answer } from '../../shared/answer.ts';

/**
 * State of a charger, `GET /api/chargers/{id}/state`: a list of values by their number, as texts.
 * Source: docs.zaptec.com, observation and state ids.
 */
const ID = {
  online: -2,
  voltages: [501, 502, 503],
  currents: [507, 508, 509],
  /** A, what it was told to allow at most; less than its minimum (6) pauses it */
  maxCurrent: 510,
  power: 513,
  phases: 519,
  /** kWh */
  session: 553,
  mode: 710,
  /** It was paused by a command, and wants another to go on */
  stopped: 718,
} as const;

/** 1 nobody, 2 wants to charge, 3 charges, 5 finished or paused; 0 is not known */
const STATUSES: Readonly<Record<number, ChargeStatus>> = { 1: 'A', 2: 'B', 3: 'C', 5: 'B' };

/** A of a charger that does not charge */
const LEAST = 6;

export interface ZaptecState {
  readonly reading: Omit<ChargerReading, 'enabled'> & { readonly maxCurrent: number };
  readonly stopped: boolean;
}

/** Errors: `EVCC_DEVICE_PROTOCOL`; `undefined`: the charger has no connection to the service, so that nobody knows what it does. */
export function toState(answer: Answer): ZaptecState | undefined {
  const values = new Map<number, Answer>();
  for (const item of answer.items()) {
    const value = item.at('ValueAsString');
    if (!value.absent && value.text() !== '') values.set(item.at('StateId').number(), value);
  }
  const required = (id: number, what: string): number =>
    values.get(id)?.number() ?? answer.refuse(`${what} (${id}) is missing`);
  const phases = ([first, second, third]: readonly [number, number, number]): PerPhase | undefined => {
    const l1 = values.get(first)?.number();
    return l1 === undefined ? undefined : [l1, values.get(second)?.number() ?? 0, values.get(third)?.number() ?? 0];
  };
  if (values.get(ID.online)?.flag() === false) return undefined;
  const mode = required(ID.mode, 'the operation mode');
  if (mode === 0) return undefined;
  const offered = required(ID.maxCurrent, 'the largest current');
  const session = values.get(ID.session)?.number();
  const currents = phases(ID.currents);
  const voltages = phases(ID.voltages);
  const switched = values.get(ID.phases)?.number();
  return {
    reading: {
      status: STATUSES[mode] ?? answer.refuse(`there is no operation mode ${mode}`),
      maxCurrent: offered < LEAST ? 0 : offered,
      power: Math.max(0, required(ID.power, 'the power')),
      ...(session !== undefined && { sessionEnergy: session * 1_000 }),
      ...(currents && { currents }),
      ...(voltages && voltages[0] > 0 && { voltages }),
      ...((switched === 1 || switched === 3) && { phases: switched }),
    },
    stopped: values.get(ID.stopped)?.flag() ?? false,
  };
}
