import type { LoadpointSettings } from '../settings.ts';

/** %, at which charging ends, °C for heaters: until the car leaves, else as set for it; 100: the car decides. */
export function limitSocOf({ limitSoc, targetSoc }: Pick<LoadpointSettings, 'limitSoc' | 'targetSoc'>): number {
  // 0 leaves it to the car too.
  return limitSoc || targetSoc || 100;
}
