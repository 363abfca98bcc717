import type { VehicleReading } from '../../../core/index.ts';
import type { Answer } from '../answer.ts';
import { MILE, toReading } from './service.ts';

/**
 * The vehicle data of Tesla, which several services hand on under the same names. Source: Tesla Fleet API, "vehicle_data"
 * (states of charge in %, distances in miles).
 */
export function decodeTesla(data: Answer): VehicleReading {
  const part = (name: string): ((key: string) => Answer | undefined) => {
    const state = data.at(name);
    return (key) => (state.absent || state.at(key).absent ? undefined : state.at(key));
  };
  const charge = part('charge_state');
  const vehicle = part('vehicle_state');
  const climate = part('climate_state');
  const miles = (answer: Answer | undefined): number | undefined => answer && answer.number() * MILE;
  const flags = [climate('is_climate_on')?.flag(), climate('is_preconditioning')?.flag()];
  return toReading(
    {
      soc: (charge('usable_battery_level') ?? charge('battery_level'))?.number(),
      range: miles(charge('battery_range')),
      odometer: miles(vehicle('odometer')),
      limitSoc: charge('charge_limit_soc')?.number(),
      status: statusOf(charge('charging_state')?.text(), charge('charge_port_door_open')?.flag()),
      climater: flags.every((flag) => flag === undefined) ? undefined : flags.includes(true),
    },
    (why) => data.refuse(why),
  );
}

const STATUS: Readonly<Record<string, 'A' | 'B' | 'C'>> = {
  Disconnected: 'A',
  Stopped: 'B',
  NoPower: 'B',
  Complete: 'B',
  Starting: 'B',
  Charging: 'C',
};

/** Of `charging_state`; other words say nothing, except that an open port is probably used. */
export function statusOf(state: string | undefined, portOpen?: boolean): 'A' | 'B' | 'C' | undefined {
  return STATUS[state ?? ''] ?? (portOpen === undefined ? undefined : portOpen ? 'B' : 'A');
}
