import type { Answer } from '../../shared/answer.ts';
import { known } from '../../shared/http/json-device.ts';
import type { MeterValues } from '../../shared/meter-reading.ts';

/**
 * Tasmota (tasmota.github.io/docs): sensors of `Status 10` and `tele/<topic>/SENSOR`. Energy devices have the group `ENERGY`;
 * those that read meters have one whose name and keys their script chose.
 */

/** Where values are, when the options do not say it; in small letters. W, and kWh */
const POWER = ['power_curr', 'power', 'power_total', 'curr_w', '16_7_0'];
const ENERGY = ['total_in', 'e_in', 'total', '1_8_0'];
const RETURN_ENERGY = ['total_out', 'e_out', '2_8_0'];
const PHASES = ['l1', 'l2', 'l3'];

/** Names that a script chose. */
export interface TasmotaKeys {
  readonly group?: string | undefined;
  readonly powerKey?: string | undefined;
  readonly energyKey?: string | undefined;
  readonly returnEnergyKey?: string | undefined;
}

/** Sensors as an object, `{"Time":…,"ENERGY":{…}}`. */
export function decode(sensors: Answer, { group, powerKey, energyKey, returnEnergyKey }: TasmotaKeys): MeterValues {
  const powers = keysOf(powerKey, POWER);
  const groups = sensors.entries().filter(([, answer]) => answer.shown === 'an object');
  const named = group?.toLowerCase();
  const found = groups.find(([name, answer]) =>
    named === undefined ? find(answer, powers) !== undefined : name.toLowerCase() === named,
  );
  if (!found) {
    const there = groups.map(([name]) => name).join(', ') || 'no sensors';
    return sensors.refuse(`there is no group ${group ?? 'with a power'}, but ${there}`);
  }
  const [, meter] = found;
  const power = find(meter, powers);
  const perPhase = power?.shown === 'a list' ? power.items().map((item) => known(item)) : undefined;
  const phases = (...names: readonly string[]) =>
    PHASES.map((phase) =>
      number(
        find(
          meter,
          names.map((name) => `${name}_${phase}`),
        ),
      ),
    );
  const list = (name: string) => {
    const values = find(meter, [name]);
    return values?.shown === 'a list' ? values.items().map((item) => known(item)) : undefined;
  };
  return {
    power: perPhase ? sum(perPhase) : number(power),
    powers: perPhase ?? phases('power'),
    currents: list('current') ?? phases('current', 'amperage'),
    voltages: list('voltage') ?? phases('voltage', 'volt'),
    energy: number(find(meter, keysOf(energyKey, ENERGY)), 1_000),
    returnEnergy: number(find(meter, keysOf(returnEnergyKey, RETURN_ENERGY)), 1_000),
  };
}

const keysOf = (key: string | undefined, usual: readonly string[]): readonly string[] =>
  key === undefined ? usual : [key.toLowerCase()];

/** The first of several keys that is there, in whatever letters. */
function find(group: Answer, keys: readonly string[]): Answer | undefined {
  const entries = new Map(group.entries().map(([key, value]) => [key.toLowerCase(), value]));
  return keys.map((key) => entries.get(key)).find((value) => value !== undefined);
}

/** Of several channels, their sum. */
function number(place: Answer | undefined, factor = 1): number | undefined {
  if (place?.shown === 'a list') return sum(place.items().map((item) => known(item, factor)));
  return place && known(place, factor);
}

const sum = (values: readonly (number | undefined)[]): number =>
  Number(values.reduce<number>((total, value) => total + (value ?? 0), 0).toPrecision(12));
