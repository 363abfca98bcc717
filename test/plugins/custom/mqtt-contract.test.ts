import { afterAll, beforeAll, describe, test } from 'vitest';
import { type Clock, systemClock } from '../../../core/clock.ts';
import type { CustomMqttBroker, CustomSource, CustomTarget } from '../../../plugins/custom/index.ts';
import custom from '../../../plugins/custom/index.ts';
import {
  applyPlugin,
  type ChargerPeer,
  chargerContract,
  deviceContext,
  type Fault,
  type MeterPeer,
  meterContract,
  type VehicleHardware,
  type VehiclePeer,
  vehicleContract,
} from '../../contract/index.ts';
import { startLine } from '../../helpers/line.ts';
import { type Mosquitto, startMosquitto } from '../../helpers/mosquitto.ts';
import {
  batteryStatus,
  chargerOptions,
  type MqttHardware,
  meterOptions,
  newBattery,
  newWallbox,
  obey,
  publishOn,
  type Writable,
  wallboxStatus,
} from './wallbox.ts';

const PASSWORD = 'geheim-123';
/** Pauses of reconnection and waiting are shorter here than in a house. */
const clock: Clock = { ...systemClock, after: (ms, run) => systemClock.after(ms / 5, run) };

let broker: Mosquitto;
let stranger: Mosquitto;
let number = 0;

beforeAll(async () => {
  broker = await startMosquitto({ user: 'house', password: PASSWORD });
  stranger = await startMosquitto({ user: 'house', password: 'another one' });
});
afterAll(async () => {
  await broker.stop();
  await stranger.stop();
});

/** The custom plugin, a line to the broker that can be cut, and sources and targets over it. */
async function start() {
  const line = await startLine(broker.port);
  const plugin = await applyPlugin(custom, undefined, { clock });
  const login = { user: 'house', password: PASSWORD };
  const address: CustomMqttBroker = { broker: `mqtt://127.0.0.1:${line.port}`, ...login };
  number += 1;
  const topic = `devices/${number}`;
  const at = (path: string): CustomSource => ({ source: 'mqtt', ...address, topic: `${topic}/status`, path });
  const to = (command: string): CustomTarget => ({ target: 'mqtt', ...address, topic: `${topic}/${command}/set` });
  const hardware = (status: () => object, command: (name: string, value: string) => boolean) =>
    publishOn({ broker: broker.url, ...login }, topic, status, command);

  /** What all peers over MQTT have in common. */
  const peerOf = (device: MqttHardware, invalid: () => object, read: (signal: AbortSignal) => Promise<unknown>) => ({
    faults: ['refuse', 'hang', 'garbage', 'invalid', 'auth'] as const,
    secrets: [PASSWORD],
    fail: async (fault: Fault) => {
      if (fault === 'refuse' || fault === 'hang') await line.lead(fault);
      if (fault === 'auth') await line.lead(stranger.port);
      if (fault === 'garbage') await device.publish('<html>');
      if (fault === 'invalid') await device.publish(JSON.stringify(invalid()));
      // The news takes a moment on its way. A refusal comes with the next attempt to connect.
      const code = fault === 'auth' ? 'EVCC_DEVICE_AUTH' : undefined;
      for (let seen = false; !seen; await new Promise((resolve) => setTimeout(resolve, 5))) {
        seen = await read(AbortSignal.timeout(50)).then(
          () => false,
          (error: { code: unknown }) => code === undefined || error.code === code,
        );
      }
    },
    recover: async () => {
      await line.lead(broker.port);
      await device.publish();
    },
    connections: () => line.connections(),
    close: async () => {
      await plugin.remove();
      await device.close();
      await line.close();
    },
  });
  return { plugin, at, to, hardware, peerOf };
}

async function charger(): Promise<ChargerPeer> {
  const { plugin, at, to, hardware, peerOf } = await start();
  const box = newWallbox();
  let writes = 0;
  const mqtt = await hardware(
    () => wallboxStatus(box),
    (command, value) => {
      writes += 1;
      return obey(box, command, value);
    },
  );
  const device = await plugin.chargers.create('custom', chargerOptions(at, to), deviceContext({ clock }));
  return {
    device,
    state: () => box,
    set: async (state) => {
      Object.assign(box, state);
      await mqtt.publish();
    },
    writes: () => writes,
    statuses: ['A', 'B', 'C', 'E', 'F'],
    ...peerOf(
      mqtt,
      () => ({ ...wallboxStatus(box), state: 'unavailable' }),
      (signal) => device.read(signal),
    ),
  };
}

async function meter(): Promise<MeterPeer> {
  const { plugin, at, to, hardware, peerOf } = await start();
  const battery = newBattery();
  const modes = { auto: 'normal', idle: 'hold', force: 'charge' } as const;
  let writes = 0;
  const mqtt = await hardware(
    () => batteryStatus(battery),
    (_command, value) => {
      writes += 1;
      battery.batteryMode = modes[value as keyof typeof modes];
      return true;
    },
  );
  const device = await plugin.meters.create('custom', meterOptions(at, to), deviceContext({ clock }));
  return {
    device,
    state: () => battery,
    set: async (state) => {
      Object.assign(battery, state);
      await mqtt.publish();
    },
    writes: () => writes,
    ...peerOf(
      mqtt,
      () => ({ ...batteryStatus(battery), kw: null }),
      (signal) => device.read(signal),
    ),
  };
}

async function vehicle(): Promise<VehiclePeer> {
  const { plugin, at, to, hardware, peerOf } = await start();
  const car: Writable<VehicleHardware> = {
    soc: 50,
    range: 200,
    odometer: 10_000,
    limitSoc: 80,
    status: 'A',
    climater: false,
  };
  let writes = 0;
  const mqtt = await hardware(
    () => car,
    () => {
      writes += 1;
      return false;
    },
  );
  const field = (path: string): CustomSource => ({ ...at(path), unknown: ['null'] });
  const device = await plugin.vehicles.create(
    'custom',
    {
      soc: field('soc'),
      range: field('range'),
      odometer: field('odometer'),
      limitSoc: field('limitSoc'),
      status: field('status'),
      climater: field('climater'),
      wakeUp: to('wake'),
    },
    deviceContext({ clock }),
  );
  return {
    device,
    state: () => car,
    set: async (state) => {
      Object.assign(car, state);
      await mqtt.publish();
    },
    omit: async (name) => {
      delete car[name];
      await mqtt.publish();
      return true;
    },
    writes: () => writes,
    ...peerOf(
      mqtt,
      () => ({ ...car, soc: '12,5' }),
      (signal) => device.read(signal),
    ),
  };
}

// Side by side: each waits for a broker.
describe.concurrent('custom over MQTT', () => {
  for (const { title, run } of chargerContract(charger)) test(title, run);
  for (const { title, run } of meterContract(meter)) test(title, run);
  for (const { title, run } of vehicleContract(vehicle)) test(title, run);
});
