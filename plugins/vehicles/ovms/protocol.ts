import type { VehicleReading } from '../../../core/index.ts';
import type { Answer } from '../../shared/answer.ts';
import { MILE, toReading } from '../../shared/vehicles/service.ts';
import type { TopicValues } from '../../shared/vehicles/topics.ts';

/** Words of `chargestate` while current flows */
const CHARGING: readonly string[] = ['charging', 'topoff'];

/**
 * `/api/charge/<id>` and `/api/status/<id>` of server v2: numbers as texts, distances in `units` (K km, M miles), the
 * odometer in tenths. Source: OVMS server v2 HTTP API.
 */
export function decodeServer(charge: Answer, state: Answer): VehicleReading {
  const number = (answer: Answer, key: string): number | undefined =>
    answer.at(key).absent || answer.at(key).is('') ? undefined : answer.at(key).number();
  const distance = (answer: Answer, key: string, factor: number): number | undefined => {
    const value = number(answer, key);
    return value === undefined ? undefined : value * factor * (answer.at('units').is('M') ? MILE : 1);
  };
  const door = number(charge, 'cp_dooropen');
  const isCharging = CHARGING.some((word) => charge.at('chargestate').is(word));
  return toReading(
    {
      soc: number(charge, 'soc'),
      range: distance(charge, 'estimatedrange', 1),
      odometer: distance(state, 'odometer', 0.1),
      status: isCharging ? 'C' : door === undefined ? undefined : door === 0 ? 'A' : 'B',
    },
    (why) => charge.refuse(why),
  );
}

/** Metrics below `ovms/<user>/<vehicle>/metric/`, retained. Source: OVMS v3 user guide, "Server v3 (MQTT)" and "Metrics". */
export const TOPICS: readonly string[] = [
  'v/b/soc',
  'v/b/range/est',
  'v/c/charging',
  'v/d/cp',
  'v/p/odometer',
  'v/e/hvac',
];

/** %; without it nothing is known */
export const MAIN: readonly string[] = ['v/b/soc'];

export function decodeTopics(values: TopicValues, refuse: (why: string) => never): VehicleReading {
  const open = values.flag('v/d/cp');
  return toReading(
    {
      soc: values.number('v/b/soc'),
      range: values.number('v/b/range/est'),
      odometer: values.number('v/p/odometer'),
      status: values.flag('v/c/charging') ? 'C' : open === undefined ? undefined : open ? 'B' : 'A',
      climater: values.flag('v/e/hvac'),
    },
    refuse,
  );
}
