import type { VehicleReading } from '../../../core/index.ts';
import type { Answer } from '../../shared/answer.ts';
import { type ListedCar, MILE, toReading } from '../../shared/vehicles/service.ts';

/** Source: developer.volvocars.com, Connected Vehicle API v2 and Energy API v2. */
export const BASE = 'https://api.volvocars.com';
export const LOGIN = 'https://volvoid.eu.volvocars.com';

export function carsOf(list: Answer): ListedCar[] {
  return list
    .at('data')
    .items()
    .map((car) => ({ id: car.at('vin').text(), vin: car.at('vin').text() }));
}

/**
 * Energy state and odometer. Each point has a status of its own; one with ERROR is not available on this model. Distances are in
 * their `unit`.
 */
export function decode(state: Answer, odometer: Answer): VehicleReading {
  const point = (name: string): Answer | undefined => {
    const found = state.at(name);
    return !found.absent && found.at('status').is('OK') && !found.at('value').absent ? found : undefined;
  };
  const counter = odometer.at('data').at('odometer');
  return toReading(
    {
      soc: point('batteryChargeLevel')?.at('value').number(),
      range: kilometres(point('electricRange')),
      odometer: counter.absent ? undefined : kilometres(counter),
      limitSoc: point('targetBatteryChargeLevel')?.at('value').number(),
      status: statusOf(
        point('chargerConnectionStatus')?.at('value').text(),
        point('chargingStatus')?.at('value').text(),
      ),
    },
    (why) => state.refuse(why),
  );
}

function kilometres(point: Answer | undefined): number | undefined {
  if (!point) return undefined;
  const inMiles = point.at('unit').is('mi') || point.at('unit').is('miles');
  return point.at('value').number() * (inMiles ? MILE : 1);
}

function statusOf(connection: string | undefined, charging: string | undefined): VehicleReading['status'] {
  if (connection === 'DISCONNECTED') return 'A';
  if (charging === 'CHARGING') return 'C';
  return connection === 'CONNECTED' ? 'B' : undefined;
}
