import type { LoadpointTurn, Plugin, Setpoint } from '../../../core/index.ts';
import { amperes, watts } from '../../shared/charging.ts';

/** Keeps within the largest power of the vehicle, on however many phases it charges. */
const vehiclePower: Plugin = {
  name: 'vehicle-power',
  apply({ hooks }) {
    hooks.limit.tap('vehicle-power', (setpoint, loadpoint, { voltage }) => {
      const { maxPower } = loadpoint.vehicle ?? {};
      if (maxPower === undefined) return setpoint;
      const phases = phasesOf(setpoint, loadpoint);
      const onAll = maxPower / voltage / phases;
      if (onAll >= setpoint.current) return setpoint;
      // What is too little for all phases may be enough for one.
      const single = phases > 1 && onAll < loadpoint.minCurrent && mayUseOne(loadpoint);
      const current = single ? maxPower / voltage : onAll;
      const on = single || phases === 1 ? 'one phase' : `${phases} phases`;
      const text = `the vehicle takes at most ${watts(maxPower)}, ${amperes(current)} on ${on}`;
      return {
        ...setpoint,
        ...(single && { phases: 1 as const }),
        current: Math.min(setpoint.current, current),
        reasons: [...setpoint.reasons, { code: 'vehicle-power', text }],
      };
    });
  },
};
export default vehiclePower;

/** Phases that will be in use at most, before or after a switch. */
function phasesOf({ phases }: Setpoint, { phasesActive, phasesMax }: LoadpointTurn): number {
  return Math.max(phasesActive, phases === undefined ? 1 : Math.min(phases, phasesMax));
}

const mayUseOne = ({ canSwitchPhases, settings }: LoadpointTurn): boolean => canSwitchPhases && settings.phases !== 3;
