import type { Answer } from '../../shared/answer.ts';
import { toNumber } from '../../shared/sources/value.ts';

/** Home Assistant, REST API (developers.home-assistant.io/docs/api/rest): `GET /api/states/<entity>` */

/** What a value may be, by its unit; the factor leads to W, Wh, A, V and %. */
const UNITS = {
  power: { mW: 0.001, W: 1, kW: 1_000, MW: 1_000_000 },
  energy: { Wh: 1, kWh: 1_000, MWh: 1_000_000 },
  current: { mA: 0.001, A: 1 },
  voltage: { mV: 0.001, V: 1, kV: 1_000 },
  soc: { '%': 1 },
} as const;

export type Quantity = keyof typeof UNITS;

/** States that are none */
const UNKNOWN = new Set(['unavailable', 'unknown', '']);

/** The value of an entity in the unit of readings; `undefined`: Home Assistant does not know it at present. */
export function quantityOf(entity: Answer, quantity: Quantity): number | undefined {
  const state = entity.at('state').text();
  if (UNKNOWN.has(state)) return undefined;
  const unit = entity.at('attributes').at('unit_of_measurement');
  const units: Readonly<Record<string, number>> = UNITS[quantity];
  const factor = unit.absent ? undefined : units[unit.text()];
  const value = toNumber(state);
  if (value === undefined) return entity.refuse(`its state is no number`);
  if (factor === undefined) {
    return entity.refuse(`its unit is ${unit.shown}, not one of ${Object.keys(units).join(', ')}`);
  }
  return Number((value * factor).toPrecision(12));
}
