import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import { fail } from '../../core/errors.ts';
import type { ChargerDevice, MeterDevice, TariffDevice, VehicleDevice } from '../../core/index.ts';
import {
  type ChargerHardware,
  type ChargerPeer,
  type ContractCase,
  chargerContract,
  type Fault,
  type MeterHardware,
  type MeterPeer,
  meterContract,
  type TariffPeer,
  tariffContract,
  type VehicleHardware,
  type VehiclePeer,
  vehicleContract,
} from './index.ts';

/** Hardware in memory that can have every fault. */
class Line {
  readonly faults: readonly Fault[] = ['refuse', 'hang', 'garbage', 'invalid', 'auth'];
  readonly secrets: readonly string[] = ['s3cret'];
  fault: Fault | undefined;
  open = 1;

  async reach(signal: AbortSignal): Promise<void> {
    if (signal.aborted) fail('EVCC_DEVICE_UNAVAILABLE', 'aborted before it began');
    if (this.fault === 'refuse') fail('EVCC_DEVICE_UNAVAILABLE', 'refused');
    if (this.fault === 'garbage') fail('EVCC_DEVICE_PROTOCOL', 'nonsense');
    if (this.fault === 'invalid') fail('EVCC_DEVICE_PROTOCOL', 'power is none');
    if (this.fault === 'auth') fail('EVCC_DEVICE_AUTH', 'the password is wrong');
    if (this.fault === 'hang') {
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      fail('EVCC_DEVICE_UNAVAILABLE', 'no answer');
    }
  }
}

const peerOf = <Device>(line: Line, device: Device) => ({
  device,
  faults: line.faults,
  secrets: line.secrets,
  fail: (fault: Fault) => {
    line.fault = fault;
  },
  recover: () => {
    line.fault = undefined;
  },
  connections: () => line.open,
  close: () => {},
});

type Writable<T> = { -readonly [K in keyof T]: T[K] };

function charger(
  spoil: (device: ChargerDevice, hardware: Writable<ChargerHardware>, line: Line) => object = () => ({}),
) {
  return async (): Promise<ChargerPeer> => {
    const line = new Line();
    let writes = 0;
    const hardware: Writable<ChargerHardware> = { status: 'A', enabled: false, current: 6, phases: 3, energy: 0 };
    const write = async (change: Partial<ChargerHardware>, signal: AbortSignal) => {
      await line.reach(signal);
      writes += 1;
      Object.assign(hardware, change);
    };
    const device: ChargerDevice = {
      read: async (signal) => {
        await line.reach(signal);
        const { current, ...rest } = hardware;
        return { ...rest, maxCurrent: current };
      },
      enable: (enabled, signal) => write({ enabled }, signal),
      setMaxCurrent: (current, signal) => write({ current }, signal),
      setPhases: (phases, signal) => write({ phases }, signal),
      close: () => {
        line.open = 0;
      },
    };
    return {
      ...peerOf(line, { ...device, ...spoil({ ...device }, hardware, line) }),
      state: () => hardware,
      set: (state) => void Object.assign(hardware, state),
      writes: () => writes,
      statuses: ['A', 'B', 'C', 'E', 'F'],
    };
  };
}

function meter(spoil: (device: MeterDevice, hardware: Writable<MeterHardware>, line: Line) => object = () => ({})) {
  return async (): Promise<MeterPeer> => {
    const line = new Line();
    const hardware: Writable<MeterHardware> = { power: 0, batteryMode: 'normal', powers: [0, 0, 0] };
    const device: MeterDevice = {
      read: async (signal) => {
        await line.reach(signal);
        const { batteryMode, ...rest } = hardware;
        return rest;
      },
      setBatteryMode: async (mode, signal) => {
        await line.reach(signal);
        if (mode === 'holdcharge') fail('EVCC_NOT_SUPPORTED', 'no');
        hardware.batteryMode = mode;
      },
      close: () => {
        line.open = 0;
      },
    };
    return {
      ...peerOf(line, { ...device, ...spoil({ ...device }, hardware, line) }),
      state: () => hardware,
      set: (state) => {
        Object.assign(hardware, state);
        if (state.power !== undefined && !state.powers) hardware.powers = [state.power, 0, 0];
      },
    };
  };
}

function vehicle(
  spoil: (device: VehicleDevice, hardware: Writable<VehicleHardware>, line: Line) => object = () => ({}),
) {
  return async (): Promise<VehiclePeer> => {
    const line = new Line();
    const hardware: Writable<VehicleHardware> = { soc: 50, range: 200, odometer: 10_000, limitSoc: 80, status: 'A' };
    let writes = 0;
    const device: VehicleDevice = {
      read: async (signal) => {
        await line.reach(signal);
        return { ...hardware };
      },
      wakeUp: async () => {
        writes += 1;
      },
      close: () => {
        line.open = 0;
      },
    };
    return {
      ...peerOf(line, { ...device, ...spoil({ ...device }, hardware, line) }),
      state: () => hardware,
      set: (state) => void Object.assign(hardware, state),
      omit: (field) => delete hardware[field],
      writes: () => writes,
    };
  };
}

const NOON = Date.parse('2025-06-15T12:00:00Z');
const HOUR = 3_600_000;

function tariff(spoil: (device: TariffDevice, line: Line) => object = () => ({})) {
  return async (): Promise<TariffPeer> => {
    const line = new Line();
    let prices: readonly number[] = [0.3, 0.2, 0.4];
    const rates = () =>
      prices.map((price, index) => ({ start: NOON + index * HOUR, end: NOON + (index + 1) * HOUR, price }));
    const device: TariffDevice = {
      kind: 'priceforecast',
      rates: async (signal) => {
        await line.reach(signal);
        return rates();
      },
      close: () => {
        line.open = 0;
      },
    };
    return {
      ...peerOf(line, { ...device, ...spoil({ ...device }, line) }),
      now: () => NOON + 1,
      expected: rates,
      set: (wanted) => {
        prices = wanted;
        return true;
      },
    };
  };
}

describe('the contracts pass devices without fault', () => {
  const cases = [
    ...chargerContract(charger()),
    ...meterContract(meter()),
    ...vehicleContract(vehicle()),
    ...tariffContract(tariff()),
  ];
  for (const { title, run } of cases) test(title, run);
});

/** The case that notices the defect; the others are not run. */
function noticed(title: string, cases: readonly ContractCase[], by: string): void {
  test.concurrent(title, async () => {
    const found = cases.filter((one) => one.title.includes(by));
    assert.equal(found.length, 1, `${found.length} cases are named "${by}"`);
    await assert.rejects(found.map(hurried)[0]?.run() ?? Promise.resolve());
  });
}

describe('the contracts notice', () => {
  noticed(
    'a charger that ignores disabling',
    chargerContract(
      charger(({ enable }) => ({
        enable: async (enabled: boolean, signal: AbortSignal) => (enabled ? enable(true, signal) : undefined),
      })),
    ),
    'enabling and disabling',
  );
  noticed(
    'a charger that mixes up A and mA',
    chargerContract(
      charger(({ setMaxCurrent }) => ({
        setMaxCurrent: (current: number, signal: AbortSignal) => setMaxCurrent(current * 1_000, signal),
      })),
    ),
    'every current',
  );
  noticed(
    'a charger that writes while reading',
    chargerContract(
      charger(({ read, enable }) => ({
        read: async (signal: AbortSignal) => {
          await enable(true, signal);
          return read(signal);
        },
      })),
    ),
    'reading writes nothing',
  );
  noticed(
    'a charger that says kWh',
    chargerContract(
      charger(({ read }) => ({
        read: async (signal: AbortSignal) => {
          const reading = await read(signal);
          return { ...reading, energy: (reading.energy ?? 0) / 1_000 };
        },
      })),
    ),
    'counter never falls',
  );
  noticed(
    'a charger that swallows failures of commands',
    chargerContract(charger(() => ({ enable: async () => {} }))),
    'a command that fails',
  );
  noticed(
    'a charger that says nothing of its status',
    chargerContract(
      charger(({ read }) => ({ read: async (signal: AbortSignal) => ({ ...(await read(signal)), status: 'B' }) })),
    ),
    'the status follows',
  );
  noticed(
    'a meter with the wrong sign',
    meterContract(
      meter(({ read }) => ({
        read: async (signal: AbortSignal) => ({ power: -(await read(signal)).power }),
      })),
    ),
    'sign and the unit',
  );
  noticed(
    'a meter that answers NaN',
    meterContract(meter(() => ({ read: async () => ({ power: Number.NaN }) }))),
    'without a valid value',
  );
  noticed(
    'a meter that answers 0 instead of an error',
    meterContract(meter(() => ({ read: async () => ({ power: 0 }) }))),
    'that cannot be reached',
  );
  noticed(
    'a meter that pays no attention to its signal',
    meterContract(
      meter(({ read }, _hardware, line) => ({
        read: (signal: AbortSignal) => (line.fault === 'hang' ? new Promise(() => {}) : read(signal)),
      })),
    ),
    'does not answer',
  );
  noticed(
    'an error that shows a password',
    meterContract(
      meter((_device, _hardware, line) => ({
        read: async (signal: AbortSignal) => {
          await line
            .reach(signal)
            .catch((cause: Error) =>
              fail('EVCC_DEVICE_AUTH', 'refused', { cause: new Error(`s3cret: ${cause.message}`) }),
            );
          return { power: 1 };
        },
      })),
    ),
    'refuses the credentials',
  );
  noticed(
    'an error without code',
    meterContract(
      meter((_device, _hardware, line) => ({
        read: async () => {
          if (line.fault) throw new Error('it broke');
          return { power: 1 };
        },
      })),
    ),
    'answers nonsense',
  );
  noticed(
    'a battery that forgets to go back to normal',
    meterContract(
      meter(({ setBatteryMode }) => ({
        setBatteryMode: async (mode: 'normal' | 'hold', signal: AbortSignal) =>
          mode === 'normal' ? undefined : setBatteryMode?.(mode, signal),
      })),
    ),
    'battery modes',
  );
  noticed('a device that leaves connections open', meterContract(meter(() => ({ close() {} }))), 'closing releases');
  noticed(
    'a vehicle that says 0..1',
    vehicleContract(
      vehicle(({ read }) => ({
        read: async (signal: AbortSignal) => ({ soc: ((await read(signal)).soc ?? 0) / 100 }),
      })),
    ),
    'also when empty and full',
  );
  noticed(
    'a vehicle that says 0 for a missing range',
    vehicleContract(
      vehicle(({ read }) => ({ read: async (signal: AbortSignal) => ({ range: 0, ...(await read(signal)) }) })),
    ),
    'a missing range',
  );
  noticed(
    'rates in disorder',
    tariffContract(
      tariff(({ rates }) => ({ rates: async (signal: AbortSignal) => [...(await rates(signal))].reverse() })),
    ),
    'sorted',
  );
  noticed(
    'rates that begin too late',
    tariffContract(tariff(({ rates }) => ({ rates: async (s: AbortSignal) => (await rates(s)).slice(1) }))),
    'valid now',
  );
  noticed(
    'prices below zero that are cut off',
    tariffContract(
      tariff(({ rates }) => ({
        rates: async (signal: AbortSignal) =>
          (await rates(signal)).map((rate) => ({ ...rate, price: Math.max(0, rate.price) })),
      })),
    ),
    'zero and below',
  );
});

/** A case that does not come to an end soon has failed: those of good devices in memory do. */
function hurried(one: ContractCase): ContractCase {
  const late = () => new Promise<never>((_, reject) => setTimeout(() => reject(new Error('never ends')), 1_000));
  return { title: one.title, run: () => Promise.race([one.run(), late()]) };
}
