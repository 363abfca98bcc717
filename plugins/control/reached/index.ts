import type { LoadpointState, Plugin, Reason } from '../../../core/index.ts';
import { stopUnlessClimater } from '../../shared/charging.ts';

/** ms that a car has after its connection to tell its soc, before it is charged without knowing */
const PATIENCE = 30_000;

/** Ends charging when the target soc, or for cars without known soc the target energy, is reached. */
const reached: Plugin = {
  name: 'reached',
  apply({ hooks, stages }) {
    hooks.decide.tap({ name: 'reached', stage: stages.decide.reached }, (loadpoint, { now }) => {
      const reason = socReached(loadpoint) ?? awaitsSoc(loadpoint, now) ?? energyReached(loadpoint);
      return reason && stopUnlessClimater(loadpoint, reason);
    });
  },
};
export default reached;

function socReached({ settings, soc }: LoadpointState) {
  const { targetSoc } = settings;
  // 0 and 100 leave it to the car.
  if (targetSoc === 0 || targetSoc >= 100 || soc === undefined || soc < targetSoc) return undefined;
  return { code: 'target-soc', text: `target soc of ${targetSoc} % is reached` };
}

/** A car that may be full already is not started for the moment until it says so. */
function awaitsSoc(loadpoint: LoadpointState, now: number): Reason | undefined {
  const { settings, soc, vehicle, enabled, connectedAt = now } = loadpoint;
  const { targetSoc } = settings;
  const mayTell = vehicle !== undefined && !vehicle.sample && !vehicle.features.includes('offline');
  if (targetSoc === 0 || targetSoc >= 100 || soc !== undefined || !mayTell || enabled) return undefined;
  if (Math.abs(now - connectedAt) >= PATIENCE) return undefined;
  const text = `the car was just connected; target soc is ${targetSoc} %, its soc is not known yet`;
  return { code: 'soc-awaited', text, change: `starts when the car tells its soc, or after ${PATIENCE / 1_000} s` };
}

function energyReached({ settings, soc, sessionEnergy }: LoadpointState) {
  const { targetEnergy } = settings;
  if (targetEnergy === 0 || soc !== undefined || sessionEnergy < targetEnergy * 1_000) return undefined;
  return { code: 'target-energy', text: `target energy of ${targetEnergy} kWh is reached` };
}
