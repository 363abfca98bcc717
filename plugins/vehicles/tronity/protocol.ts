import type { VehicleReading } from '../../../core/index.ts';
import type { Answer } from '../../shared/answer.ts';
import { type ListedCar, toReading } from '../../shared/vehicles/service.ts';

/** `/tronity/vehicles`. Source: api.tronity.tech, "TRONITY platform API". */
export function carsOf(list: Answer): ListedCar[] {
  return list
    .at('data')
    .items()
    .map((car) => ({ id: car.at('id').text(), vin: car.at('vin').text() }));
}

/** `/tronity/vehicles/<id>/last_record`: %, km. Which fields there are depends on what the owner allowed. */
export function decode(record: Answer): VehicleReading {
  const number = (key: string): number | undefined => (record.at(key).absent ? undefined : record.at(key).number());
  const charging = record.at('charging');
  const plugged = record.at('plugged').absent ? undefined : record.at('plugged').flag();
  const unplugged = plugged === undefined ? undefined : plugged ? 'B' : 'A';
  return toReading(
    {
      soc: number('level'),
      range: number('range'),
      odometer: number('odometer'),
      status: charging.is('Charging') ? 'C' : unplugged,
    },
    (why) => record.refuse(why),
  );
}
