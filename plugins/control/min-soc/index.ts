import type { LoadpointState, Plugin, StateKey, VehicleState } from '../../../core/index.ts';
import { chargeEnergy } from '../../shared/charge-time.ts';
import { fullPower } from '../../shared/charging.ts';
import { degree } from '../../shared/goals.ts';

/** ms that a car has after its connection to tell its soc */
const PATIENCE = 60_000;

const NOT_REACHED: StateKey = {
  name: 'minSocNotReached',
  kind: 'flag',
  description: 'The car has less than its minimum soc',
};

/** Charges at full power, in any mode but off, until the car has its minimum soc. */
const minSoc: Plugin = {
  name: 'min-soc',
  apply({ hooks, stages, state, publish }) {
    state.define('loadpoint', NOT_REACHED);
    hooks.measured.tap('min-soc', ({ loadpoints, now }) => {
      for (const loadpoint of loadpoints) {
        const isMissing = loadpoint.connected && missing(loadpoint, now) !== undefined;
        publish('loadpoint', loadpoint.id, NOT_REACHED.name, isMissing);
      }
    });
    hooks.decide.tap({ name: 'min-soc', stage: stages.decide.demand }, (loadpoint, site) => {
      const text = missing(loadpoint, site.now);
      return text === undefined ? undefined : fullPower(loadpoint, site.now, { code: 'min-soc', text });
    });
  },
};
export default minSoc;

/** What is missing to the minimum; `undefined`: nothing. While the soc is unknown, the energy that the minimum stands for. */
function missing(loadpoint: LoadpointState, now: number): string | undefined {
  const { settings, soc, chargeCapacity: capacity, traits, vehicle, sessionEnergy, connectedAt = now } = loadpoint;
  const { minSoc } = settings;
  if (minSoc === 0) return undefined;
  if (soc !== undefined) {
    const kind = traits.heating ? 'temperature' : 'soc';
    const [is, least] = [degree(soc, loadpoint), degree(minSoc, loadpoint)];
    return soc < minSoc ? `${kind} of ${is} is below the minimum of ${least}` : undefined;
  }
  if (capacity === undefined || (mayTell(vehicle) && now - connectedAt < PATIENCE)) return undefined;
  const energy = chargeEnergy({ soc: 0, target: minSoc, capacity });
  if (sessionEnergy >= energy) return undefined;
  const needed = (energy / 1_000).toFixed(1);
  return `soc is unknown; ${needed} kWh are charged for the minimum of ${minSoc} %`;
}

/** A car that was not read yet may tell that it is full enough. */
const mayTell = (vehicle: VehicleState | undefined): boolean =>
  vehicle !== undefined && !vehicle.sample && !vehicle.features.includes('offline');
