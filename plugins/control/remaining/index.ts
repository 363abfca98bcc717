import type { LoadpointState, Plugin } from '../../../core/index.ts';
import { chargeDuration, chargeEnergy, durationOf, type SocGap } from '../../shared/charge-time.ts';
import { limitEnergy, limitSoc, usesEnergyLimit } from '../../shared/goals.ts';

/** Publishes how much energy and time a car needs until charging ends; 0: nothing, or unknown. */
const remaining: Plugin = {
  name: 'remaining',
  apply({ hooks, publishAll }) {
    hooks.measured.tap('remaining', ({ loadpoints }) => {
      for (const loadpoint of loadpoints) publishAll('loadpoint', loadpoint.id, VALUES, loadpoint);
    });
  },
};
export default remaining;

const VALUES = {
  chargeRemainingEnergy: (loadpoint: LoadpointState) => Math.round(remainingOf(loadpoint).energy),
  chargeRemainingDuration: (loadpoint: LoadpointState) => remainingOf(loadpoint).duration,
};

/** Wh at the charger, and ms in whole seconds at the present power; nobody waits for a car that does not charge. */
function remainingOf(loadpoint: LoadpointState): { readonly energy: number; readonly duration: number } {
  const { charging, chargePower } = loadpoint;
  const gap = gapOf(loadpoint);
  const energy = gap ? chargeEnergy(gap) : energyToLimit(loadpoint);
  if (!charging) return { energy, duration: 0 };
  const duration = gap ? chargeDuration(gap, chargePower) : durationOf(energy, chargePower);
  return { energy, duration: Number.isFinite(duration) ? Math.round(duration / 1_000) * 1_000 : 0 };
}

/** Charging ends at the target of the loadpoint, or earlier at that of the car; `undefined`: soc or capacity is unknown. */
function gapOf(loadpoint: LoadpointState): SocGap | undefined {
  const { connected, soc, chargeCapacity: capacity, vehicle, traits } = loadpoint;
  if (!connected || traits.heating || soc === undefined || capacity === undefined) return undefined;
  const ofCar = vehicle?.sample?.value.limitSoc || 100;
  return { soc, target: Math.min(ofCar, limitSoc(loadpoint)), capacity };
}

function energyToLimit(loadpoint: LoadpointState): number {
  const { connected, sessionEnergy } = loadpoint;
  return connected && usesEnergyLimit(loadpoint) ? Math.max(0, limitEnergy(loadpoint) * 1_000 - sessionEnergy) : 0;
}
