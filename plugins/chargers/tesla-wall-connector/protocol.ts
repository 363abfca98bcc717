import type { ChargerReading, PerPhase } from '../../../core/index.ts';
import type { Answer } from '../../shared/answer.ts';
import { known } from '../../shared/http/json-device.ts';

/**
 * Tesla Wall Connector of generation 3: `/api/1/vitals` and `/api/1/lifetime`, which Tesla does not document; as known from
 * integrations for home automation.
 */

export function toReading(vitals: Answer, lifetime: Answer): ChargerReading {
  const charging = vitals.at('contactor_closed').flag();
  const connected = vitals.at('vehicle_connected').flag();
  const of = (name: string): number => vitals.at(name).number();
  const currents: PerPhase = [of('currentA_a'), of('currentB_a'), of('currentC_a')];
  const voltages: PerPhase = [of('voltageA_v'), of('voltageB_v'), of('voltageC_v')];
  const energy = known(lifetime.at('energy_wh'));
  const sessionEnergy = known(vitals.at('session_energy_wh'));
  return {
    status: charging ? 'C' : connected ? 'B' : 'A',
    enabled: true,
    // While the contactor is open, it measures some volts that are none.
    power: charging ? powerOf(currents, voltages, of('grid_v')) : 0,
    ...(charging && { currents, voltages }),
    ...(energy !== undefined && { energy }),
    ...(sessionEnergy !== undefined && { sessionEnergy }),
  };
}

/** W. In North America there are two lines with half of the voltage each; the third one then shows half as well, and carries nothing. */
function powerOf(currents: PerPhase, voltages: PerPhase, grid: number): number {
  const split = grid > 0 && Math.abs(voltages[2] - grid / 2) < grid / 10;
  const lines = split ? [0, 1] : [0, 1, 2];
  const sum = lines.reduce((power, line) => power + (currents[line] ?? 0) * (voltages[line] ?? 0), 0);
  return Math.max(0, sum);
}
