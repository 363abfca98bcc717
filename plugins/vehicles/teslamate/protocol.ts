import type { VehicleReading } from '../../../core/index.ts';
import { toReading } from '../../shared/vehicles/service.ts';
import type { TopicValues } from '../../shared/vehicles/topics.ts';

/** Topics below `teslamate/cars/<id>/`, retained, plain text. Source: TeslaMate's documentation of its MQTT integration. */
export const TOPICS: readonly string[] = [
  'usable_battery_level',
  'battery_level',
  'charge_limit_soc',
  'rated_battery_range_km',
  'ideal_battery_range_km',
  'est_battery_range_km',
  'odometer',
  'plugged_in',
  'charging_state',
  'charger_actual_current',
  'is_preconditioning',
  'is_climate_on',
];

/** %; without one of them nothing is known */
export const MAIN: readonly string[] = ['usable_battery_level', 'battery_level'];

export function decode(values: TopicValues, refuse: (why: string) => never): VehicleReading {
  const climate = [values.flag('is_preconditioning'), values.flag('is_climate_on')];
  return toReading(
    {
      soc: values.number('usable_battery_level') ?? values.number('battery_level'),
      range:
        values.number('rated_battery_range_km') ??
        values.number('ideal_battery_range_km') ??
        values.number('est_battery_range_km'),
      odometer: values.number('odometer'),
      limitSoc: values.number('charge_limit_soc'),
      status: statusOf(values),
      climater: climate.every((flag) => flag === undefined) ? undefined : climate.includes(true),
    },
    refuse,
  );
}

/** Older versions do not publish `charging_state`; there, a current tells that it charges. */
function statusOf(values: TopicValues): VehicleReading['status'] {
  const plugged = values.flag('plugged_in');
  const state = values.text('charging_state');
  if (plugged === undefined) return undefined;
  if (!plugged) return 'A';
  const charging = state === undefined ? (values.number('charger_actual_current') ?? 0) > 0 : state === 'Charging';
  return charging ? 'C' : 'B';
}
