import type { VehicleReading } from '../../../core/index.ts';
import type { Answer } from '../../shared/answer.ts';
import { toReading } from '../../shared/vehicles/service.ts';

/** `/currentjson/<id>` of TeslaLogger: %, km. Source: its public REST interface. */
export function decode(answer: Answer): VehicleReading {
  const number = (key: string): number | undefined => (answer.at(key).absent ? undefined : answer.at(key).number());
  const flag = (key: string): boolean | undefined => (answer.at(key).absent ? undefined : answer.at(key).flag());
  const charging = flag('charging');
  const plugged = flag('plugged_in');
  return toReading(
    {
      soc: number('battery_level'),
      range: number('battery_range_km'),
      odometer: number('odometer'),
      limitSoc: number('charge_limit_soc'),
      status: charging ? 'C' : plugged === undefined ? undefined : plugged ? 'B' : 'A',
      climater: flag('is_preconditioning'),
    },
    (why) => answer.refuse(why),
  );
}
