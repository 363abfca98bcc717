import { describe, test } from 'vitest';
import type { CustomSource, CustomTarget } from '../../../plugins/custom/index.ts';
import custom from '../../../plugins/custom/index.ts';
import {
  applyPlugin,
  type ChargerPeer,
  chargerContract,
  deviceContext,
  type Fault,
  type MeterPeer,
  meterContract,
  type TariffPeer,
  tariffContract,
  type VehicleHardware,
  type VehiclePeer,
  vehicleContract,
} from '../../contract/index.ts';
import { FakeClock } from '../../helpers/fake-clock.ts';
import { type HttpDevice, startHttpDevice } from '../../helpers/http-device.ts';
import {
  batteryStatus,
  chargerOptions,
  meterOptions,
  newBattery,
  newWallbox,
  obey,
  serve,
  type Writable,
  wallboxStatus,
} from './wallbox.ts';

const PASSWORD = 'geheim-123';
const auth = { type: 'basic', user: 'house', password: PASSWORD } as const;

/** The custom plugin, an HTTP device, and sources and targets that lead from one to the other. */
async function start() {
  const http = await startHttpDevice();
  const plugin = await applyPlugin(custom);
  const at = (path: string): CustomSource => ({
    source: 'http',
    url: `${http.url}/status?key=${PASSWORD}`,
    path,
    auth,
  });
  const to = (command: string): CustomTarget => ({
    target: 'http',
    url: `${http.url}/${command}`,
    body: { value: '{value}' },
    auth,
  });
  return { http, plugin, at, to };
}

/** What all peers over HTTP have in common. `invalid` breaks the main value of the status. */
function peerOf(http: HttpDevice, remove: () => Promise<void>, invalid: (broken: boolean) => void) {
  return {
    faults: ['refuse', 'hang', 'garbage', 'invalid', 'auth'] as const,
    secrets: [PASSWORD, Buffer.from(`house:${PASSWORD}`).toString('base64')],
    fail: (fault: Fault) => (fault === 'invalid' ? invalid(true) : http.fail(fault)),
    recover: async () => {
      invalid(false);
      await http.recover();
    },
    connections: () => http.connections(),
    close: async () => {
      await remove();
      await http.close();
    },
  };
}

async function charger(): Promise<ChargerPeer> {
  const { http, plugin, at, to } = await start();
  const box = newWallbox();
  let writes = 0;
  let broken = false;
  serve(
    http,
    () => ({ ...wallboxStatus(box), ...(broken && { state: 'unavailable' }) }),
    (command, value) => {
      writes += 1;
      return obey(box, command, value);
    },
  );
  return {
    device: await plugin.chargers.create('custom', chargerOptions(at, to)),
    state: () => box,
    set: (state) => void Object.assign(box, state),
    writes: () => writes,
    statuses: ['A', 'B', 'C', 'E', 'F'],
    ...peerOf(http, plugin.remove, (yes) => {
      broken = yes;
    }),
  };
}

async function meter(): Promise<MeterPeer> {
  const { http, plugin, at, to } = await start();
  const battery = newBattery();
  const modes = { auto: 'normal', idle: 'hold', force: 'charge' } as const;
  let broken = false;
  let writes = 0;
  serve(
    http,
    () => ({ ...batteryStatus(battery), ...(broken && { kw: null }) }),
    (_command, value) => {
      writes += 1;
      battery.batteryMode = modes[value as keyof typeof modes];
      return battery.batteryMode !== undefined;
    },
  );
  return {
    device: await plugin.meters.create('custom', meterOptions(at, to)),
    state: () => battery,
    set: (state) => void Object.assign(battery, state),
    writes: () => writes,
    ...peerOf(http, plugin.remove, (yes) => {
      broken = yes;
    }),
  };
}

async function vehicle(): Promise<VehiclePeer> {
  const { http, plugin, at, to } = await start();
  const car: Writable<VehicleHardware> = {
    soc: 50,
    range: 200,
    odometer: 10_000,
    limitSoc: 80,
    status: 'A',
    climater: false,
  };
  let broken = false;
  let writes = 0;
  http.route('GET /status', () => ({ json: broken ? { ...car, soc: '12,5' } : car }));
  http.route('POST /wake', () => {
    writes += 1;
    return { text: '' };
  });
  const field = (path: string): CustomSource => ({ ...at(path), unknown: ['null'] });
  return {
    device: await plugin.vehicles.create('custom', {
      soc: field('soc'),
      range: field('range'),
      odometer: field('odometer'),
      limitSoc: field('limitSoc'),
      status: field('status'),
      climater: field('climater'),
      wakeUp: to('wake'),
    }),
    state: () => car,
    set: (state) => void Object.assign(car, state),
    omit: (name) => delete car[name],
    writes: () => writes,
    ...peerOf(http, plugin.remove, (yes) => {
      broken = yes;
    }),
  };
}

const HOUR = 3_600_000;
const charges = 0.1;
const tax = 0.19;
const total = (price: number) => (price + charges) * (1 + tax);

async function forecast(): Promise<TariffPeer> {
  const { http, plugin, at } = await start();
  const clock = new FakeClock();
  const from = Math.floor(clock.now() / HOUR) * HOUR;
  let prices: readonly number[] = [0.3, 0.28];
  let broken = false;
  const list = () => prices.map((price, hour) => ({ start: from + hour * HOUR, end: from + (hour + 1) * HOUR, price }));
  const text = (time: number) => new Date(time).toISOString();
  http.route('GET /status', () => ({
    json: {
      prices: list().map(({ start, end, price }) => ({
        start: text(start),
        end: text(end),
        price: broken ? null : price,
      })),
    },
  }));
  return {
    device: await plugin.tariffs.create('custom', { forecast: at('prices'), charges, tax }, deviceContext({ clock })),
    now: () => clock.now(),
    expected: () => list().map((rate) => ({ ...rate, price: total(rate.price) })),
    set: (wanted) => {
      prices = wanted;
      return true;
    },
    ...peerOf(http, plugin.remove, (yes) => {
      broken = yes;
    }),
  };
}

async function presentPrice(): Promise<TariffPeer> {
  const { http, plugin, at } = await start();
  const clock = new FakeClock(Date.parse('2025-06-15T12:34:56Z'));
  const price: { now: number | string } = { now: 28.5 };
  http.route('GET /status', () => ({ json: { price: price.now } }));
  const quarter = HOUR / 4;
  const first = Date.parse('2025-06-15T12:30:00Z');
  return {
    device: await plugin.tariffs.create(
      'custom',
      { price: { ...at('price'), scale: 0.01 }, charges, tax },
      deviceContext({ clock }),
    ),
    now: () => clock.now(),
    expected: () =>
      Array.from({ length: 192 }, (_, slot) => ({
        start: first + slot * quarter,
        end: first + (slot + 1) * quarter,
        price: total(Number(price.now) / 100),
      })),
    set: ([, , third = 0]) => {
      price.now = third * 100;
      return true;
    },
    ...peerOf(http, plugin.remove, (yes) => {
      price.now = yes ? 'soon' : 28.5;
    }),
  };
}

describe('custom over HTTP', () => {
  for (const { title, run } of chargerContract(charger)) test(title, run);
  for (const { title, run } of meterContract(meter)) test(title, run);
  for (const { title, run } of vehicleContract(vehicle)) test(title, run);
  for (const { title, run } of tariffContract(forecast)) test(`${title} (forecast)`, run);
  for (const { title, run } of tariffContract(presentPrice)) test(`${title} (present price)`, run);
});
