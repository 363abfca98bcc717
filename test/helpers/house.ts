import type { TestContext } from 'vitest';
import type {
  BatteryMode,
  Catalogue,
  ChargerDevice,
  ChargerReading,
  ChargerTraits,
  DeviceContext,
  EvccConfig,
  LoadedPlugin,
  LoadpointOptions,
  MeterDevice,
  MeterReading,
  PerPhase,
  Rate,
  SiteOptions,
  Store,
  TariffDevice,
  TariffKind,
  VehicleDevice,
  VehicleReading,
} from '../../core/index.ts';
import { createLoader } from '../../core/loading/loader.ts';
import { createLogger, type LogEntry } from '../../core/log.ts';
import { createRuntime, type Runtime } from '../../core/runtime/runtime.ts';
import { createMemoryStore } from '../../core/store.ts';
import { FakeClock, settle } from './fake-clock.ts';

/** A house of fake devices around the real runtime, on a fake clock: what a test sets is what the devices report. */

export type FakeCommand = { enable: boolean } | { setMaxCurrent: number } | { setPhases: 1 | 3 } | { wakeUp: true };

/** What is told of the types, which takes seconds for the real ones */
const TYPES: Catalogue = {
  types: [
    {
      kind: 'vehicle',
      type: 'offline',
      source: 'built in',
      options: [
        { key: 'pin', allowed: 'a text', type: 'string', required: true, secret: true, description: 'Its PIN' },
        {
          key: 'soc.poll',
          allowed: 'one of 1, 2',
          required: false,
          preset: 1,
          values: [1, 2],
          secret: false,
          description: '',
        },
      ],
    },
    { kind: 'vehicle', type: 'Acme', source: 'evcc-acme', options: [] },
    { kind: 'meter', type: 'fake', source: 'built in', options: [] },
  ],
  common: {
    vehicle: [{ key: 'title', allowed: 'a text', type: 'string', required: false, secret: false, description: 'Name' }],
  },
  broken: [],
};

/** Phase voltage of the fake house, V */
const VOLTAGE = 230;

/** A charger with a car that takes what it is offered, at once. */
export class FakeCharger {
  readonly commands: FakeCommand[] = [];
  traits: ChargerTraits = {};
  status: 'A' | 'B' | 'E' | 'F' = 'B';
  /** The car does not want energy */
  full = false;
  enabled = false;
  maxCurrent = 0;
  phases: 1 | 3 = 3;
  /** Phases that the car can use */
  carPhases: 1 | 2 | 3 = 3;
  /** A per phase that the car takes at most */
  carCurrent = 32;
  canSwitchPhases = false;
  canWakeUp = false;
  /** The car sleeps: it does not notice that it is offered current */
  asleep = false;
  /** Reads and commands fail with this */
  failure: Error | undefined;
  /** Reads and commands, or only commands, never end */
  hangs: boolean | 'commands' = false;
  /** Commands take effect, but fail all the same: their answer is lost */
  losesAnswers = false;
  /** Commands that it refuses, and with which error where that matters */
  refuses: (command: FakeCommand) => boolean | Error = () => false;
  /** Cycles for which the car still takes energy after it was switched off */
  lingers = 0;
  /** What the reading says besides; `undefined` removes a field */
  override: Partial<Record<keyof ChargerReading, unknown>> = {};
  reads = 0;
  /** Wh */
  energy = 0;
  #lingering = 0;

  get charging(): boolean {
    const supplied = this.enabled || this.#lingering > 0;
    const offered = this.traits.switch || this.maxCurrent >= (this.traits.minCurrent ?? 6);
    return this.status === 'B' && supplied && offered && !this.full && !this.asleep;
  }

  get current(): number {
    if (!this.charging) return 0;
    return this.traits.switch ? this.carCurrent : Math.min(this.maxCurrent, this.carCurrent);
  }

  get power(): number {
    return this.current * Math.min(this.phases, this.carPhases) * VOLTAGE;
  }

  device(): ChargerDevice {
    const send = async (command: FakeCommand, apply: () => void): Promise<void> => {
      this.commands.push(command);
      if (this.hangs === 'commands') await new Promise(() => {});
      await this.#fail();
      const refusal = this.refuses(command);
      if (refusal) throw refusal === true ? new Error('refused') : refusal;
      apply();
      if (this.losesAnswers) throw new Error('no answer');
    };
    return {
      traits: this.traits,
      read: async () => {
        this.reads += 1;
        await this.#fail();
        return this.#reading();
      },
      enable: (enabled) =>
        send({ enable: enabled }, () => {
          if (this.enabled && !enabled) this.#lingering = this.lingers;
          this.enabled = enabled;
        }),
      setMaxCurrent: (current) =>
        send({ setMaxCurrent: current }, () => {
          this.maxCurrent = current;
        }),
      ...(this.canWakeUp && { wakeUp: () => send({ wakeUp: true }, () => {}) }),
      ...(this.canSwitchPhases && {
        setPhases: (phases: 1 | 3) =>
          send({ setPhases: phases }, () => {
            this.phases = phases;
          }),
      }),
    };
  }

  /** Time goes on for ms. */
  pass(ms: number): void {
    this.energy += (this.power * ms) / 3_600_000;
    this.#lingering = Math.min(this.#lingering, this.lingers);
    if (this.#lingering > 0) this.#lingering -= 1;
  }

  #reading(): ChargerReading {
    const active = Math.min(this.phases, this.carPhases);
    const currents = [0, 1, 2].map((phase) => (phase < active ? this.current : 0)) as unknown as PerPhase;
    const reading: Record<string, unknown> = {
      status: this.charging ? 'C' : this.status,
      enabled: this.enabled,
      power: this.power,
      currents,
      energy: this.energy,
      ...this.override,
    };
    for (const [key, value] of Object.entries(reading)) if (value === undefined) delete reading[key];
    return reading as unknown as ChargerReading;
  }

  async #fail(): Promise<void> {
    if (this.hangs === true) await new Promise(() => {});
    if (this.failure) throw this.failure;
  }
}

/** A meter or vehicle that reports what it is given. */
export class FakeSource<Reading> {
  reading: Reading;
  failure: Error | undefined;
  hangs = false;
  reads = 0;
  /** How often it was told that the next reading must be a fresh one */
  forgets = 0;

  constructor(reading: Reading) {
    this.reading = reading;
  }

  forget(): void {
    this.forgets += 1;
  }

  async read(): Promise<Reading> {
    this.reads += 1;
    if (this.hangs) await new Promise(() => {});
    if (this.failure) throw this.failure;
    return { ...this.reading };
  }
}

/** Powers of the house, W; the grid balances them. */
export interface Powers {
  pv: number;
  base: number;
  /** + discharge */
  battery: number;
}

export interface HouseOptions {
  /** Loadpoints by number from 1; `charger` is filled in (`charger1` …) */
  readonly loadpoints?: readonly Partial<LoadpointOptions>[];
  readonly site?: Partial<SiteOptions>;
  readonly config?: Partial<EvccConfig>;
  readonly plugins?: readonly LoadedPlugin[];
  readonly battery?: { readonly soc: number; readonly capacity?: number };
  /** Takes the modes that the battery is told; absent: it cannot be told any */
  readonly batteryMode?: (mode: BatteryMode) => Promise<void>;
  /** Wakes a vehicle up; absent: none can be */
  readonly wakeUp?: (vehicle: string) => void;
  readonly store?: Store;
  /** Called for each charger before it is created */
  readonly charger?: (charger: FakeCharger, index: number) => void;
  /** Names of further meters to configure; `FakeHouse.meter` gives them */
  readonly meters?: readonly string[];
  /** Rates of the grid tariff; absent: no tariff */
  readonly rates?: (now: number) => readonly Rate[];
  /** Rates of the feed-in tariff; absent: no tariff */
  readonly feedInRates?: (now: number) => readonly Rate[];
  /** Kind of the tariffs; absent: known ahead */
  readonly tariffKind?: TariffKind;
  /** s */
  readonly interval?: number;
  /** ms since the epoch */
  readonly now?: number;
  /** Environment that `{ env: 'NAME' }` refers to */
  readonly env?: Readonly<Record<string, string>>;
  /** Called before a device is created; may throw, or hang */
  readonly create?: (device: string, context: DeviceContext) => void | Promise<void>;
  /** Folder of the configuration; absent: one without packages and plugins */
  /** ms that importing a plugin may take; absent: as in production */
  readonly importTimeout?: number;
  readonly directory?: string;
  /** Leaves it to the test to start the runtime. */
  readonly unprepared?: boolean;
}

export interface FakeHouse {
  readonly clock: FakeClock;
  readonly runtime: Runtime;
  readonly log: LogEntry[];
  readonly store: Store;
  /** The configuration as given, for `runtime.reconfigure({ ...house.config, … })` */
  readonly config: EvccConfig;
  /** Names of the devices that were created, and of those that were closed, in order */
  readonly created: string[];
  readonly closed: string[];
  readonly grid: FakeSource<MeterReading>;
  readonly pv: FakeSource<MeterReading>;
  readonly batteryMeter: FakeSource<MeterReading>;
  readonly vehicles: Readonly<Record<string, FakeSource<VehicleReading>>>;
  /** Charger of a loadpoint, from 1 */
  charger(id?: number): FakeCharger;
  /** One of the further meters */
  meter(name: string): FakeSource<MeterReading>;
  /** Commands that arrived at a charger since the last call */
  commands(id?: number): FakeCommand[];
  set(powers: Partial<Powers>): void;
  /** Runs one cycle now, and moves on by an interval. */
  cycle(): Promise<void>;
  /** Runs cycles, one per interval, for a time in seconds. */
  run(seconds: number): Promise<void>;
  /** A published value of the site, or of a loadpoint (from 1). */
  site(key: string): unknown;
  loadpoint(key: string, id?: number): unknown;
  /** Sets a loadpoint's value as a surface does. */
  command(name: string, value: unknown, id?: number): Promise<unknown>;
  commandSite(name: string, value: unknown): Promise<unknown>;
  /** Codes of the reasons of a loadpoint's set-point */
  reasons(id?: number): string[];
  stop(): Promise<void>;
}

/** Builds the house and prepares it for its first cycle; it is stopped at the end of the test. */
export async function startHouse(
  t: Pick<TestContext, 'onTestFinished'>,
  options: HouseOptions = {},
): Promise<FakeHouse> {
  const clock = new FakeClock(options.now);
  const powers: Powers = { pv: 0, base: 0, battery: 0 };
  const loadpoints = options.loadpoints ?? [{}];
  const chargers: FakeCharger[] = [];
  const chargerOf = (id: number): FakeCharger => {
    const charger = chargers[id - 1] ?? new FakeCharger();
    if (chargers[id - 1] === undefined) {
      chargers[id - 1] = charger;
      options.charger?.(charger, id - 1);
    }
    return charger;
  };
  for (const index of loadpoints.keys()) chargerOf(index + 1);
  const grid = new FakeSource<MeterReading>({ power: 0 });
  const pv = new FakeSource<MeterReading>({ power: 0 });
  const batteryMeter = new FakeSource<MeterReading>({ power: 0, soc: options.battery?.soc ?? 0 });
  const vehicles = Object.fromEntries(
    Object.keys(options.config?.vehicles ?? {}).map((name) => [name, new FakeSource<VehicleReading>({})]),
  );

  const balance = (): void => {
    const charging = chargers.reduce((sum, charger) => sum + charger.power, 0);
    grid.reading = { ...grid.reading, power: powers.base + charging - powers.pv - powers.battery };
    pv.reading = { ...pv.reading, power: powers.pv };
    batteryMeter.reading = { ...batteryMeter.reading, power: powers.battery };
  };

  const capacity = options.battery?.capacity;
  const created: string[] = [];
  const closed: string[] = [];
  /** Calls the test before a device is made, and takes note of its beginning and end. */
  const made = async <D extends object>(make: () => D, context: DeviceContext): Promise<D> => {
    const { name } = context;
    await options.create?.(name, context);
    const device = make();
    created.push(name);
    return { ...device, close: () => void closed.push(name) };
  };
  const further = new Map(options.meters?.map((name) => [name, new FakeSource<MeterReading>({ power: 0 })]));
  const meters: Record<string, MeterDevice> = {
    ...Object.fromEntries([...further].map(([name, source]) => [name, { read: () => source.read() }])),
    grid: { read: () => grid.read() },
    pv: { read: () => pv.read() },
    battery: {
      read: () => batteryMeter.read(),
      ...(capacity !== undefined && { traits: { capacity } }),
      ...(options.batteryMode && { setBatteryMode: options.batteryMode }),
    },
  };
  const fake: LoadedPlugin = {
    name: 'fake',
    apply(evcc) {
      const schema = {
        type: 'object',
        properties: { n: { type: 'integer' }, password: { type: 'string', secret: true } },
      } as const;
      const missing = (): never => evcc.fail('EVCC_CONFIG_INVALID', 'no such fake');
      evcc.chargers.define('fake', {
        schema,
        create: (_, context): Promise<ChargerDevice> =>
          made(() => chargerOf(Number(context.name.replace('charger', '')) || missing()).device(), context),
      });
      evcc.meters.define('fake', {
        schema,
        create: (_, context): Promise<MeterDevice> => made(() => meters[context.name] ?? missing(), context),
      });
      evcc.vehicles.define('fake', {
        schema,
        create: (_, context): Promise<VehicleDevice> =>
          made((): VehicleDevice => {
            const { wakeUp } = options;
            return {
              read: () => vehicles[context.name]?.read() ?? missing(),
              forget: () => vehicles[context.name]?.forget(),
              ...(wakeUp && { wakeUp: async () => wakeUp(context.name) }),
            };
          }, context),
      });
      const ratesOf: Readonly<Record<string, HouseOptions['rates']>> = {
        grid: options.rates,
        feedin: options.feedInRates,
      };
      evcc.tariffs.define('fake', {
        schema,
        create: (_, context): Promise<TariffDevice> =>
          made(
            (): TariffDevice => ({
              kind: options.tariffKind ?? 'priceforecast',
              rates: async () => ratesOf[context.name]?.(clock.now()) ?? [],
            }),
            context,
          ),
      });
    },
  };

  const log: LogEntry[] = [];
  const listeners = new Set<(entry: LogEntry) => void>();
  const secrets = new Set<string>();
  const store = options.store ?? createMemoryStore();
  const config = {
    interval: options.interval ?? 10,
    rest: false,
    meters: Object.fromEntries(
      ['grid', 'pv', ...(options.battery ? ['battery'] : []), ...(options.meters ?? [])].map((name) => [
        name,
        { type: 'fake' },
      ]),
    ),
    chargers: Object.fromEntries(chargers.map((_, index) => [`charger${index + 1}`, { type: 'fake' }])),
    site: {
      title: 'Test house',
      meters: { grid: 'grid', pv: ['pv'], ...(options.battery && { battery: ['battery'] }) },
      ...options.site,
    },
    loadpoints: loadpoints.map((loadpoint, index) => ({ charger: `charger${index + 1}`, ...loadpoint })),
    tariffs: {
      ...(options.rates && { grid: { type: 'fake' } }),
      ...(options.feedInRates && { feedin: { type: 'fake' } }),
    },
    ...options.config,
    plugins: [fake, ...(options.plugins ?? [])],
  } as unknown as EvccConfig;
  const runtime = await createRuntime({
    config,
    directory: options.directory ?? import.meta.dirname,
    loader: createLoader({
      directory: options.directory ?? import.meta.dirname,
      ...(options.importTimeout !== undefined && { importTimeout: options.importTimeout }),
    }),
    clock,
    log: createLogger({
      level: 'debug',
      destination: { write() {} },
      observe(entry) {
        log.push(entry);
        if (entry.level === 'warn' || entry.level === 'error') for (const listener of listeners) listener(entry);
      },
      secrets,
    }),
    onLog(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    version: '0.0.0-test',
    listTypes: async () => TYPES,
    store,
    secrets,
    ...(options.env && { env: options.env }),
  });
  t.onTestFinished(() => house.stop());

  const read = new Map<number, number>();
  const house: FakeHouse = {
    clock,
    runtime,
    log,
    store,
    config,
    created,
    closed,
    grid,
    pv,
    batteryMeter,
    vehicles,
    charger: (id = 1) => chargerOf(id),
    meter: (name) => further.get(name) ?? new FakeSource<MeterReading>({ power: 0 }),
    commands(id = 1) {
      const { commands } = house.charger(id);
      const fresh = commands.slice(read.get(id) ?? 0);
      read.set(id, commands.length);
      return fresh;
    },
    set(changed) {
      Object.assign(powers, changed);
      balance();
    },
    async cycle() {
      balance();
      let over = false;
      const running = runtime.cycle().then(() => {
        over = true;
      });
      await settle();
      // Something hangs: time must pass for the cycle to go on without it.
      while (!over) await clock.advance(100);
      await running;
      balance();
      const interval = (options.interval ?? 10) * 1_000;
      for (const charger of chargers) charger.pass(interval);
      await clock.advance(interval);
    },
    async run(seconds) {
      const end = clock.now() + seconds * 1_000;
      while (clock.now() < end) await house.cycle();
    },
    site: (key) => runtime.evcc.state.site.get(key),
    loadpoint: (key, id = 1) => runtime.evcc.state.loadpoints[id - 1]?.get(key),
    command: (name, value, id = 1) =>
      runtime.evcc.settings.execute({ scope: 'loadpoint', id, name, value, source: 'test' }),
    commandSite: (name, value) => runtime.evcc.settings.execute({ scope: 'site', id: 0, name, value, source: 'test' }),
    reasons: (id = 1) =>
      (house.loadpoint('reasons', id) as { code: string }[] | undefined)?.map((reason) => reason.code) ?? [],
    stop: () => clock.until(runtime.stop(), 1_000),
  };
  balance();
  if (!options.unprepared) await runtime.prepare();
  return house;
}
