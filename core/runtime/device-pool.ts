import type { TSchema } from 'typebox';
import { type Clock, time } from '../clock.ts';
import type { CheckedDevice, CheckedTariff, CheckedVehicle } from '../config/checked.ts';
import { at } from '../config/problem.ts';
import { TRIED } from '../configuration.ts';
import type {
  ChargerDevice,
  ChargerReading,
  Closable,
  MeterDevice,
  MeterReading,
  Rate,
  TariffDevice,
  VehicleDevice,
  VehicleReading,
} from '../devices.ts';
import { fail } from '../errors.ts';
import type { Composition, ReadyEntry } from '../loading/composition.ts';
import type { Logger } from '../log.ts';
import type { Login } from '../logins.ts';
import type { DeviceContext, TypeDefinition } from '../plugin.ts';
import { loadpointSettings } from './configured-settings.ts';
import { DeviceHandle } from './device-handle.ts';
import type { Equipment, NamedMeter } from './equipment.ts';
import { fingerprint } from './fingerprint.ts';
import { Loadpoint, type LoadpointSpec } from './loadpoint.ts';
import type { HeldLogin } from './logins.ts';
import { checkReading, type ReadableKind } from './readings.ts';
import { assertKind } from './tariff-rates.ts';
import type { TariffSource } from './tariffs.ts';

/** Holds a handle for every configured device; when the configuration changes, only those whose entry changed are replaced. */

export interface DevicePoolOptions {
  readonly clock: Clock;
  readonly log: Logger;
  /** Folder of the configuration file */
  readonly directory: string;
  readonly hide: (text: string) => string;
  /** The report of a device changed. */
  readonly changed: () => void;
  /** Somebody logged in or out, or a device needs a login. */
  readonly loginsChanged: () => void;
}

interface Held {
  readonly ready: ReadyEntry;
  readonly handle: DeviceHandle<Partial<Closable>, unknown>;
  readonly controller: AbortController;
  /** Absent: it needs none, or does not say so yet */
  login?: Login;
  endLogin?: () => void;
}

export class DevicePool {
  readonly #options: DevicePoolOptions;
  #held = new Map<string, Held>();
  #loadpoints: readonly Loadpoint[] = [];
  #voltage = 230;

  constructor(options: DevicePoolOptions) {
    this.#options = options;
  }

  /** Creates what is new or changed and gives the whole equipment; closes what is no longer needed. */
  use(composition: Composition): { equipment: Equipment; tariffs: readonly TariffSource[] } {
    const { config } = composition;
    const before = this.#held;
    this.#held = new Map();
    // Devices were told the voltage.
    const rewired = before.size > 0 && this.#voltage !== config.site.voltage;
    this.#voltage = config.site.voltage;
    for (const ready of composition.entries.values()) {
      if (ready.entry.kind === 'store') continue;
      const held = before.get(ready.entry.path);
      const same = held && held.ready.signature === ready.signature && held.ready.owner === ready.owner && !rewired;
      this.#held.set(ready.entry.path, same ? held : this.#create(ready));
    }
    for (const [path, held] of before) if (this.#held.get(path) !== held) void this.#close(held);

    const meter = (name: string): NamedMeter => {
      const { title = name, maxSoc = 100, maxACPower } = config.meters.get(name) ?? {};
      const handle = this.#handle<MeterDevice, MeterReading>(at('meters', name));
      return { title, handle, maxSoc, ...(maxACPower !== undefined && { maxACPower }) };
    };
    const { grid, pv, battery, aux, ext, consumers } = config.site.meters;
    const tariffs = config.tariffs.map(({ role, name, path }): TariffSource => {
      const signature = fingerprint(this.#options.hide(composition.entries.get(path)?.signature ?? ''));
      return { role, name, signature, handle: this.#handle<TariffDevice, readonly Rate[]>(path) };
    });
    const [root] = config.circuits;
    this.#loadpoints = config.loadpoints.map((loadpoint, index) =>
      this.#loadpoint(
        {
          id: index + 1,
          name: loadpoint.name,
          title: loadpoint.title,
          charger: loadpoint.charger,
          ...(loadpoint.meter !== undefined && { meter: loadpoint.meter }),
          ...(loadpoint.vehicle !== undefined && { vehicle: loadpoint.vehicle }),
          // What names no circuit hangs on the root: nothing is outside of it.
          ...(root && { circuit: loadpoint.circuit ?? root.name }),
          phaseOrder: loadpoint.phaseOrder,
          guardDuration: loadpoint.guardDuration,
          ...(loadpoint.defaultMode !== undefined && { defaultMode: loadpoint.defaultMode }),
          resetOnDisconnect: loadpoint.resetOnDisconnect,
          soc: loadpoint.soc,
          settings: loadpointSettings(loadpoint),
        },
        config.vehicles,
      ),
    );
    return {
      equipment: {
        grid: grid === undefined ? null : meter(grid),
        pv: pv.map(meter),
        battery: battery.map(meter),
        aux: aux.map(meter),
        ext: ext.map(meter),
        consumers: consumers.map(meter),
        vehicles: new Map(
          [...config.vehicles.values()]
            .sort(inPublicOrder)
            .map((spec) => [
              spec.name,
              { spec, handle: this.#handle<VehicleDevice, VehicleReading>(at('vehicles', spec.name)) },
            ]),
        ),
        circuits: config.circuits.map((spec) => ({
          spec,
          ...(spec.meter !== undefined && { meter: meter(spec.meter) }),
        })),
        loadpoints: this.#loadpoints,
      },
      tariffs,
    };
  }

  /** A device by its path in the configuration, e.g. `chargers.garage`; `undefined`: there is none. */
  find(path: string): DeviceHandle<Partial<Closable>, unknown> | undefined {
    return this.#held.get(path)?.handle;
  }

  /** Logins that devices need; one that is only tried out is gone before anybody could log in. */
  logins(): readonly HeldLogin[] {
    return [...this.#held.values()].flatMap(({ ready: { entry, owner }, login }): HeldLogin[] => {
      const { kind, name, timeout } = entry as CheckedDevice;
      return login && name !== TRIED ? [{ kind, name, login, run: (work) => owner.run(work), timeout }] : [];
    });
  }

  /** The next readings ask the devices, whatever they kept of earlier ones. */
  forget(): void {
    for (const { handle } of this.#held.values()) handle.forget();
  }

  async close(): Promise<void> {
    await Promise.all([...this.#held.values()].map((held) => this.#close(held)));
  }

  /** The loadpoint that already runs with this charger; what ran on a charger of this name hands over. */
  #loadpoint(spec: LoadpointSpec, vehicles: ReadonlyMap<string, unknown>): Loadpoint {
    const charger = this.#handle<ChargerDevice, ChargerReading>(at('chargers', spec.charger));
    const meter =
      spec.meter === undefined ? undefined : this.#handle<MeterDevice, MeterReading>(at('meters', spec.meter));
    const running = this.#loadpoints.find((other) => other.charger === charger);
    running?.change(spec, meter);
    const loadpoint = running ?? new Loadpoint(spec, charger, meter);
    const before = running ? undefined : this.#loadpoints.find((other) => other.charger.name === charger.name);
    if (before) loadpoint.takeOver(before);
    if (loadpoint.vehicle !== null && !vehicles.has(loadpoint.vehicle)) loadpoint.vehicle = spec.vehicle ?? null;
    return loadpoint;
  }

  #handle<Device extends Partial<Closable>, Reading>(path: string): DeviceHandle<Device, Reading> {
    const held = this.#held.get(path);
    if (!held) throw new RangeError(`no device at ${path}`);
    return held.handle as unknown as DeviceHandle<Device, Reading>;
  }

  #create(ready: ReadyEntry): Held {
    const { clock, log, directory, hide, changed, loginsChanged } = this.#options;
    const entry = ready.entry as CheckedDevice;
    const definition = ready.definition as TypeDefinition<TSchema, Partial<Closable>>;
    const controller = new AbortController();
    const context: DeviceContext = {
      name: entry.name,
      log: log.child(entry.name),
      clock,
      time,
      directory,
      voltage: this.#voltage,
      signal: controller.signal,
      retry: () => handle.retry(),
      login: (login) => {
        // Announced again with each attempt to make the device.
        if (held.login === login || controller.signal.aborted) return;
        held.endLogin?.();
        held.login = login;
        held.endLogin = login.onChange(() => {
          handle.retry();
          loginsChanged();
        });
        loginsChanged();
      },
      fail,
    };
    const handle: DeviceHandle<Partial<Closable>, unknown> = new DeviceHandle({
      run: (work) => ready.owner.run(work),
      kind: entry.kind,
      name: entry.name,
      type: entry.type,
      create: async (late) => {
        const signal = AbortSignal.any([controller.signal, late]);
        const device = usable(await definition.create(ready.options as never, { ...context, signal }));
        // Without a role, any kind will do.
        const { role } = entry as Partial<CheckedTariff>;
        if (role !== undefined) assertKind(role, (device as TariffDevice).kind);
        return device;
      },
      read: readDevice,
      check: (reading) => checkReading(entry.kind as ReadableKind, reading),
      timeout: entry.timeout,
      staleAfter: entry.staleAfter,
      clock,
      log: context.log,
      hide,
      changed,
    });
    const held: Held = { ready, handle, controller };
    return held;
  }

  async #close({ handle, controller, ready, endLogin }: Held): Promise<void> {
    controller.abort();
    try {
      if (endLogin) ready.owner.run(endLogin);
    } catch {
      // What a driver does wrong here is no reason to keep it.
    }
    await handle.close();
  }
}

/** Those of the file by name, then those of the database in the order in which they were added. */
function inPublicOrder(a: CheckedVehicle, b: CheckedVehicle): number {
  if (a.stored || b.stored) return a.stored && b.stored ? 0 : a.stored ? 1 : -1;
  return a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1;
}

/** Every kind is read by its one method. */
function readDevice(device: object, signal: AbortSignal): Promise<unknown> {
  const { read, rates } = device as Partial<ChargerDevice & TariffDevice>;
  if (read) return read.call(device, signal);
  return (rates as TariffDevice['rates']).call(device as TariffDevice, signal);
}

/** What a factory gave, if it can be read. */
function usable<Device>(device: Device): Device {
  const { read, rates } = (device ?? {}) as Partial<ChargerDevice & TariffDevice>;
  if (typeof (read ?? rates) === 'function') return device;
  return fail('EVCC_PLUGIN_FAILED', 'its type made no device that can be read');
}
