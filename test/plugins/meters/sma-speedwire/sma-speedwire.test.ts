import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'vitest';
import { systemClock } from '../../../../core/clock.ts';
import smaSpeedwire, { type SmaSpeedwireMeterOptions } from '../../../../plugins/meters/sma-speedwire/index.ts';
import { decode } from '../../../../plugins/meters/sma-speedwire/protocol.ts';
import { type MeterHardware, type MeterPeer, meterContract } from '../../../contract/index.ts';
import { eventually } from '../../../contract/peer.ts';
import type { MeterState } from '../../../helpers/http-meter.ts';
import { arrived } from '../../../helpers/line-clock.ts';
import { applyWithUdp, startUdpDevice } from '../../../helpers/udp-device.ts';
import { TELEGRAM, telegram } from './fixtures.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});
const soon = () => AbortSignal.timeout(5_000);

/** Power in two channels without sign, currents without sign. */
function encode({ power, powers, currents, voltages, energy = 0, returnEnergy = 0 }: MeterHardware): Buffer {
  const now: Record<number, number> = {};
  for (const [index, value] of [power, ...(powers ?? [])].entries()) {
    now[index * 20 + 1] = Math.max(0, value * 10);
    now[index * 20 + 2] = Math.max(0, -value * 10);
  }
  for (const [index, value] of (currents ?? []).entries()) now[index * 20 + 31] = Math.abs(value) * 1_000;
  for (const [index, value] of (voltages ?? []).entries()) now[index * 20 + 32] = value * 1_000;
  return telegram(now, { 1: energy * 3_600, 2: returnEnergy * 3_600 });
}

async function start(options: SmaSpeedwireMeterOptions = {}) {
  const box = await startUdpDevice();
  const plugin = await applyWithUdp(smaSpeedwire);
  let later = 0;
  const clock = { ...systemClock, now: () => systemClock.now() + later };
  const all = { port: box.port, group: '', host: box.host, ...options };
  const device = await plugin.meters.create('sma-speedwire', all, { clock });
  /** The meter sends all the time, so that what is lost does not matter. */
  let present: Buffer | undefined;
  const sending = setInterval(() => present && box.say(present), 10);
  return {
    box,
    plugin,
    device,
    send: (data: Buffer | undefined) => {
      present = data;
      if (data) box.say(data);
    },
    pass: (ms: number) => {
      later += ms;
    },
    end: async () => {
      clearInterval(sending);
      await device.close?.();
      await plugin.remove();
      await box.close();
    },
  };
}

async function peer(): Promise<MeterPeer> {
  const { device, send, pass, end } = await start();
  const state: MeterState = {
    power: 0,
    powers: [0, 0, 0],
    currents: [0, 0, 0],
    voltages: [230, 230, 230],
    energy: 1_000,
    returnEnergy: 500,
  };
  send(encode(state));
  return {
    device,
    state: () => state,
    set: ({ soc, batteryMode, ...known }) => {
      Object.assign(state, known);
      send(encode(state));
    },
    faults: ['hang', 'invalid'],
    fail: async (fault) => {
      send(fault === 'hang' ? undefined : telegram({ 31: 1_000 }));
      // What is still on its way is from before.
      await arrived();
      pass(60_000);
    },
    recover: () => send(encode(state)),
    close: end,
  };
}

describe('sma-speedwire', () => {
  for (const { title, run } of meterContract(peer)) test(title, run);

  test('reads the telegram of an energy meter', async () => {
    const { device, send, end } = await start();
    ends.push(end);
    send(TELEGRAM);
    assert.deepEqual(await device.read(soon()), { power: -1_234, energy: 1_234_567, returnEnergy: 500_000 });
  });

  test('hears only the meter of its serial number', async () => {
    const { device, send, end } = await start({ serial: 7 });
    ends.push(end);
    send(TELEGRAM);
    await eventually(() =>
      assert.rejects(device.read(AbortSignal.timeout(50)), {
        code: 'EVCC_DEVICE_UNAVAILABLE',
        message: /^UDP 127\.0\.0\.2:\d+: only the meter 1900123456 was heard in time$/,
      }),
    );
    send(telegram({ 1: 5_000, 2: 0 }, {}, { serial: 7 }));
    assert.deepEqual(await device.read(soon()), { power: 500 });
  });

  test('does not guess which of several meters is meant', async () => {
    const { device, send, pass, end } = await start();
    ends.push(end);
    send(TELEGRAM);
    await device.read(soon());
    send(telegram({ 1: 5_000, 2: 0 }, {}, { serial: 7 }));
    await eventually(() =>
      assert.rejects(device.read(soon()), {
        code: 'EVCC_DEVICE_PROTOCOL',
        message: /the meters 1900123456 and 7 send: say which one with serial$/,
      }),
    );
    send(undefined);
    await arrived();
    pass(60_000);
    send(TELEGRAM);
    assert.equal((await device.read(soon())).power, -1_234, 'the other one is silent by now');
  });

  test('a silence of more than 15 s is an error', async () => {
    const { device, send, pass, end } = await start();
    ends.push(end);
    send(TELEGRAM);
    await device.read(soon());
    send(undefined);
    await arrived();
    pass(14_000);
    await device.read(soon());
    pass(60_000);
    await assert.rejects(device.read(AbortSignal.timeout(50)), { code: 'EVCC_DEVICE_UNAVAILABLE' });
  });
});

describe('a datagram is no telegram', () => {
  test.each([
    ['of an inverter', telegram({ 1: 0, 2: 0 }, {}, { protocol: 0x6065 })],
    ['with a record that is cut off', TELEGRAM.subarray(0, 50)],
    ['that is shorter than its head', TELEGRAM.subarray(0, 20)],
    ['of another protocol', Buffer.concat([Buffer.from('XYZ'), TELEGRAM.subarray(3)])],
    ['that is empty', Buffer.alloc(0)],
  ])('%s', (_, data) => {
    assert.equal(decode(data), undefined);
  });

  test('and never an error, whatever is cut off', () => {
    for (let length = 0; length < TELEGRAM.length; length += 1) decode(TELEGRAM.subarray(0, length));
    const wrong = Buffer.from(TELEGRAM);
    wrong.writeUInt16BE(40, 12);
    decode(wrong);
  });
});
