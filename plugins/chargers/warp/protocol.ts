import type { ChargerReading, ChargeStatus, PerPhase } from '../../../core/index.ts';
import type { Answer } from '../../shared/answer.ts';

/** WARP Charger 1 to 4 and WARP Energy Manager of Tinkerforge: docs.warp-charger.com, API reference. */

/** `iec61851_state` */
const STATUSES: Readonly<Record<number, ChargeStatus>> = { 0: 'A', 1: 'B', 2: 'C', 3: 'D', 4: 'F' };

export function toStatus(state: Answer): ChargeStatus {
  const place = state.at('iec61851_state');
  return STATUSES[place.number()] ?? place.refuse(`iec61851_state is ${place.shown}, which is none`);
}

/** Ids of values of a meter (meter_value_id.csv of the firmware); kWh for 209 */
const VOLTAGES = [1, 2, 3];
const CURRENTS = [13, 17, 21];
const POWER = 74;
const IMPORT = 209;

export type Measured = Pick<ChargerReading, 'power' | 'energy' | 'currents' | 'voltages'>;

/** `meters/<n>/values`, with the ids of the values in the same order; null is not known now. */
export function toMeasured(ids: readonly number[], values: readonly Answer[]): Measured {
  const of = (id: number): number | undefined => {
    const value = values[ids.indexOf(id)];
    return value === undefined || value.absent ? undefined : value.number();
  };
  return measured(of(POWER), of(IMPORT), CURRENTS.map(of), VOLTAGES.map(of));
}

/** `meter/values` and, of meters that measure each phase, `meter/all_values`, as firmware 1 of WARP 1 and 2 has them. */
export function toOldMeasured(meter: Answer, all: Answer | undefined): Measured {
  const values = all?.items() ?? [];
  const of = (index: number): number | undefined => {
    const value = values[index];
    return value === undefined || value.absent ? undefined : value.number();
  };
  const energy = meter.at('energy_abs');
  return measured(
    meter.at('power').number(),
    energy.absent ? undefined : energy.number(),
    [3, 4, 5].map(of),
    [0, 1, 2].map(of),
  );
}

function measured(
  power: number | undefined,
  energy: number | undefined,
  currents: readonly (number | undefined)[],
  voltages: readonly (number | undefined)[],
): Measured {
  const phases = ([l1, l2 = 0, l3 = 0]: readonly (number | undefined)[]): PerPhase | undefined =>
    l1 === undefined ? undefined : [l1, l2, l3];
  const amperes = phases(currents);
  const volts = phases(voltages);
  return {
    ...(power !== undefined && { power: Math.max(0, power) }),
    ...(energy !== undefined && { energy: energy * 1_000 }),
    ...(amperes && { currents: amperes }),
    ...(volts && { voltages: volts }),
  };
}

/** The card that started the charge; empty: none, or no charge is under way. */
export function toIdentifier(charge: Answer): string {
  const authorization = charge.at('authorization_info');
  if (authorization.absent) return '';
  const tag = authorization.at('tag_id');
  return tag.absent ? '' : tag.text();
}

/** Why `power_manager/external_control` takes no commands now, by `power_manager/state`. */
export const NO_CONTROL: Readonly<Record<number, string>> = {
  1: 'external control of phases is switched off in it',
  2: 'its conditions for switching phases are not met',
  3: 'it is just switching phases',
};
