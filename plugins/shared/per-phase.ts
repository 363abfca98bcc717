import type { PerPhase } from '../../core/index.ts';
import type { Answer } from './answer.ts';

/** A list with values of L1 to L3; of fewer phases the others are 0. `undefined`: there is none, or an empty one. */
export function perPhase(list: Answer): PerPhase | undefined {
  if (list.absent) return undefined;
  const [l1, l2, l3] = list.items();
  return l1 && [l1.number(), l2?.number() ?? 0, l3?.number() ?? 0];
}
