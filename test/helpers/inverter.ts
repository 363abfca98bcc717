import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import type { BatteryMode, MeterReading, Plugin } from '../../core/index.ts';
import { meterContract } from '../contract/index.ts';
import { FakeClock } from './fake-clock.ts';
import {
  type RegisterDeviceOptions,
  type RegisterPeerOptions,
  registerPeer,
  startRegisterDevice,
  type WireType,
} from './register-device.ts';

type Raw = readonly (readonly [address: number, type: WireType, value: number])[];

/** What an inverter does, composed from its register map. */
export interface InverterFixtures {
  readonly device: RegisterDeviceOptions;
  /** One usage as the contract of meters sees it */
  readonly contract: Omit<RegisterPeerOptions, keyof RegisterDeviceOptions> & Pick<RegisterDeviceOptions, 'options'>;
  /** Raw values, and what they mean */
  readonly readings: readonly {
    readonly title: string;
    readonly options: object;
    readonly raw: Raw;
    readonly reading: MeterReading;
  }[];
  /** Settings that its battery has, and what is written for each mode, one after the other, as functions, addresses and words */
  readonly modes?: {
    readonly options?: object;
    readonly settings: Readonly<Record<number, number>>;
    readonly told: readonly (readonly [mode: BatteryMode, ...writes: (readonly number[])[]])[];
    readonly refused?: readonly BatteryMode[];
    /** ms after which a mode is told again: half of what the device keeps it for */
    readonly repeats?: readonly (readonly [mode: BatteryMode, after: number])[];
  };
}

const inTime = (): AbortSignal => AbortSignal.timeout(5_000);

/** Tests the meters of an inverter: contract, readings, and modes of its battery. */
export function testInverter(plugin: Plugin, { device: where, contract, readings, modes }: InverterFixtures): void {
  const setup = () =>
    registerPeer(plugin, { ...where, ...contract, options: { ...where.options, ...contract.options } });
  describe(`${where.type} as a meter`, () => {
    for (const { title, run } of meterContract(setup)) test(title, run);
  });

  describe(where.type, () => {
    test.each(readings)('reads $title', async ({ options, raw, reading }) => {
      const all = { ...where, options: { ...where.options, ...options } };
      const { read, end } = await startRegisterDevice(plugin, all, ({ put }) => {
        for (const [address, type, value] of raw) put(address, type, value);
      });
      assert.deepEqual(await read(), reading);
      await end();
    });

    if (!modes) return;
    const battery = async (clock?: FakeClock) => {
      const options = { ...where.options, usage: 'battery', ...modes.options };
      const all = { ...where, options, table: 'holding' as const, ...(clock && { context: { clock } }) };
      return startRegisterDevice(plugin, all, ({ put }) => {
        for (const [address, word] of Object.entries(modes.settings)) put(Number(address), 'u16', word);
      });
    };

    test('tells its battery the modes', async () => {
      const { device, writes, end } = await battery();
      let before = 0;
      for (const [mode, ...expected] of modes.told) {
        await device.setBatteryMode?.(mode, inTime());
        assert.deepEqual(writes().slice(before), expected, mode);
        before = writes().length;
      }
      for (const mode of modes.refused ?? []) {
        await assert.rejects(async () => device.setBatteryMode?.(mode, inTime()), { code: 'EVCC_NOT_SUPPORTED' });
      }
      assert.equal(writes().length, before);
      await end();
    });

    test.each([...(modes.repeats ?? [])])('tells its battery %s again before it forgets', async (mode, after) => {
      const clock = new FakeClock();
      const { box, device, writes, end } = await battery(clock);
      await device.setBatteryMode?.(mode, inTime());
      await clock.advance(0);
      const once = writes();
      await clock.advance(after - 1);
      assert.deepEqual(writes(), once);
      await clock.advance(1);
      await answered(() => writes().length >= once.length * 2);
      assert.deepEqual(writes().slice(once.length), once);

      // What is over is not told again: normal, and a meter that is gone.
      await device.setBatteryMode?.('normal', inTime());
      const last = box.requests.length;
      await clock.advance(after * 3);
      assert.equal(box.requests.length, last);
      await device.setBatteryMode?.(mode, inTime());
      await device.close?.();
      await clock.advance(0);
      assert.equal(clock.pending, 0);
      await end();
    });
  });
}

/** Waits for what goes over the line, which takes no time on the clock of the device. */
async function answered(done: () => boolean): Promise<void> {
  for (let turn = 0; turn < 500 && !done(); turn += 1) await new Promise((resolve) => setTimeout(resolve, 5));
}
