import type { Static, TSchema } from 'typebox';
import type { Clock, Time } from './clock.ts';
import type { Problem } from './config/problem.ts';
import type { ConfigurationPort } from './configuration.ts';
import type { DecisionsPort } from './cycle/decision.ts';
import type { ChargerDevice, MeterDevice, TariffDevice, VehicleDevice } from './devices.ts';
import type { ErrorCode, ErrorDetails, EvccError } from './errors.ts';
import type { HouseEvent } from './events.ts';
import type { Hooks, Stages } from './hooks.ts';
import type { LogEntry, Logger } from './log.ts';
import type { Login } from './logins.ts';
import type { PagesPort } from './pages.ts';
import type { QueriesPort } from './queries.ts';
import type { ServicesPort } from './services.ts';
import type { SettingsPort } from './settings.ts';
import type { StatePort, StateScope } from './state.ts';
import type { Store } from './store.ts';
import type { SystemPort } from './system.ts';

/** The unit of loading: the default export of a plugin module. */
export interface Plugin<Options = undefined> {
  /** Unique; appears in logs, reasons and errors. */
  readonly name: string;
  /** The plugin's own top-level key of the configuration, and the schema of what stands there. */
  readonly section?: { readonly key: string; readonly schema: TSchema };
  /**
   * Taps hooks and defines types. Called again with new options, on a fresh `evcc`, when the section changed; everything
   * that was tapped or defined before is gone then. May be asynchronous; has a deadline of 10 s. The returned function
   * releases what the plugin opened, when it is removed or replaced, after its `stop` taps.
   */
  apply(
    evcc: Evcc,
    options: Options,
  ): void | (() => void | Promise<void>) | Promise<void | (() => void | Promise<void>)>;
}

/** A plugin of any options, as loaded; options were checked against its section's schema. */
export type LoadedPlugin = Plugin<never>;

/** What a device factory gets besides its options. */
export interface DeviceContext {
  /** Name in the configuration */
  readonly name: string;
  readonly log: Logger;
  readonly clock: Clock;
  readonly time: Time;
  /** Folder of the configuration file, for relative paths */
  readonly directory: string;
  /** V, nominal phase voltage of the site */
  readonly voltage: number;
  /** Of databases: it is only read, beside the house that uses it. Absent: nobody else uses it. */
  readonly reading?: true;
  /** Aborted when the device is removed, or could not be created in time */
  readonly signal: AbortSignal;
  /**
   * The device is there again, as it told by itself: it is read in the next cycle, not after the pause that grows with each
   * reading that fails. Absent: it is not read again and again.
   */
  retry?(): void;
  /**
   * The device needs a person to log in: told in `create`, before anything that fails until somebody did. The login is
   * published, and the device asked again as soon as it changes; devices may have the same one. Absent: nobody could log in.
   */
  login?(login: Login): void;
  fail(code: ErrorCode, message: string, details?: ErrorDetails): never;
}

export interface TypeDefinition<S extends TSchema, Device> {
  /**
   * JSON Schema of the options besides `type` and the keys that every device of the kind has. Mark secrets with
   * `secret: true`. Unknown keys are errors.
   */
  readonly schema: S;
  /**
   * Has a deadline and is tried again with growing pauses when it fails. (The schema gives the type of the options, never
   * the other way round: trying that would cost the compiler seconds.)
   */
  create(options: NoInfer<Static<S>>, context: DeviceContext): Device | Promise<Device>;
}

/** The types of one kind of device. */
export interface TypeRegistry<Device> {
  /** Throws when the type is already defined by another plugin. */
  define<const S extends TSchema>(type: string, definition: TypeDefinition<S, Device>): void;
}

/** What a plugin gets: everything it may use of the runtime. */
export interface Evcc {
  readonly hooks: Hooks;
  readonly stages: Stages;
  readonly chargers: TypeRegistry<ChargerDevice>;
  readonly meters: TypeRegistry<MeterDevice>;
  readonly vehicles: TypeRegistry<VehicleDevice>;
  readonly tariffs: TypeRegistry<TariffDevice>;
  readonly stores: TypeRegistry<Store>;
  readonly settings: SettingsPort;
  /** Questions that surfaces hand on to plugins */
  readonly queries: QueriesPort;
  /** What is shown over HTTP beside the API */
  readonly pages: PagesPort;
  /** What plugins offer each other */
  readonly services: ServicesPort;
  /** Published values. A key of its own is defined here before the plugin publishes it. */
  readonly state: StatePort;
  /** The database in use */
  readonly store: Store;
  /** Why the loadpoints charge as they do */
  readonly decisions: DecisionsPort;
  /** Plugins, devices and problems of the configuration */
  readonly system: SystemPort;
  /** Devices that are configured besides the file; there from `setup` on */
  readonly configuration: ConfigurationPort;
  readonly log: Logger;
  readonly clock: Clock;
  readonly time: Time;
  /** Version of the runtime */
  readonly version: string;
  /** Folder of the configuration file, for relative paths */
  readonly directory: string;
  /**
   * Publishes an internal value under a key of the table; `id` is 0 for the site, else from 1. It is seen with the end of the cycle;
   * `undefined` means unknown. Throws when the key is not in the table: see `state.define`.
   */
  publish(scope: StateScope, id: number, key: string, value: unknown): void;
  /**
   * Publishes values that follow from one view, for what changes in every cycle: `values` makes each of them of it, by key, and has
   * to be the same object every time. They are made when somebody reads them or asks for the changes, so the view must stay as it
   * is; what fails is unknown.
   */
  publishAll<View>(
    scope: StateScope,
    id: number,
    values: Readonly<Record<string, (view: View) => unknown>>,
    view: View,
  ): void;
  /** Says in the log that something happened, and tells all plugins that tap the hook `event`. */
  raise(event: HouseEvent): void;
  /** Asks for a cycle as soon as possible; many requests make one. */
  requestCycle(): void;
  /** The control loop works: a cycle ended in time and with the site power known. */
  healthy(): boolean;
  /** Adds a line to what is shown on the terminal after the start, such as an address. */
  announce(line: string): void;
  /**
   * Names something that only one can hold at a time, such as `TCP port 7070`; call it in `apply`. When the plugin is
   * replaced and both hold the same, the old one is stopped before the new one is set up, instead of after it.
   */
  claim(resource: string): void;
  /**
   * Why the house does not run: its configuration cannot be used. Surfaces say so instead of anything else, until it is
   * repaired. Absent: it runs.
   */
  readonly standby?: readonly Problem[];
  /** Ends the process in an orderly way. */
  shutdown(): void;
  /** Calls `listener` with every warning and error of the log; the returned function ends that. */
  onLog(listener: (entry: LogEntry) => void): () => void;
  fail(code: ErrorCode, message: string, details?: ErrorDetails): never;
}

export type { EvccError };
