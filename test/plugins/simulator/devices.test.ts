import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import type { BatteryMode, ChargerDevice, MeterDevice, PerPhase, VehicleDevice } from '../../../core/index.ts';
import { AT_HOME } from '../../../plugins/simulator/agenda.ts';
import { createCar } from '../../../plugins/simulator/car.ts';
import { enable } from '../../../plugins/simulator/charger.ts';
import { chargerType } from '../../../plugins/simulator/charger-type.ts';
import { createHouse } from '../../../plugins/simulator/house.ts';
import simulator from '../../../plugins/simulator/index.ts';
import { createModel } from '../../../plugins/simulator/model.ts';
import {
  type AppliedPlugin,
  applyPlugin,
  type ChargerPeer,
  chargerContract,
  deviceContext,
  type MeterPeer,
  meterContract,
  type TariffPeer,
  tariffContract,
  type VehiclePeer,
  vehicleContract,
} from '../../contract/index.ts';
import { FakeClock } from '../../helpers/fake-clock.ts';
import { CAR, steadySources } from './parts.ts';

const signal = () => AbortSignal.timeout(1_000);
const noFaults = { faults: [], fail: () => {}, recover: () => {}, close: () => {} } as const;

/** A house at noon, with a simulated clock. */
async function applied(options: object = {}): Promise<{ clock: FakeClock; plugin: AppliedPlugin }> {
  const clock = new FakeClock();
  const plugin = await applyPlugin(simulator, { timezone: 'UTC', clouds: 0, ...options }, { clock });
  return { clock, plugin };
}

/** A charger whose place in the model can be looked at and manipulated. */
async function charger(options: object = {}): Promise<ChargerPeer> {
  const clock = new FakeClock();
  const house = createHouse(steadySources(500, 0), clock.now());
  const model = createModel({ house, seed: 1, shift: 0, offset: () => 0, stays: new Map() }, clock);
  const context = deviceContext({ clock, name: 'garage' });
  const device = await chargerType(model).create({ reaction: 0, ramp: 0, ...options }, context);
  const hardware = house.chargers.get('garage');
  if (!hardware) throw new Error('the charger is not part of the house');
  let writes = 0;
  const counting =
    <Rest extends readonly unknown[]>(command: (...rest: Rest) => Promise<void>) =>
    async (...rest: Rest): Promise<void> => {
      writes += 1;
      await command(...rest);
    };
  const pass = () => {
    clock.jump(clock.now() + 10_000);
    model.live();
  };
  return {
    ...noFaults,
    device: {
      ...device,
      enable: counting(device.enable),
      setMaxCurrent: counting(device.setMaxCurrent),
      ...(device.setPhases && { setPhases: counting(device.setPhases) }),
      ...(device.wakeUp && { wakeUp: counting(device.wakeUp) }),
    },
    state: () => {
      pass();
      const { enabled, maxCurrent: current, phases, power, energy } = hardware;
      const status = house.cars.size === 0 ? 'A' : hardware.closed ? 'C' : 'B';
      return { status, enabled, current, phases, power, energy };
    },
    writes: () => writes,
    violations: () => hardware.violations,
    set: ({ status }) => {
      if (status === 'A') house.cars.clear();
      else if (status && house.cars.size === 0) house.cars.set('car', createCar('car', CAR, AT_HOME, clock.now()));
      if (status === 'B' || status === 'C') enable(hardware, status === 'C', clock.now());
      pass();
    },
  };
}

describe('a simulated charger', () => {
  for (const each of chargerContract(() => charger())) test(each.title, each.run);
});

describe('a simulated charger that switches phases and wakes cars', () => {
  const options = { phaseSwitching: true, switchPause: 0, wakeUp: true, currentStep: 0.1 };
  for (const each of chargerContract(() => charger(options))) test(each.title, each.run);
});

describe('a simulated charger without meter', () => {
  for (const each of chargerContract(() => charger({ meter: false }))) test(each.title, each.run);
});

const meters = {
  grid: { usage: 'grid' },
  pv: { usage: 'pv', peak: 8_000 },
  battery: { usage: 'battery', capacity: 12 },
  aux: { usage: 'aux' },
} as const;

async function meter(usage: keyof typeof meters): Promise<MeterPeer> {
  const { clock, plugin } = await applied();
  const make = (options: object, name: string) => plugin.meters.create('simulator', options, { clock, name });
  await make({ usage: 'pv' }, 'roof');
  const device = await make(meters[usage], 'meter');
  let batteryMode: BatteryMode = 'normal';
  let last = await device.read(signal());
  return {
    ...noFaults,
    device: {
      ...device,
      read: async (abort) => {
        abort.throwIfAborted();
        clock.jump(clock.now() + 10_000);
        last = await device.read(abort);
        return last;
      },
      ...(device.setBatteryMode && {
        setBatteryMode: async (mode, abort) => {
          await device.setBatteryMode?.(mode, abort);
          batteryMode = mode;
        },
      }),
    },
    state: () => ({ ...last, batteryMode }),
    set: async () => {
      last = await device.read(signal());
    },
  };
}

describe.each(Object.keys(meters) as (keyof typeof meters)[])('a simulated %s meter', (usage) => {
  for (const each of meterContract(() => meter(usage))) test(each.title, each.run);
});

async function vehicle(): Promise<VehiclePeer> {
  const { clock, plugin } = await applied();
  await plugin.chargers.create('simulator', {}, { clock, name: 'garage' });
  const device = await plugin.vehicles.create('simulator', { charger: 'garage' }, { clock, name: 'car' });
  let writes = 0;
  let last = await device.read(signal());
  return {
    ...noFaults,
    device: {
      ...device,
      read: async (abort) => {
        last = await device.read(abort);
        return last;
      },
      wakeUp: async (abort) => {
        writes += 1;
        await device.wakeUp?.(abort);
      },
    },
    state: () => last,
    set: async () => {
      last = await device.read(signal());
    },
    writes: () => writes,
  };
}

describe('a simulated vehicle', () => {
  for (const each of vehicleContract(vehicle)) test(each.title, each.run);
});

async function tariff(): Promise<TariffPeer> {
  const { clock, plugin } = await applied();
  const device = await plugin.tariffs.create('simulator', {}, { clock });
  return { ...noFaults, device, now: () => clock.now() };
}

describe('a simulated tariff', () => {
  for (const each of tariffContract(tariff)) test(each.title, each.run);
});

/** A grid meter, a roof, a charger and a car that charges at full power. */
async function charging() {
  const { clock, plugin } = await applied();
  const make = <T>(
    maker: { create(type: string, options: object, context: object): Promise<T> },
    name: string,
    options: object,
  ) => maker.create('simulator', options, { clock, name });
  const grid: MeterDevice = await make(plugin.meters, 'grid', { usage: 'grid' });
  const roof: MeterDevice = await make(plugin.meters, 'roof', { usage: 'pv' });
  const garage: ChargerDevice = await make(plugin.chargers, 'garage', { reaction: 0, ramp: 0 });
  const car: VehicleDevice = await make(plugin.vehicles, 'car', { charger: 'garage', phases: 1, startDelay: 0 });
  await garage.setMaxCurrent(16, signal());
  await garage.enable(true, signal());
  clock.jump(clock.now() + 60_000);
  return { clock, plugin, grid, roof, garage, car, make };
}

test('what the charger takes shows on the grid meter, on the phases that the car uses', async () => {
  const { clock, grid, roof, garage } = await charging();
  const reading = await garage.read(signal());
  assert.equal(reading.status, 'C');
  assert.equal(reading.power, 3_680);
  assert.deepEqual(reading.currents, [16, 0, 0]);
  const before = await grid.read(signal());
  await garage.enable(false, signal());
  const after = await grid.read(signal());
  assert.ok(Math.abs(before.power - after.power - 3_680) < 0.2);
  const [l1, l2, l3] = before.powers as PerPhase;
  const [e1, e2, e3] = after.powers as PerPhase;
  assert.ok(Math.abs(l1 - e1 - 3_680) < 0.2 && Math.abs(l2 - e2) < 0.2 && Math.abs(l3 - e3) < 0.2);
  assert.ok(Math.abs(l1 + l2 + l3 - before.power) < 0.3, 'the phases add up');
  clock.jump(clock.now() + 3_600_000);
  const energy = (await roof.read(signal())).energy ?? 0;
  assert.ok(energy > 5_000, `${energy}`);
});

test('the car knows that it charges, and its soc rises', async () => {
  const { clock, car } = await charging();
  const before = await car.read(signal());
  assert.equal(before.status, 'C');
  clock.jump(clock.now() + 3_600_000);
  const after = await car.read(signal());
  assert.ok((after.soc ?? 0) > (before.soc ?? 0) + 5);
  assert.ok((after.range ?? 0) > (before.range ?? 0));
});

test('a separate meter measures a charger that has none', async () => {
  const { plugin, clock, make } = await charging();
  const bare: ChargerDevice = await make(plugin.chargers, 'garage', { meter: false, reaction: 0, ramp: 0 });
  const meter: MeterDevice = await make(plugin.meters, 'garage-meter', { usage: 'charge', charger: 'garage' });
  await bare.setMaxCurrent(10, signal());
  await bare.enable(true, signal());
  clock.jump(clock.now() + 60_000);
  assert.equal((await bare.read(signal())).power, undefined);
  assert.equal((await meter.read(signal())).power, 2_300);
  const lost: MeterDevice = await make(plugin.meters, 'lost', { usage: 'charge', charger: 'carport' });
  await assert.rejects(lost.read(signal()), {
    code: 'EVCC_DEVICE_UNAVAILABLE',
    message: /no simulated charger "carport"/,
  });
});

test('a charger that is configured anew goes on counting, and the old one no longer charges', async () => {
  const { plugin, clock, garage, make } = await charging();
  clock.jump(clock.now() + 3_600_000);
  const before = (await garage.read(signal())).energy ?? 0;
  assert.ok(before > 3_000);
  const next: ChargerDevice = await make(plugin.chargers, 'garage', { maxCurrent: 32 });
  await garage.close?.();
  const reading = await next.read(signal());
  assert.equal(reading.energy, before);
  assert.equal(reading.enabled, false);
  assert.equal(reading.status, 'B');
});

test('a charger that was removed leaves the house', async () => {
  const { clock, grid, garage } = await charging();
  await garage.close?.();
  clock.jump(clock.now() + 1_000);
  assert.ok((await grid.read(signal())).power < 0);
});

test('a battery that is configured anew keeps its content and its counters', async () => {
  const { clock, plugin } = await applied();
  const make = (options: object) =>
    plugin.meters.create('simulator', { usage: 'battery', ...options }, { clock, name: 'battery' });
  const first = await make({ soc: 90 });
  clock.jump(clock.now() + 3_600_000);
  const before = await first.read(signal());
  assert.ok((before.energy ?? 0) > 100);
  const second = await make({ capacity: 20 });
  const after = await second.read(signal());
  assert.equal(after.energy, before.energy);
  assert.ok(Math.abs((after.soc ?? 0) - (before.soc ?? 0) / 2) < 0.02);
});

test('a command that a real charger would suffer from is logged', async () => {
  const { clock, plugin } = await applied();
  const warnings: string[] = [];
  const log = { debug() {}, info() {}, warn: (line: string) => void warnings.push(line), error() {}, child: () => log };
  const device = await plugin.chargers.create('simulator', {}, { clock, name: 'garage', log });
  await device.setMaxCurrent(40, signal());
  assert.deepEqual(warnings, ['current of 40 A is not from 6 to 16 A']);
});

test.each([
  [{ minCurrent: 10, maxCurrent: 8 }, /maxCurrent of 8 A must not be below minCurrent of 10 A/],
  [{ phases: 1, phaseSwitching: true }, /phaseSwitching needs 3 wired phases/],
])('a charger with %o is refused', async (options, message) => {
  const { clock, plugin } = await applied();
  await assert.rejects(plugin.chargers.create('simulator', options, { clock }), {
    code: 'EVCC_CONFIG_INVALID',
    message,
  });
});

test('a car with a wrong time of day is refused', async () => {
  const { clock, plugin } = await applied();
  const trips = [{ leave: '7:30', back: '17:00', distance: 20 }];
  await assert.rejects(plugin.vehicles.create('simulator', { charger: 'garage', trips }, { clock }), {
    code: 'EVCC_CONFIG_INVALID',
    message: /"7:30" is no time of day/,
  });
});
