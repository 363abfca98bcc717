import type { LoadpointState, Plugin } from '../../../core/index.ts';
import { stopUnlessClimater } from '../../shared/charging.ts';

/** Ends charging when the target soc, or for cars without known soc the target energy, is reached. */
const reached: Plugin = {
  name: 'reached',
  apply({ hooks, stages }) {
    hooks.decide.tap({ name: 'reached', stage: stages.decide.reached }, (loadpoint) => {
      const reason = socReached(loadpoint) ?? energyReached(loadpoint);
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

function energyReached({ settings, soc, sessionEnergy }: LoadpointState) {
  const { targetEnergy } = settings;
  if (targetEnergy === 0 || soc !== undefined || sessionEnergy < targetEnergy * 1_000) return undefined;
  return { code: 'target-energy', text: `target energy of ${targetEnergy} kWh is reached` };
}
