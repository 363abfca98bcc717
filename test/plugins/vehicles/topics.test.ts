import assert from 'node:assert/strict';
import { connectAsync } from 'mqtt';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Plugin } from '../../../core/index.ts';
import ovms from '../../../plugins/vehicles/ovms/index.ts';
import teslamate from '../../../plugins/vehicles/teslamate/index.ts';
import { applyPlugin, type VehiclePeer, vehicleContract } from '../../contract/index.ts';
import { eventually, inTime } from '../../contract/peer.ts';
import { startLine } from '../../helpers/line.ts';
import { type Mosquitto, startMosquitto } from '../../helpers/mosquitto.ts';
import { type Car, newCar } from './services.ts';

const PASSWORD = 'geheim-123';
let broker: Mosquitto;
let number = 0;

beforeAll(async () => {
  broker = await startMosquitto({ user: 'me', password: PASSWORD });
});
afterAll(() => broker.stop());

interface TopicTest {
  readonly plugin: Plugin;
  readonly type: string;
  readonly options: (broker: string, id: number) => object;
  readonly prefix: (id: number) => string;
  readonly fields: readonly (keyof Car)[];
  /** Topics with their texts; an empty text deletes what the broker keeps */
  readonly topics: (car: Car) => Readonly<Record<string, string>>;
}

const text = (value: unknown): string => (value === undefined ? '' : String(value));

const TESLAMATE: TopicTest = {
  plugin: teslamate,
  type: 'teslamate',
  options: (broker, id) => ({ broker, user: 'me', password: PASSWORD, id, namespace: 'home' }),
  prefix: (id) => `teslamate/home/cars/${id}/`,
  fields: ['soc', 'range', 'odometer', 'limitSoc', 'status', 'climater'],
  topics: (car) => ({
    usable_battery_level: text(car.soc),
    rated_battery_range_km: text(car.range),
    odometer: text(car.odometer),
    charge_limit_soc: text(car.limitSoc),
    plugged_in: car.status === undefined ? '' : text(car.status !== 'A'),
    charging_state: car.status === undefined ? '' : { A: 'Disconnected', B: 'Complete', C: 'Charging' }[car.status],
    is_preconditioning: text(car.climater),
    state: 'asleep',
  }),
};

const OVMS: TopicTest = {
  plugin: ovms,
  type: 'ovms',
  options: (broker, id) => ({ broker, user: 'me', password: PASSWORD, vehicle: `CAR${id}` }),
  prefix: (id) => `ovms/me/CAR${id}/metric/`,
  fields: ['soc', 'range', 'odometer', 'status', 'climater'],
  topics: (car) => ({
    'v/b/soc': text(car.soc),
    'v/b/range/est': car.range === undefined ? '' : `${car.range}km`,
    'v/p/odometer': text(car.odometer),
    'v/c/charging': car.status === undefined ? '' : car.status === 'C' ? 'yes' : 'no',
    'v/d/cp': car.status === undefined ? '' : car.status === 'A' ? 'no' : 'yes',
    'v/e/hvac': car.climater === undefined ? '' : car.climater ? 'yes' : 'no',
  }),
};

async function start({ plugin, type, options, prefix, fields, topics }: TopicTest): Promise<VehiclePeer> {
  number += 1;
  const id = number;
  const line = await startLine(broker.port);
  const applied = await applyPlugin(plugin);
  const client = await connectAsync(broker.url, { username: 'me', password: PASSWORD });
  const car = newCar();
  const say = async (broken: Readonly<Record<string, string>> = {}): Promise<void> => {
    const all = { ...topics(car), ...broken };
    await Promise.all(
      Object.entries(all).map(([name, value]) =>
        client.publishAsync(prefix(id) + name, value, { retain: true, qos: 1 }),
      ),
    );
  };
  await say();
  const device = await applied.vehicles.create(type, options(`mqtt://127.0.0.1:${line.port}`, id));
  const [main = ''] = Object.keys(topics(car));
  return {
    device,
    faults: ['refuse', 'invalid'],
    secrets: [PASSWORD],
    state: () => Object.fromEntries(Object.entries(car).filter(([key]) => fields.includes(key as keyof Car))),
    set: (state) => {
      Object.assign(car, state);
      return say();
    },
    omit: async (field) => {
      if (field === 'soc' || !fields.includes(field)) return false;
      delete car[field];
      await say();
      return true;
    },
    fail: async (fault) => {
      if (fault === 'refuse') await line.lead('refuse');
      else await say({ [main]: '12,5' });
      // `expect.poll` does not know to which of the tests side by side it belongs.
      await eventually(() => assert.rejects(device.read(AbortSignal.timeout(100))));
    },
    recover: async () => {
      await line.lead(broker.port);
      await say();
    },
    connections: () => line.connections(),
    close: async () => {
      await applied.remove();
      await client.endAsync();
      await line.close();
    },
  };
}

// Side by side: each waits for what never arrives.
describe.concurrent.each([
  ['teslamate', TESLAMATE],
  ['ovms', OVMS],
] as const)('%s over MQTT', (_, topics) => {
  for (const { title, run } of vehicleContract(() => start(topics))) test(title, run);

  test('costs nothing to read', async () => {
    const { device, close } = await start(topics);
    expect(device.traits).toEqual({ streaming: true });
    await device.close?.();
    await close();
  });
});

test('an older TeslaMate tells by its current that the car charges', async () => {
  const older: TopicTest = {
    ...TESLAMATE,
    topics: ({ soc, status }) => ({
      battery_level: text(soc),
      plugged_in: text(status !== 'A'),
      charger_actual_current: status === 'C' ? '11' : '0',
    }),
  };
  const { device, set, close } = await start(older);
  for (const status of ['A', 'B', 'C'] as const) {
    await set({ status });
    await expect.poll(() => device.read(inTime())).toEqual({ soc: 57, status });
  }
  await device.close?.();
  await close();
});
