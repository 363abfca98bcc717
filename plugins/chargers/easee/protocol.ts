import type { ChargerReading, ChargeStatus, PerPhase } from '../../../core/index.ts';
import type { Answer } from '../../shared/answer.ts';

/** Snapshot of a charger, `GET /chargers/{id}/state`. Source: developer.easee.com, charger state and enumerations. */

const STATUSES: Readonly<Record<number, ChargeStatus>> = {
  1: 'A',
  2: 'B',
  3: 'C',
  4: 'B',
  5: 'F',
  6: 'B',
  7: 'B',
  8: 'B',
};
const WAITS_FOR_AUTHORIZATION = 7;

/** Amperes below which a charger does not charge */
const LEAST = 6;

export type EaseeReading = Omit<ChargerReading, 'enabled'> & { readonly maxCurrent: number };

/**
 * Errors: `EVCC_DEVICE_PROTOCOL`; `undefined`: the charger has no connection to the service, so that nobody knows what it does.
 * Its counter of all energy changes once an hour only, so it is left out.
 */
export function toReading(state: Answer): EaseeReading | undefined {
  const mode = state.at('chargerOpMode').number();
  if (mode === 0 || !state.at('isOnline').flag()) return undefined;
  const status = STATUSES[mode] ?? state.refuse(`there is no chargerOpMode ${mode}`);
  const offered = state.at('dynamicChargerCurrent').number();
  // Its terminals are numbered by the grid: in one with a neutral, T2 is that, and T3 to T5 are L1 to L3.
  const currents = phases(state, ['inCurrentT3', 'inCurrentT4', 'inCurrentT5']);
  const voltages = phases(state, ['inVoltageT2T3', 'inVoltageT2T4', 'inVoltageT2T5']);
  return {
    status,
    maxCurrent: offered < LEAST ? 0 : offered,
    power: Math.max(0, state.at('totalPower').number() * 1_000),
    ...(!state.at('sessionEnergy').absent && { sessionEnergy: state.at('sessionEnergy').number() * 1_000 }),
    ...(currents && { currents }),
    ...(voltages && voltages[0] > 0 && { voltages }),
    ...(mode === WAITS_FOR_AUTHORIZATION && { statusReason: 'waitingforauthorization' }),
  };
}

function phases(state: Answer, names: readonly [string, string, string]): PerPhase | undefined {
  if (state.at(names[0]).absent) return undefined;
  const at = (name: string): number => (state.at(name).absent ? 0 : Math.abs(state.at(name).number()));
  return [at(names[0]), at(names[1]), at(names[2])];
}
