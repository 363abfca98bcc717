import type { Answer } from '../../shared/answer.ts';
import { known } from '../../shared/http/json-device.ts';
import type { MeterValues } from '../../shared/meter-reading.ts';

/** inexogy, formerly Discovergy: API documentation at api.inexogy.com/docs. */

/** Id of the meter of that serial number; without one, of the only meter of electricity. */
export function findMeter(meters: Answer, serial: string | undefined): string {
  const all = meters.items().filter((meter) => {
    const kind = meter.at('measurementType');
    return kind.absent || kind.text() === 'ELECTRICITY';
  });
  const numbers = all.map((meter) => meter.at('fullSerialNumber').text());
  const index =
    serial === undefined ? 0 : all.findIndex((meter, at) => serial === numbers[at] || serial === idOf(meter));
  const found = all[index];
  if (!found || (serial === undefined && all.length > 1)) {
    return meters.refuse(
      `say which one with meter: the account has ${numbers.join(', ') || 'no meter of electricity'}`,
    );
  }
  return idOf(found);
}

const idOf = (meter: Answer): string => meter.at('meterId').text();

/** Power in mW, energy in 1e-10 kWh, voltage in mV */
export function decode(values: Answer): MeterValues {
  const phases = (name: string, factor: number) =>
    [1, 2, 3].map((phase) => known(values.at(`${name}${phase}`), factor));
  return {
    power: known(values.at('power'), 1e-3),
    powers: phases('power', 1e-3),
    voltages: phases('voltage', 1e-3),
    energy: known(values.at('energy'), 1e-7),
    returnEnergy: known(values.at('energyOut'), 1e-7),
  };
}
