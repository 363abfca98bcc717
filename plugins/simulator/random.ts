/**
 * Chance as a pure function of a seed and a position: the same question always has the same answer, in whatever order and
 * how often it is asked. So a simulated day does not depend on when somebody looked at it.
 */

/** A number from 0 (inclusive) to 1 (exclusive) that belongs to `seed` and `index`. */
export function chance(seed: number, index: number): number {
  // Low and high half of the index are both mixed in: positions are times, which exceed 32 bits.
  let hash = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(index >>> 0, 0xc2b2ae35);
  hash ^= Math.imul(Math.floor(index / 0x1_0000_0000) + 0x27d4eb2f, 0x165667b1);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  hash = Math.imul(hash ^ (hash >>> 12), 0x297a2d39);
  return ((hash ^ (hash >>> 15)) >>> 0) / 0x1_0000_0000;
}

/** A seed of its own for each use, so that clouds and kettles have nothing to do with each other. */
export function subseed(seed: number, use: string): number {
  let hash = seed | 0;
  for (let at = 0; at < use.length; at += 1) hash = Math.imul(hash ^ use.charCodeAt(at), 0x01000193);
  return hash;
}

/** A curve from 0 to 1 that wanders from one chance value to the next, one per unit of `position`. */
export function wandering(seed: number, position: number): number {
  const index = Math.floor(position);
  const share = position - index;
  const smooth = share * share * (3 - 2 * share);
  return chance(seed, index) * (1 - smooth) + chance(seed, index + 1) * smooth;
}
