import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { checkOptions } from '../../../core/config/options.ts';
import { readTemplate } from '../../../core/config/template.ts';
import custom from '../../../plugins/custom/index.ts';
import { chargerSchema, meterSchema, vehicleSchema } from '../../../plugins/custom/schema.ts';
import {
  applyPlugin,
  type ChargerHardware,
  type ChargerPeer,
  chargerContract,
  type Fault,
  type MeterHardware,
  type MeterPeer,
  meterContract,
} from '../../contract/index.ts';
import { inTime } from '../../contract/peer.ts';
import { startHttpDevice } from '../../helpers/http-device.ts';
import { applyWithModbus, startModbusDevice } from '../../helpers/modbus-device.ts';
import { createFromTemplate, expandTemplate } from '../../helpers/template.ts';

const FOLDER = fileURLToPath(new URL('../../../examples/templates/', import.meta.url));
type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

const i16 = (value: number): number => value & 0xffff;
const low = (value: number): number[] => [value & 0xffff, value >>> 16];

/** An inverter with the registers of the description's facts. */
async function inverter(usage: 'grid' | 'pv' | 'battery'): Promise<MeterPeer> {
  const box = await startModbusDevice();
  const plugin = await applyWithModbus(custom);
  const state: Writable<MeterHardware> = {
    power: 0,
    energy: 1_234_500,
    ...(usage === 'grid' && { powers: [0, 0, 0] as const, returnEnergy: 6_553_700 }),
    ...(usage === 'battery' && { returnEnergy: 700_000, soc: 50 }),
  };
  const show = (): void => {
    const { power, powers = [0, 0, 0], energy = 0, returnEnergy = 0, soc = 0 } = state;
    const kind = { grid: 625, pv: 672, battery: 590 }[usage];
    box.set('holding', kind, [i16(power), ...(usage === 'pv' ? [0, 0, 0] : [])], 3);
    box.set('holding', 616, powers.map(i16), 3);
    box.set('holding', { grid: 522, pv: 534, battery: 518 }[usage], low(Math.round(energy / 100)), 3);
    if (usage !== 'pv') box.set('holding', usage === 'grid' ? 524 : 516, low(Math.round(returnEnergy / 100)), 3);
    box.set('holding', 588, [Math.round(soc)], 3);
  };
  show();
  const options = { host: box.host, port: box.port, id: 3, usage, ...(usage === 'battery' && { capacity: 10.2 }) };
  return {
    device: await createFromTemplate(`${FOLDER}deye-hybrid.yaml`, options, plugin.meters),
    faults: ['refuse', 'hang'],
    state: () => state,
    set: (wanted) => {
      const { power = state.power } = wanted;
      Object.assign(state, wanted, usage === 'pv' && { power: Math.max(0, power) });
      for (const key of ['currents', 'voltages'] as const) delete state[key];
      show();
    },
    fail: (fault: Fault) => box.fail(fault as 'refuse' | 'hang'),
    recover: box.recover,
    connections: () => box.connections(),
    close: async () => {
      await plugin.remove();
      await box.close();
    },
  };
}

const CARS: Readonly<Record<string, string>> = { A: '1', B: '3', C: '2', E: '5' };

/** A charger with the fields of the description's facts: all are texts. */
async function charger(): Promise<ChargerPeer> {
  const http = await startHttpDevice();
  const plugin = await applyPlugin(custom);
  const violations: string[] = [];
  let writes = 0;
  const state: Writable<ChargerHardware> = {
    status: 'A',
    enabled: false,
    current: 6,
    power: 0,
    currents: [0, 0, 0],
    voltages: [230, 230, 230],
    energy: 1_234_500,
  };
  http.route('GET /status', () => {
    const { status, enabled, current, power = 0, currents = [], voltages = [], energy = 0 } = state;
    const nrg = [...voltages, 0, ...currents.map((amps) => Math.round(amps * 10)), 0, 0, 0, 0, Math.round(power / 10)];
    return {
      json: {
        car: CARS[status] ?? '0',
        alw: enabled ? '1' : '0',
        amp: String(current),
        nrg: nrg.map(String),
        eto: String(Math.round(energy / 100)),
      },
    };
  });
  http.route('GET /mqtt', ({ query }) => {
    writes += 1;
    const [key, value] = (query.get('payload') ?? '').split('=');
    if (key === 'alw' && (value === '0' || value === '1')) state.enabled = value === '1';
    else if (key === 'amx' && Number(value) >= 6 && Number(value) <= 32) state.current = Number(value);
    else violations.push(query.toString());
    return { json: { success: true } };
  });
  const options = { host: http.url.replace('http://', '') };
  return {
    device: await createFromTemplate(`${FOLDER}go-e-v1.yaml`, options, plugin.chargers),
    statuses: ['A', 'B', 'C', 'E'],
    state: () => state,
    set: (wanted) => void Object.assign(state, wanted),
    writes: () => writes,
    violations: () => violations,
    fail: (fault: Fault) => http.fail(fault as 'refuse' | 'hang' | 'garbage'),
    recover: http.recover,
    connections: () => http.connections(),
    close: async () => {
      await plugin.remove();
      await http.close();
    },
  };
}

describe('deye-hybrid.yaml', () => {
  for (const usage of ['grid', 'pv', 'battery'] as const) {
    for (const { title, run } of meterContract(() => inverter(usage))) test(`${title} (${usage})`, run);
  }

  test('a grid meter sells with a minus, and its counters have two registers', async () => {
    const peer = await inverter('grid');
    await peer.set({ power: -4_200, powers: [-1_400, -1_400, -1_400] });
    expect(await peer.device.read(inTime())).toEqual({
      power: -4_200,
      powers: [-1_400, -1_400, -1_400],
      energy: 1_234_500,
      returnEnergy: 6_553_700,
    });
    await peer.device.close?.();
    await peer.close();
  });

  test('a battery has its capacity', async () => {
    const peer = await inverter('battery');
    expect(peer.device.traits).toEqual({ capacity: 10_200 });
    await peer.device.close?.();
    await peer.close();
  });
});

describe('go-e-v1.yaml', () => {
  for (const { title, run } of chargerContract(charger)) test(title, run);
});

test('psa-car-controller.yaml reads a car with one request', async () => {
  const http = await startHttpDevice();
  const plugin = await applyPlugin(custom);
  const charging = { plugged: true, status: 'InProgress' };
  http.route('GET /get_vehicleinfo/VIN', {
    json: { energy: [{ level: 64, autonomy: 210, charging }], timed_odometer: { mileage: 31_244.5 } },
  });
  const options = { host: http.url.replace('http://', ''), vin: 'VIN' };
  const car = await createFromTemplate(`${FOLDER}psa-car-controller.yaml`, options, plugin.vehicles);
  expect(await car.read(inTime())).toEqual({ soc: 64, range: 210, odometer: 31_244.5, status: 'C' });
  expect(http.requests).toHaveLength(1);
  await plugin.remove();
  await http.close();
});

test.each([
  ['deye-hybrid.yaml', { host: 'box', usage: 'grid' }, meterSchema],
  ['deye-hybrid.yaml', { host: 'box', usage: 'pv' }, meterSchema],
  ['deye-hybrid.yaml', { host: 'box', usage: 'battery' }, meterSchema],
  ['go-e-v1.yaml', { host: 'box' }, chargerSchema],
  ['psa-car-controller.yaml', { host: 'box:5000', vin: 'VIN' }, vehicleSchema],
])('%s with %j is a custom device', (file, parameters, schema) => {
  const { type, options } = expandTemplate(`${FOLDER}${file}`, parameters);
  expect(type).toBe('custom');
  expect(checkOptions('device', schema, options).problems).toEqual([]);
});

test('each description is in the table of the README, with its parameters', () => {
  const readme = readFileSync(`${FOLDER}README.md`, 'utf8');
  const files = readdirSync(FOLDER).filter((name) => name.endsWith('.yaml'));
  expect(files.length).toBeGreaterThan(1);
  for (const name of files) {
    const line = readme.split('\n').find((row) => row.startsWith(`| [\`${name}\`](${name})`)) ?? '';
    const template = readTemplate(`${FOLDER}${name}`);
    expect(template).not.toHaveProperty('problems');
    const { properties } = (template as unknown as { schema: { properties: object } }).schema;
    for (const parameter of Object.keys(properties)) expect(line).toContain(`\`${parameter}\``);
  }
});
