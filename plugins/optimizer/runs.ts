import Type from 'typebox';
import type { LoadpointState, Setting, SiteState } from '../../core/index.ts';
import type { ChargingStrategy } from './request.ts';

/** When the optimizer runs: every quarter of an hour, when it is asked to, and when something was set that makes a difference. */

/** ms between two runs, and until the next try after one that failed */
const PAUSE = 15 * 60_000;
const RETRY = 60_000;
/** ms after a run until somebody may ask for one */
const ON_DEMAND = 2 * 60_000;

export class Runs {
  #startedAt = Number.NEGATIVE_INFINITY;
  #isRunning = false;
  #failed = false;
  #isWanted = false;
  /** What the last run started from */
  #basis = '';

  /** Somebody asks for a run. */
  want(): void {
    this.#isWanted = true;
  }

  /** ms until somebody may ask for one; 0: now */
  pause(now: number): number {
    const passed = now - this.#startedAt;
    return passed < 0 || passed >= ON_DEMAND ? 0 : ON_DEMAND - passed;
  }

  isDue(site: SiteState, strategy: ChargingStrategy): boolean {
    if (this.#isRunning) return false;
    if (this.#isWanted || basisOf(site, strategy) !== this.#basis) return true;
    const passed = site.now - this.#startedAt;
    // The clock may have been set back.
    return passed < 0 || passed >= (this.#failed ? RETRY : PAUSE);
  }

  begun(site: SiteState, strategy: ChargingStrategy): void {
    this.#startedAt = site.now;
    this.#isRunning = true;
    this.#isWanted = false;
    this.#basis = basisOf(site, strategy);
  }

  ended(success: boolean): void {
    this.#isRunning = false;
    this.#failed = !success;
  }
}

/** POST /api/optimize */
export const optimizeRow = (runs: Pick<Runs, 'want'>): Setting => ({
  scope: 'site',
  name: 'optimize',
  description: 'Has the optimizer run at once; the answer does not wait for it. At most every two minutes',
  schema: Type.Null({ default: null }),
  input: Type.Null(),
  rest: { document: ['/optimize'] },
  posted: null,
  state: null,
  stored: false,
  early: true,
  parse: () => null,
  apply: () => runs.want(),
  result: Type.Boolean(),
  answer: () => true,
});

/** What somebody set, and who is there. */
function basisOf({ settings, loadpoints, plans, readings }: SiteState, strategy: ChargingStrategy): string {
  const ofLoadpoint = ({ id, connected, vehicle, soc, settings: own }: LoadpointState): unknown => {
    const plan = plans.get(id);
    return [
      connected && vehicle ? vehicle.name : connected,
      soc !== undefined,
      ...[own.mode, own.phases, own.minCurrent, own.maxCurrent, own.minSoc, own.smartCostLimit],
      ...[own.targetSoc, own.limitSoc, own.targetEnergy, own.limitEnergy, own.planEnergy],
      ...[plan?.target, plan?.goal?.kind, plan?.goal?.value],
    ];
  };
  const { gridExportLimit, batteryGridDischarge, solarAdjusted, smartCostLimit } = settings;
  return JSON.stringify([
    ...[strategy, gridExportLimit, batteryGridDischarge, solarAdjusted, smartCostLimit],
    readings.operator?.consumption,
    loadpoints.map(ofLoadpoint),
  ]);
}
