import type { BatteryMode } from '../../../core/index.ts';
import type { Answer } from '../../shared/answer.ts';
import { known } from '../../shared/http/json-device.ts';
import type { MeterValues } from '../../shared/meter-reading.ts';

/** sonnenBatterie, JSON API v1 (open) and v2 (with a token, described in the battery's own web page). */

/** `EM_OperatingMode`: told by set-points, or on its own */
export const MANUAL = '1';
export const SELF_CONSUMPTION = '2';

/** `GET /api/v1/status` and `/api/v2/status` */
export function decode(status: Answer, usage: 'grid' | 'pv' | 'battery'): MeterValues {
  if (usage === 'pv') return { power: known(status.at('Production_W')) };
  if (usage === 'grid') return { power: known(status.at('GridFeedIn_W'), -1) };
  return { power: known(status.at('Pac_total_W')), soc: known(status.at('USOC')) };
}

/**
 * The set-points of a mode, as direction and W, in the order in which they are sent; `undefined`: the battery decides.
 * `hold` keeps it from charging too: there is no set-point that forbids only one direction.
 */
export function setpointsOf(
  mode: Exclude<BatteryMode, 'holdcharge'>,
  chargePower: number,
): readonly (readonly ['charge' | 'discharge', number])[] | undefined {
  if (mode === 'normal') return undefined;
  return mode === 'charge'
    ? [['charge', chargePower]]
    : [
        ['discharge', 0],
        ['charge', 0],
      ];
}
