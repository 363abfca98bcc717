import type { DeviceContext, Plugin, VehicleDevice } from '../../../core/index.ts';
import { createMemoryStore } from '../../../core/store.ts';
import {
  applyPlugin,
  deviceContext,
  type Fault,
  type VehicleHardware,
  type VehiclePeer,
} from '../../contract/index.ts';
import { inTime } from '../../contract/peer.ts';
import { FakeClock } from '../../helpers/fake-clock.ts';
import { type HttpDevice, startHttpDevice } from '../../helpers/http-device.ts';

export type Car = { -readonly [Key in keyof VehicleHardware]: VehicleHardware[Key] };

export const newCar = (): Car => ({
  soc: 57,
  range: 281,
  odometer: 48_211,
  limitSoc: 80,
  status: 'A',
  climater: false,
});

/** A service for cars that plays what it knows of one car. */
export interface CarService {
  readonly http: HttpDevice;
  readonly car: Car;
  /** The main value is none */
  broken: boolean;
  /** Commands that arrived */
  writes: number;
}

export interface ServiceTest {
  readonly plugin: Plugin;
  readonly type: string;
  readonly options: (url: string) => object;
  /** Fields that the service has */
  readonly fields: readonly (keyof Car)[];
  /** Routes of the service */
  readonly serve: (service: CarService) => void;
  readonly secrets: readonly string[];
  /** Fields that may be left out; absent: all */
  readonly omits?: readonly (keyof Car)[];
  /** The service tells refused credentials by a status of the reading; absent: true */
  readonly auth?: boolean;
  /** Faults begin after the login; absent: before */
  readonly loggedIn?: boolean;
}

/** A vehicle of a service on loopback, and that service. */
export async function startService(test: ServiceTest, overrides: Partial<DeviceContext> = {}) {
  const http = await startHttpDevice();
  const service: CarService = { http, car: newCar(), broken: false, writes: 0 };
  test.serve(service);
  const store = createMemoryStore();
  const clock = new FakeClock();
  const applied = await applyPlugin(test.plugin, undefined, { clock, store });
  const context = deviceContext({ clock, ...overrides });
  const create = () => applied.vehicles.create(test.type, test.options(http.url), context);
  return {
    service,
    store,
    clock,
    create,
    device: await create(),
    close: async () => {
      await applied.remove();
      await http.close();
    },
  };
}

/** As the contract wants it: nothing that was kept hides what happens to the service. */
export function servicePeer(test: ServiceTest): () => Promise<VehiclePeer> {
  return async () => {
    const { service, device, close } = await startService(test);
    const fresh: VehicleDevice = {
      ...device,
      read: (signal) => {
        device.forget?.();
        return device.read(signal);
      },
    };
    const { http, car } = service;
    if (test.loggedIn) await fresh.read(inTime());
    return {
      device: fresh,
      faults: ['refuse', 'hang', 'garbage', 'invalid', ...(test.auth === false ? [] : (['auth'] as const))],
      secrets: test.secrets,
      state: () => Object.fromEntries(Object.entries(car).filter(([key]) => test.fields.includes(key as keyof Car))),
      set: (state) => void Object.assign(car, state),
      omit: (field) => (test.omits ?? test.fields).includes(field) && delete car[field],
      writes: () => service.writes,
      fail: (fault: Fault) => {
        if (fault === 'invalid') service.broken = true;
        else return http.fail(fault);
      },
      recover: async () => {
        service.broken = false;
        await http.recover();
      },
      connections: () => http.connections(),
      close,
    };
  };
}
