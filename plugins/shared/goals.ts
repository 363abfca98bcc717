import type { LoadpointState } from '../../core/index.ts';

/** What ends charging, as the settings and the car say. */

/** %, at which charging ends, °C for heaters; 100: the car decides */
export function limitSoc({ settings: { limitSoc, targetSoc } }: Pick<LoadpointState, 'settings'>): number {
  // Until the car leaves, else as set for it; 0 leaves it to the car too.
  return limitSoc || targetSoc || 100;
}

/** kWh, after which charging ends; 0: none */
export function limitEnergy({ settings: { limitEnergy, targetEnergy } }: Pick<LoadpointState, 'settings'>): number {
  return limitEnergy || targetEnergy;
}

/** Charging ends after an energy: only while nothing better is known, which is the soc of a car of known capacity. */
export function usesEnergyLimit(loadpoint: LoadpointState): boolean {
  const { soc, chargeCapacity } = loadpoint;
  return limitEnergy(loadpoint) > 0 && (soc === undefined || chargeCapacity === undefined);
}

/** A soc as people read it: `54 %`, or `54 °C` for heaters. */
export function degree(soc: number, { traits }: Pick<LoadpointState, 'traits'>): string {
  return `${Math.round(soc)} ${traits.heating ? '°C' : '%'}`;
}
