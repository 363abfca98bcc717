import type { TSchema } from 'typebox';
import { systemClock, time } from '../../core/clock.ts';
import { checkOptions } from '../../core/config/options.ts';
import { NO_CONFIGURATION } from '../../core/configuration.ts';
import { fail } from '../../core/errors.ts';
import { createHooks, DECIDE_STAGES } from '../../core/hooks.ts';
import type {
  ChargerDevice,
  DeviceContext,
  Evcc,
  MeterDevice,
  Plugin,
  Store,
  TariffDevice,
  TypeDefinition,
  TypeRegistry,
  VehicleDevice,
} from '../../core/index.ts';
import { silentLogger } from '../../core/log.ts';
import { createState } from '../../core/state.ts';
import { createMemoryStore } from '../../core/store.ts';
import { NO_SYSTEM } from '../../core/system.ts';

/** The types of one kind that a plugin defined, by name. */
export interface DefinedTypes<Device> {
  /** Names of the types */
  readonly names: readonly string[];
  /** Schema of a type's options. Throws when the plugin did not define the type. */
  schema(type: string): TSchema;
  /** Creates a device as the runtime would, with defaults filled in. Options that the schema does not allow stay as they are. */
  create(type: string, options: unknown, context?: Partial<DeviceContext>): Promise<Device>;
}

/** What a plugin defined, for tests of single devices without a runtime. */
export interface AppliedPlugin {
  /** What the plugin was applied to: tap its hooks, look at what it published. */
  readonly evcc: Evcc;
  readonly chargers: DefinedTypes<ChargerDevice>;
  readonly meters: DefinedTypes<MeterDevice>;
  readonly vehicles: DefinedTypes<VehicleDevice>;
  readonly tariffs: DefinedTypes<TariffDevice>;
  readonly stores: DefinedTypes<Store>;
  /** Releases what the plugin itself opened. */
  remove(): Promise<void>;
}

/** A context for a single device: wall clock, silent log, 230 V; `overrides` replace any of it. */
export function deviceContext(overrides: Partial<DeviceContext> = {}): DeviceContext {
  return {
    name: 'test',
    log: silentLogger,
    clock: systemClock,
    time,
    directory: process.cwd(),
    voltage: 230,
    signal: new AbortController().signal,
    fail,
    ...overrides,
  };
}

/** Applies a plugin to a bare `evcc` whose settings take nothing and whose hooks nobody calls. */
export async function applyPlugin<Options>(
  plugin: Plugin<Options>,
  options?: Options,
  overrides: Partial<Evcc> = {},
): Promise<AppliedPlugin> {
  const chargers = registry<ChargerDevice>('charger');
  const meters = registry<MeterDevice>('meter');
  const vehicles = registry<VehicleDevice>('vehicle');
  const tariffs = registry<TariffDevice>('tariff');
  const stores = registry<Store>('store');
  const evcc: Evcc = {
    hooks: createHooks(),
    stages: { decide: DECIDE_STAGES },
    chargers: chargers.registry,
    meters: meters.registry,
    vehicles: vehicles.registry,
    tariffs: tariffs.registry,
    stores: stores.registry,
    settings: {
      define() {},
      rows: () => [],
      get: () => undefined,
      execute: async (command) => fail('EVCC_NOT_FOUND', `there is no setting ${command.name}`),
    },
    queries: { define() {}, all: () => [] },
    pages: { define() {}, all: () => [] },
    services: { provide() {}, use() {} },
    state: createState(),
    store: createMemoryStore(),
    decisions: { current: () => undefined, changes: () => undefined },
    log: silentLogger,
    clock: systemClock,
    time,
    version: '0.0.0',
    directory: process.cwd(),
    publish() {},
    publishAll() {},
    raise() {},
    requestCycle() {},
    configuration: NO_CONFIGURATION,
    system: NO_SYSTEM,
    healthy: () => true,
    announce() {},
    claim() {},
    shutdown() {},
    onLog: () => () => {},
    fail,
    ...overrides,
  };
  const remove = await plugin.apply(evcc, options as Options);
  return {
    evcc,
    chargers: chargers.types,
    meters: meters.types,
    vehicles: vehicles.types,
    tariffs: tariffs.types,
    stores: stores.types,
    remove: async () => {
      await remove?.();
    },
  };
}

function registry<Device>(kind: string): { registry: TypeRegistry<Device>; types: DefinedTypes<Device> } {
  const definitions = new Map<string, TypeDefinition<TSchema, Device>>();
  const find = (type: string) => {
    const definition = definitions.get(type);
    if (!definition) throw new Error(`the plugin defines no ${kind} type "${type}"`);
    return definition;
  };
  return {
    registry: {
      define: (type, definition) => {
        if (definitions.has(type)) throw new Error(`${kind} type "${type}" is defined twice`);
        definitions.set(type, definition as unknown as TypeDefinition<TSchema, Device>);
      },
    },
    types: {
      get names() {
        return [...definitions.keys()];
      },
      schema: (type) => find(type).schema,
      create: async (type, options, context) => {
        const { schema, create } = find(type);
        const { problems, value } = checkOptions('', schema, options);
        return create((problems.length > 0 ? options : value) as never, deviceContext(context));
      },
    },
  };
}
