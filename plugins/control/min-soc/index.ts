import type { LoadpointState, Plugin } from '../../../core/index.ts';
import { fullPower } from '../../shared/charging.ts';

/** Share of the charged energy that reaches the car's battery. */
const EFFICIENCY = 0.85;

/** ms that a car has after its connection to tell its soc */
const PATIENCE = 60_000;

/** Charges at full power, in any mode but off, until the car has its minimum soc. */
const minSoc: Plugin = {
  name: 'min-soc',
  apply({ hooks, stages }) {
    hooks.decide.tap({ name: 'min-soc', stage: stages.decide.demand }, (loadpoint, site) => {
      const text = missing(loadpoint, site.now);
      return text === undefined ? undefined : fullPower(loadpoint, site.now, { code: 'min-soc', text });
    });
  },
};
export default minSoc;

/** What is missing to the minimum; `undefined`: nothing. While the soc is unknown, the energy that the minimum stands for. */
function missing(loadpoint: LoadpointState, now: number): string | undefined {
  const { settings, soc, vehicle, sessionEnergy, connectedAt = now } = loadpoint;
  const { minSoc } = settings;
  if (minSoc === 0) return undefined;
  if (soc !== undefined)
    return soc < minSoc ? `soc of ${Math.round(soc)} % is below the minimum of ${minSoc} %` : undefined;
  if (vehicle?.capacity === undefined) return undefined;
  if (!vehicle.sample && now - connectedAt < PATIENCE) return undefined;
  const energy = (vehicle.capacity * minSoc) / 100 / EFFICIENCY;
  if (sessionEnergy >= energy) return undefined;
  const needed = (energy / 1_000).toFixed(1);
  return `soc is unknown; ${needed} kWh are charged for the minimum of ${minSoc} %`;
}
