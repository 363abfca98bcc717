import type { LoadpointState } from '../../core/index.ts';

/** What ends charging, as the settings and the car say. */

/** %, at which charging ends, °C for heaters; 100: the car decides */
export function limitSoc({ settings: { targetSoc } }: Pick<LoadpointState, 'settings'>): number {
  // 0 leaves it to the car too.
  return targetSoc === 0 ? 100 : targetSoc;
}

/** Charging ends after an energy: only while nothing better is known, which is the soc of a car of known capacity. */
export function usesEnergyLimit({ settings, soc, chargeCapacity }: LoadpointState): boolean {
  return settings.targetEnergy > 0 && (soc === undefined || chargeCapacity === undefined);
}

/** A soc as people read it: `54 %`, or `54 °C` for heaters. */
export function degree(soc: number, { traits }: Pick<LoadpointState, 'traits'>): string {
  return `${Math.round(soc)} ${traits.heating ? '°C' : '%'}`;
}
