import type { Clock } from '../clock.ts';
import type { HouseEvent, LoadpointEvent } from '../events.ts';
import type { Hooks } from '../hooks.ts';
import { type FailureReporter, failureReporter } from '../loading/containment.ts';
import type { Logger } from '../log.ts';
import {
  circuitStates,
  devicesOf,
  type Equipment,
  expectsWelcome,
  type NamedMeter,
  NO_EQUIPMENT,
  readingsOf,
  refreshAll,
} from '../runtime/equipment.ts';
import type { Loadpoint } from '../runtime/loadpoint.ts';
import type { Planning } from '../runtime/planning.ts';
import { SessionBook } from '../runtime/session-book.ts';
import type { SettingsService } from '../runtime/settings-service.ts';
import type { TariffBook } from '../runtime/tariffs.ts';
import { vehicleState } from '../runtime/vehicle-reading.ts';
import type { Vehicles } from '../runtime/vehicles.ts';
import type { LoadpointState, Readings } from '../site.ts';
import type { State, StateChange } from '../state.ts';
import type { Store } from '../store.ts';
import { accepted, copyOf, draftOf } from './added.ts';
import type { BatteryWriter } from './battery.ts';
import { decideAll, type Outcome } from './decide.ts';
import { DeviceWatch } from './device-watch.ts';
import type { Order } from './guard.ts';
import { OperatorWriter } from './operator.ts';
import { mixOf, publishLoadpoint, publishSite } from './publish.ts';
import { cycleRecord, NO_HOUSE, type RecordedHouse } from './replay.ts';
import { type SiteInputs, siteState } from './site-state.ts';
import { applied, commandsFor, write } from './write.ts';

/** The control cycle: measure, freeze, plan, decide, limit, guard, write, publish. */

export interface CycleOptions {
  readonly hooks: Hooks;
  readonly clock: Clock;
  readonly log: Logger;
  readonly state: State;
  readonly settings: SettingsService;
  readonly store: Store;
  readonly tariffs: TariffBook;
  readonly planning: Planning;
  readonly vehicles: Vehicles;
  readonly batteries: BatteryWriter;
}

/** Share of the interval that reading and writing may hold a cycle up; what takes longer is used in the next one. */
const IO_SHARE = 0.3;
const LONGEST_IO = 5_000;

export class Cycle {
  readonly #options: CycleOptions;
  readonly #adding: ReturnType<typeof failureReporter>;
  readonly #operator: OperatorWriter;
  readonly #devices = new DeviceWatch();
  readonly #sessions: SessionBook;
  readonly #reporters = new WeakMap<Loadpoint, FailureReporter>();
  readonly #writing = new Map<Loadpoint, Promise<void>>();
  /** What is about to leave the house: nothing is decided for it any more. */
  readonly #leaving = new Set<Loadpoint | NamedMeter>();
  #equipment: Equipment = NO_EQUIPMENT;
  #interval = 10_000;
  #voltage = 230;
  #house: RecordedHouse = NO_HOUSE;
  #devicesChanged = true;
  #goodAt = Number.NEGATIVE_INFINITY;

  constructor(options: CycleOptions) {
    this.#options = options;
    this.#adding = failureReporter('adding readings', options.log);
    this.#operator = new OperatorWriter(options.log);
    this.#sessions = new SessionBook(options);
  }

  /** Takes over devices and constants; from the next cycle on. */
  use(equipment: Equipment, interval: number, voltage: number, house: RecordedHouse): void {
    this.#equipment = equipment;
    this.#interval = interval;
    this.#voltage = voltage;
    this.#house = house;
    this.#devicesChanged = true;
    this.#leaving.clear();
    this.#sessions.use(equipment);
  }

  /** The report of a device changed. */
  noteDeviceChange(): void {
    this.#devicesChanged = true;
  }

  /** A cycle ended within a minute and an interval, and knew the site power. */
  get healthy(): boolean {
    return this.#options.clock.now() - this.#goodAt <= 60_000 + this.#interval;
  }

  async run(): Promise<void> {
    const { hooks, clock, planning, state } = this.#options;
    const startedAt = clock.now();
    await this.#measure(startedAt);
    const measured = readingsOf(this.#equipment, clock.now());
    const readings = Object.freeze(hooks.measure.isUsed() ? await this.#extended(measured) : measured);

    const now = clock.now();
    this.#options.settings.expire(now);
    const { loadpoints } = this.#equipment;
    for (const loadpoint of loadpoints) this.#observe(loadpoint, now);
    const inputs: SiteInputs = {
      now,
      interval: this.#interval,
      voltage: this.#voltage,
      settings: this.#options.settings.site(),
      readings,
      rates: this.#options.tariffs.rates,
      plans: planning.plans,
      circuits: circuitStates(this.#equipment, now),
      loadpoints: loadpoints.map((loadpoint) => this.#stateOf(loadpoint, now)),
    };
    const site = siteState(hooks, inputs);
    hooks.measured.call(site);
    planning.consider(site);

    const mix = mixOf(site);
    this.#sessions.account(site, mix);
    const outcomes = decideAll(hooks, site, new Map(loadpoints.map(({ spec, memory }) => [spec.id, memory])));
    for (const outcome of outcomes) loadpoints[outcome.loadpoint.id - 1]?.decisions.note(outcome, site);
    const battery = hooks.battery.call(site);
    const entries = hooks.cycled.isUsed() ? loadpoints.map(({ entry }) => entry) : undefined;
    const record = entries && cycleRecord(inputs, this.#house, entries, outcomes, battery);
    const batteries = this.#equipment.battery.filter((each) => !this.#leaving.has(each));
    await this.#within([
      ...this.#write(outcomes, now),
      ...this.#options.batteries.write(battery, batteries, now),
      ...this.#operator.write(site.readings.operator, this.#equipment),
    ]);

    publishSite(state, site, mix, this.#equipment.battery.length > 0 ? this.#options.batteries.mode : undefined);
    for (const [index, loadpoint] of loadpoints.entries()) {
      const before = site.loadpoints[index];
      if (before) publishLoadpoint(state, site, before, loadpoint);
    }
    this.#publishDevices();
    for (const event of this.#devices.events(now, loadpoints)) this.raise(event);
    if (site.sitePower.power !== undefined) this.#goodAt = clock.now();
    if (record) hooks.cycled.call(record, clock.now() - startedAt);
    this.publish();
    void this.#sessions.store(now);
  }

  /** Hands changed values to the observers; also between cycles. */
  publish(): void {
    const { state, hooks } = this.#options;
    if (!state.isChanged) return;
    let changes: readonly StateChange[] | undefined;
    hooks.publish.call(() => {
      changes ??= state.flush();
      return changes;
    });
    if (changes) return;
    // Nobody wants to know them, also not later.
    changes = [];
    state.skip();
  }

  /** Something happened that changes nothing here: says so in the log, and tells the plugins. */
  raise(event: HouseEvent): void {
    this.#tell(event);
    this.#options.hooks.event.call(event);
  }

  /** Closes and stores the sessions that are under way. */
  async finish(): Promise<void> {
    await this.#sessions.finish(this.#options.clock.now());
  }

  /** Switches chargers off and puts batteries back to normal; they stay like that until `use` goes on without them. Never rejects. */
  async release({ loadpoints, battery }: Pick<Equipment, 'loadpoints' | 'battery'>): Promise<void> {
    for (const each of [...loadpoints, ...battery]) this.#leaving.add(each);
    const switchOff = async (loadpoint: Loadpoint): Promise<void> => {
      loadpoint.order = OFF;
      await this.#writing.get(loadpoint);
      await this.#send(loadpoint);
      await this.#sessions.save(loadpoint, this.#options.clock.now());
    };
    await Promise.all([...loadpoints.map(switchOff), this.#options.batteries.release(battery)]);
  }

  #measure(now: number): Promise<void> {
    const tariffs = this.#options.tariffs.refresh(now);
    const readings = refreshAll(this.#equipment, now);
    return this.#within(tariffs === undefined ? readings : [...readings, tariffs]);
  }

  /** Lets plugins add readings; what is none of a meter is dropped. */
  async #extended(readings: Readings): Promise<Readings> {
    const draft = draftOf(readings);
    const measured = copyOf(draft);
    await this.#options.hooks.measure.promise(draft, new AbortController().signal);
    let dropped: Error | undefined;
    const extended = accepted(draft, measured, (why) => {
      dropped ??= why;
    });
    if (dropped) this.#adding.failed(dropped);
    else this.#adding.worked();
    return extended;
  }

  /** Waits for all, but not longer than a cycle may be held up. */
  async #within(work: readonly Promise<void>[]): Promise<void> {
    if (work.length === 0) return;
    const { clock } = this.#options;
    await new Promise<void>((resolve) => {
      const cancel = clock.after(Math.min(LONGEST_IO, this.#interval * IO_SHARE), resolve);
      void Promise.all(work).then(() => {
        cancel();
        resolve();
      });
    });
  }

  #observe(loadpoint: Loadpoint, now: number): void {
    const { settings, log } = this.#options;
    const { id, title } = loadpoint.spec;
    const observed = loadpoint.memory.status !== undefined;
    const { events, corrections } = loadpoint.observe(settings.loadpoint(id), now);
    for (const correction of corrections) log.warn(`${title}: ${correction}`);
    for (const kind of events) this.#happened(loadpoint, { kind, loadpoint: id, at: now, observed });
    for (const event of this.#options.vehicles.update(loadpoint, now)) this.#happened(loadpoint, event);
  }

  #happened(loadpoint: Loadpoint, event: LoadpointEvent): void {
    const { vehicles, hooks } = this.#options;
    this.#tell(event);
    if (event.kind === 'connect') loadpoint.beginSession();
    if (event.kind === 'stop') void this.#sessions.save(loadpoint, event.at);
    if (event.kind === 'disconnect') {
      this.#sessions.end(loadpoint, event.at);
      this.#reset(loadpoint);
    }
    vehicles.follow(loadpoint, event);
    hooks.event.call(event);
  }

  /** Says in the log what happened; how devices are is said where they are read, and suggestions by whoever makes them. */
  #tell(event: HouseEvent): void {
    if ('device' in event || event.kind === 'suggestion') return;
    const loadpoint = this.#equipment.loadpoints[event.loadpoint - 1];
    if (!loadpoint) return;
    const soc = event.soc === undefined ? '' : ` ${event.soc} %`;
    const reason = event.kind === 'stop' ? reasonOfStop(loadpoint) : '';
    this.#options.log.info(`${loadpoint.spec.title}: ${EVENT_TEXTS[event.kind]}${soc}${reason}`);
  }

  /** A car left: what was set for a guest is not meant for the next car. */
  #reset({ spec, vehicle, charger }: Loadpoint): void {
    const { settings } = this.#options;
    const { id, defaultMode, resetOnDisconnect } = spec;
    // What is built in is only switched off: nobody left.
    if (charger.device?.traits?.integrated) return;
    for (const name of ['targetTime', 'limitSoc', 'limitEnergy']) settings.reset('loadpoint', id, name);
    const guest = vehicle === null ? ['minSoc', 'targetSoc', 'targetEnergy'] : [];
    const own = resetOnDisconnect ? ['mode', 'priority', 'minCurrent', 'maxCurrent'] : [];
    for (const name of [...guest, ...own]) settings.reset('loadpoint', id, name);
    if (defaultMode !== undefined) settings.assign('loadpoint', id, 'mode', defaultMode);
  }

  #stateOf(loadpoint: Loadpoint, now: number): LoadpointState {
    const { settings, vehicles } = this.#options;
    return loadpoint.state(
      settings.loadpoint(loadpoint.spec.id),
      vehicleState(vehicles.at(loadpoint), loadpoint.memory, now),
      this.#voltage,
      now,
      expectsWelcome(this.#equipment, loadpoint),
    );
  }

  #write(outcomes: readonly Outcome[], now: number): Promise<void>[] {
    const { hooks, log } = this.#options;
    const writing: Promise<void>[] = [];
    for (const { loadpoint: turn, memory, order, setpoint, asleep } of outcomes) {
      const loadpoint = this.#equipment.loadpoints[turn.id - 1];
      if (!loadpoint || this.#leaving.has(loadpoint)) continue;
      loadpoint.memory = memory;
      loadpoint.order = order;
      if (asleep) this.#happened(loadpoint, { kind: 'asleep', loadpoint: turn.id, at: now, observed: true });
      const commands = order && !this.#writing.has(loadpoint) ? commandsFor(order, memory) : [];
      if (commands.length === 0) continue;
      const why = setpoint.reasons.map((reason) => reason.text).join('; ');
      log.debug(`${turn.title}: ${JSON.stringify(commands)} because ${why}`);
      writing.push(this.#send(loadpoint, () => hooks.written.call(setpoint, turn)));
    }
    return writing;
  }

  /** Sends what the newest order of a loadpoint asks for. Never rejects. */
  #send(loadpoint: Loadpoint, sent = (): void => {}): Promise<void> {
    const reporter = this.#reporter(loadpoint);
    const next = () => loadpoint.order && commandsFor(loadpoint.order, loadpoint.memory)[0];
    const { charger } = loadpoint;
    const vehicle = this.#options.vehicles.at(loadpoint)?.handle;
    const done = write({ charger, vehicle }, next, (command, success, error) => {
      loadpoint.memory = applied(loadpoint.memory, command, this.#options.clock.now(), success, error);
    }).then(
      () => {
        this.#writing.delete(loadpoint);
        reporter.worked();
        sent();
      },
      (error: unknown) => {
        this.#writing.delete(loadpoint);
        reporter.failed(error);
      },
    );
    this.#writing.set(loadpoint, done);
    return done;
  }

  #publishDevices(): void {
    if (!this.#devicesChanged) return;
    this.#devicesChanged = false;
    // What a setting shows may depend on what its device can do.
    this.#options.settings.publish();
    const devices = [...devicesOf(this.#equipment), ...this.#options.tariffs.handles];
    const reports = devices.map((device) => device.report());
    this.#options.state.set('site', 0, 'devices', reports);
    this.#devices.note(devices);
  }

  #reporter(loadpoint: Loadpoint): FailureReporter {
    const known = this.#reporters.get(loadpoint);
    if (known) return known;
    const reporter = failureReporter(`commanding charger ${loadpoint.charger.name}`, this.#options.log);
    this.#reporters.set(loadpoint, reporter);
    return reporter;
  }
}

/** Why the house stopped the charging; empty: it did not, the car or the charger did. */
function reasonOfStop({ decisions: { current } }: Loadpoint): string {
  return current === undefined || current.result.enabled ? '' : `: ${current.binding.text}`;
}

/** A charger without loadpoint */
const OFF: Order = { enabled: false, current: 0 };

const EVENT_TEXTS: Readonly<Record<LoadpointEvent['kind'], string>> = {
  connect: 'car connected',
  start: 'charging started',
  stop: 'charging stopped',
  disconnect: 'car disconnected',
  soc: 'soc has reached',
  guest: 'nobody knows the car, it is a guest',
  asleep: 'car sleeps and could not be woken up',
  planoverrun: 'the charging plan will reach its goal too late',
};
