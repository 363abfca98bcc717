import type { LoadpointState, Plugin, Reason } from '../../../core/index.ts';
import { stopUnlessClimater } from '../../shared/charging.ts';
import { degree, limitEnergy, limitSoc, usesEnergyLimit } from '../../shared/goals.ts';

/** ms that a car has after its connection to tell its soc, before it is charged without knowing */
const PATIENCE = 30_000;

/** Ends charging when the target soc is reached, or while that cannot be known the target energy. */
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

function socReached(loadpoint: LoadpointState): Reason | undefined {
  const { soc } = loadpoint;
  const limit = limitSoc(loadpoint);
  if (limit >= 100 || soc === undefined || soc < limit) return undefined;
  const shown = degree(limit, loadpoint);
  const change = `starts when the target is raised, or below ${shown}`;
  return { code: 'target-soc', text: `target ${noun(loadpoint)} of ${shown} is reached`, change };
}

const noun = ({ traits }: LoadpointState): string => (traits.heating ? 'temperature' : 'soc');

/** A car that may be full already is not started for the moment until it says so. */
function awaitsSoc(loadpoint: LoadpointState, now: number): Reason | undefined {
  const { soc, vehicle, enabled, connectedAt = now } = loadpoint;
  const limit = limitSoc(loadpoint);
  const mayTell = vehicle !== undefined && !vehicle.sample && !vehicle.features.includes('offline');
  if (limit >= 100 || soc !== undefined || !mayTell || enabled) return undefined;
  if (Math.abs(now - connectedAt) >= PATIENCE) return undefined;
  const text = `the car was just connected; target soc is ${limit} %, its soc is not known yet`;
  return { code: 'soc-awaited', text, change: `starts when the car tells its soc, or after ${PATIENCE / 1_000} s` };
}

function energyReached(loadpoint: LoadpointState): Reason | undefined {
  const limit = limitEnergy(loadpoint);
  if (!usesEnergyLimit(loadpoint) || loadpoint.sessionEnergy < limit * 1_000) return undefined;
  const text = `target energy of ${limit} kWh is reached`;
  return { code: 'target-energy', text, change: 'starts when the target is raised, or with the next car' };
}
