import type { LoadpointState, PlanSlot, SiteState } from '../../core/index.ts';
import { powersOf, type SharedLimits } from '../shared/charge-power.ts';
import type { Room } from './spans.ts';
import { Timeline } from './timeline.ts';

/** What the plans of other loadpoints leave of shared circuits and of the surplus. Pure. */

/** What loadpoints were promised of the sun and of the limits that they share. */
export class Promises {
  readonly #site: SiteState;
  readonly #shared: SharedLimits;
  readonly #all: Timeline = new Timeline();
  /** By name of the limit */
  readonly #limits = new Map<string, Timeline>();

  constructor(site: SiteState, shared: SharedLimits) {
    this.#site = site;
    this.#shared = shared;
  }

  /** Takes the slots of a plan out of the room of others; a loadpoint that is switched off leaves it to them. */
  add(loadpoint: LoadpointState, slots: readonly PlanSlot[]): void {
    if (loadpoint.settings.mode === 'off') return;
    const { fullPower } = powersOf(loadpoint, this.#site, this.#shared);
    const names = this.#shared.above(loadpoint).map(({ name }) => name);
    for (const { start, end, surplus } of slots) {
      const power = surplus ?? fullPower;
      const taken = { power, current: power / (loadpoint.phasesMax * this.#site.voltage) };
      this.#all.add(start, end, taken);
      for (const name of names) this.#limit(name).add(start, end, taken);
    }
  }

  /** What is left for a loadpoint. The house itself loads a root that has a meter with `household` W. */
  roomFor(loadpoint: LoadpointState, household: number): Room {
    const { voltage } = this.#site;
    const perAmpere = loadpoint.phasesMax * voltage;
    const limits = this.#shared
      .above(loadpoint)
      .filter(({ power, current }) => Number.isFinite(power) || Number.isFinite(current))
      .map(({ name, power, current, house }) => ({
        power: power - (house ? household : 0),
        current: current - (house ? household / (3 * voltage) : 0),
        others: this.#limit(name),
      }));
    return {
      limited: limits.length > 0,
      next: (time) => this.#all.next(time),
      promised: (time) => this.#all.at(time).power,
      power(time) {
        let least = Number.POSITIVE_INFINITY;
        for (const { power, current, others } of limits) {
          const taken = others.at(time);
          least = Math.min(least, power - taken.power, (current - taken.current) * perAmpere);
        }
        return Math.max(0, least);
      },
    };
  }

  #limit(name: string): Timeline {
    const known = this.#limits.get(name);
    if (known) return known;
    const timeline = new Timeline();
    this.#limits.set(name, timeline);
    return timeline;
  }
}
