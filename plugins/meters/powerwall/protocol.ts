import type { Answer } from '../../shared/answer.ts';
import { known } from '../../shared/http/json-device.ts';
import type { MeterValues } from '../../shared/meter-reading.ts';

/** Tesla Energy Gateway, local API of the firmwares 20.49 to 23.x, which Tesla does not document. */

/** What `GET /api/meters/aggregates` calls the parts of a house */
const PARTS = { grid: 'site', pv: 'solar', battery: 'battery' } as const;

/**
 * Power of the grid is + import, of the battery + discharge, of the panels + generation. `energy_exported` is what a part
 * gave to the house's wires: of panels and battery that is the direction of positive power, of the grid it is not.
 */
export function decode(meters: Answer, usage: keyof typeof PARTS): MeterValues {
  const meter = meters.at(PARTS[usage]);
  const [imported, exported] = [known(meter.at('energy_imported')), known(meter.at('energy_exported'))];
  return {
    power: known(meter.at('instant_power')),
    ...(usage === 'grid' ? { energy: imported, returnEnergy: exported } : { energy: exported }),
    ...(usage === 'battery' && { returnEnergy: imported }),
  };
}
