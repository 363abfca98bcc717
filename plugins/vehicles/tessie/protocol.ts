import type { VehicleReading } from '../../../core/index.ts';
import type { Answer } from '../../shared/answer.ts';
import { type ListedCar, MILE, toReading } from '../../shared/vehicles/service.ts';
import { decodeTesla, statusOf } from '../../shared/vehicles/tesla.ts';

export type TeslaService = 'tessie' | 'teslemetry' | 'teslafi';

/** Where a service has what; paths with the id of the car. */
export interface ServiceFacts {
  readonly base: string;
  /** Absent: without vin, the service takes the only car */
  readonly list?: string;
  readonly state: (id: string) => string;
  /** Absent: it cannot be woken up */
  readonly wake?: (id: string) => string;
}

/** Sources: developer.tessie.com (`/state` with `use_cache=true` never wakes the car), teslemetry.com/docs, about.teslafi.com/api. */
export const SERVICES: Readonly<Record<TeslaService, ServiceFacts>> = {
  tessie: {
    base: 'https://api.tessie.com',
    list: '/vehicles?only_active=true',
    state: (id) => `/${id}/state?use_cache=true`,
    wake: (id) => `/${id}/wake`,
  },
  teslemetry: {
    base: 'https://api.teslemetry.com',
    list: '/api/1/vehicles',
    state: (id) => `/api/1/vehicles/${id}/vehicle_data`,
    wake: (id) => `/api/1/vehicles/${id}/wake_up`,
  },
  teslafi: {
    base: 'https://www.teslafi.com',
    state: (id) => `/feed.php?command=lastGood${id && `&vin=${id}`}`,
  },
};

/** The cars of a list, which Tessie calls `results` and Teslemetry `response`. */
export function carsOf(list: Answer): ListedCar[] {
  const cars = list.at('results').absent ? list.at('response') : list.at('results');
  return cars.items().map((car) => ({ id: car.at('vin').text(), vin: car.at('vin').text() }));
}

export function decode(service: TeslaService, answer: Answer): VehicleReading {
  if (service === 'tessie') return decodeTesla(answer);
  return service === 'teslemetry' ? decodeTesla(answer.at('response')) : decodeTeslaFi(answer);
}

/** A flat object of texts, distances in miles; what is not known is null or an empty text. */
function decodeTeslaFi(answer: Answer): VehicleReading {
  const number = (key: string): number | undefined => {
    const value = answer.at(key);
    return value.absent || value.is('') ? undefined : value.number();
  };
  const text = (key: string): string | undefined => (answer.at(key).absent ? undefined : answer.at(key).text());
  const miles = (key: string): number | undefined => {
    const value = number(key);
    return value === undefined ? undefined : value * MILE;
  };
  return toReading(
    {
      soc: number('usable_battery_level') ?? number('battery_level'),
      range: miles('battery_range'),
      odometer: miles('odometer'),
      limitSoc: number('charge_limit_soc'),
      status: statusOf(text('charging_state')),
    },
    (why) => answer.refuse(why),
  );
}
