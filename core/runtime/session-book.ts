import { startOfDay } from '../clock.ts';
import type { Mix } from '../cycle/publish.ts';
import type { Hooks } from '../hooks.ts';
import { type FailureReporter, failureReporter } from '../loading/containment.ts';
import type { Logger } from '../log.ts';
import type { LoadpointState, SiteState } from '../site.ts';
import type { Store } from '../store.ts';
import { meanRate } from './energy.ts';
import { type Equipment, NO_EQUIPMENT } from './equipment.ts';
import type { Loadpoint } from './loadpoint.ts';

/** Books what the cycles charge to the sessions of the loadpoints, and stores them. */

export interface SessionBookOptions {
  readonly hooks: Pick<Hooks, 'session'>;
  readonly log: Logger;
  readonly store: Pick<Store, 'sessions'>;
}

/** ms for which prices are averaged to compare a session with */
const REFERENCE = 24 * 3_600_000;

export class SessionBook {
  readonly #options: SessionBookOptions;
  readonly #reporters = new WeakMap<Loadpoint, FailureReporter>();
  /** Whose session grew and is not stored yet */
  readonly #grown = new Set<Loadpoint>();
  #storing = false;
  #equipment: Equipment = NO_EQUIPMENT;
  /** Shares and prices of the last cycle */
  #mix: Mix | undefined;

  constructor(options: SessionBookOptions) {
    this.#options = options;
  }

  use(equipment: Equipment): void {
    this.#equipment = equipment;
  }

  /** Books one cycle to every loadpoint with a car. */
  account(site: SiteState, mix: Mix): void {
    this.#mix = mix;
    for (const [index, loadpoint] of this.#equipment.loadpoints.entries()) {
      const state = site.loadpoints[index];
      if (!state?.connected) continue;
      if (this.#isYesterdays(loadpoint, state, site.now)) this.#turnOver(loadpoint, site.now);
      this.#add(loadpoint, site, state, mix);
    }
  }

  /** The car left: what the counter says by now is booked too, and the session is stored. */
  end(loadpoint: Loadpoint, now: number): void {
    const { at, energy, greenEnergy } = loadpoint.account;
    if (at !== undefined) {
      const { price, co2, greenShareLoadpoints } = this.#mix ?? {};
      // Right after a restart the mean of the session is all that is known.
      const greenShare = greenShareLoadpoints ?? (energy > 0 ? greenEnergy / energy : 0);
      const meter = loadpoint.counter(now);
      loadpoint.addCycle({ now, charging: false, power: 0, meter, greenShare, price, co2 });
    }
    void this.save(loadpoint, now);
  }

  /** Begins to store what grew, one after the other; not before the chargers were told what to do. Never rejects. */
  async store(now: number): Promise<void> {
    if (this.#storing) return;
    this.#storing = true;
    // What grows meanwhile comes in at the end.
    for (const loadpoint of this.#grown) {
      this.#grown.delete(loadpoint);
      await this.save(loadpoint, now);
    }
    this.#storing = false;
  }

  /** Stores the sessions that are under way. */
  async finish(now: number): Promise<void> {
    await Promise.all(this.#equipment.loadpoints.map((loadpoint) => this.save(loadpoint, now)));
  }

  /** Stores the session of a loadpoint, if there is one. Never rejects. */
  async save(loadpoint: Loadpoint, now: number): Promise<void> {
    const { store, hooks } = this.#options;
    const vehicle = loadpoint.vehicle === null ? undefined : this.#equipment.vehicles.get(loadpoint.vehicle);
    const odometer = vehicle?.handle.sample(now)?.value.odometer;
    // What is built into its consumer has no vehicle; its sessions go by its own title.
    const title = loadpoint.charger.device?.traits?.integrated ? loadpoint.spec.title : (vehicle?.spec.title ?? '');
    const reporter = this.#reporter(loadpoint);
    try {
      await loadpoint.saveSession(store.sessions, title, odometer, (session) => hooks.session.call(session));
      reporter.worked();
    } catch (error) {
      reporter.failed(error);
    }
  }

  #add(loadpoint: Loadpoint, site: SiteState, state: LoadpointState, mix: Mix): void {
    const { now, rates } = site;
    const before = loadpoint.account;
    loadpoint.addCycle({
      now,
      charging: state.charging,
      power: state.chargePower,
      meter: loadpoint.counter(now),
      sessionCounter: loadpoint.sessionCounter(now),
      greenShare: mix.greenShareLoadpoints,
      price: mix.price,
      co2: mix.co2,
      // Of a heater it is a temperature.
      soc: state.traits.heating ? undefined : state.soc,
      range: state.vehicle?.sample?.value.range,
      referencePrice: before.referencePrice ?? meanRate(rates.grid, now, now + REFERENCE),
      referenceCo2: before.referenceCo2 ?? meanRate(rates.co2, now, now + REFERENCE),
    });
    if (!state.charging || loadpoint.account.energy <= before.energy) return;
    // A new row at once, so that what is remembered of this cycle knows it.
    if (loadpoint.session.id === undefined) void this.save(loadpoint, now);
    else this.#grown.add(loadpoint);
  }

  /** A heater is never unplugged: its sessions are those of a day. */
  #isYesterdays({ account }: Loadpoint, { traits }: LoadpointState, now: number): boolean {
    return Boolean(traits.integrated && traits.heating && account.at !== undefined && account.at < startOfDay(now));
  }

  #turnOver(loadpoint: Loadpoint, now: number): void {
    void this.save(loadpoint, now);
    loadpoint.beginSession(loadpoint.account);
  }

  #reporter(loadpoint: Loadpoint): FailureReporter {
    const known = this.#reporters.get(loadpoint);
    if (known) return known;
    const reporter = failureReporter(`storing the session of ${loadpoint.spec.title}`, this.#options.log);
    this.#reporters.set(loadpoint, reporter);
    return reporter;
  }
}
