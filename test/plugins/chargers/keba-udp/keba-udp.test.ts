import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'vitest';
import { systemClock } from '../../../../core/clock.ts';
import type { Clock } from '../../../../core/index.ts';
import kebaUdp from '../../../../plugins/chargers/keba-udp/index.ts';
import { type ChargerPeer, chargerContract } from '../../../contract/index.ts';
import { eventually, inTime } from '../../../contract/peer.ts';
import { FakeClock } from '../../../helpers/fake-clock.ts';
import { applyWithUdp } from '../../../helpers/udp-device.ts';
import { type KebaFault, startKeba } from './fixtures.ts';

/** Pauses between commands are shorter here than in a house. */
const hasty: Clock = { ...systemClock, sleep: (ms, signal) => systemClock.sleep(ms / 50, signal) };
const plugin = await applyWithUdp(kebaUdp);
const ends: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function start(clock: Clock = hasty) {
  const box = await startKeba();
  const { host, port } = box.device;
  const device = await plugin.chargers.create('keba-udp', { host, port }, { clock });
  ends.push(box.device.close, () => device.close?.());
  return { box, device };
}

async function peer(): Promise<ChargerPeer> {
  const { box, device } = await start();
  const { state, meter, session } = box;
  return {
    device,
    statuses: ['A', 'B', 'C', 'F'],
    state: () => ({
      status: state.State === 4 ? 'F' : state.Plug < 5 ? 'A' : state.State === 3 ? 'C' : 'B',
      enabled: state['Enable user'] === 1,
      current: state['Curr user'] / 1_000,
      power: meter.P / 1_000,
      currents: [meter.I1 / 1_000, meter.I2 / 1_000, meter.I3 / 1_000],
      voltages: [meter.U1, meter.U2, meter.U3],
      energy: meter['E total'] / 10,
    }),
    set: ({ status, enabled, current, power, currents, voltages, energy, identifier }) => {
      if (enabled !== undefined) state['Enable user'] = enabled ? 1 : 0;
      if (status) {
        state.Plug = status === 'A' ? 3 : 7;
        state.State = status === 'F' ? 4 : status === 'C' ? 3 : status === 'A' ? 1 : state['Enable user'] ? 2 : 5;
      }
      if (current !== undefined) state['Curr user'] = current * 1_000;
      if (power !== undefined) meter.P = power * 1_000;
      if (currents) [meter.I1, meter.I2, meter.I3] = [currents[0] * 1_000, currents[1] * 1_000, currents[2] * 1_000];
      if (voltages) [meter.U1, meter.U2, meter.U3] = voltages;
      if (energy !== undefined) meter['E total'] = energy * 10;
      if (identifier !== undefined) session['RFID tag'] = identifier;
    },
    writes: box.commands,
    violations: () => box.violations,
    faults: ['hang', 'garbage', 'invalid'],
    fail: (fault) => {
      if (fault === 'invalid') state.State = 9;
      else box.fail(fault as KebaFault);
    },
    recover: () => {
      if (state.State === 9) state.State = 1;
      box.fail(undefined);
    },
    close: box.device.close,
  };
}

describe('keba-udp', () => {
  for (const { title, run } of chargerContract(peer)) test(title, run);
});

describe('a KEBA over UDP', () => {
  test('gets one command at a time, 100 ms apart', async () => {
    const clock = new FakeClock();
    const { box, device } = await start(clock);
    const { received } = box.device;
    await clock.advance(0);
    await eventually(() => assert.deepEqual(received, ['report 2'], 'the keep-alive begins'));
    const caller = new AbortController();
    const reading = device.read(caller.signal).catch(() => undefined);
    for (const expected of [
      ['report 2', 'report 2'],
      ['report 2', 'report 2', 'report 3'],
    ]) {
      // The answer takes a moment on its way.
      await eventually(() => assert.equal(clock.due, 100));
      await clock.advance(99);
      assert.equal(received.length, expected.length - 1);
      await clock.advance(1);
      await eventually(() => assert.deepEqual(received, expected));
    }
    caller.abort();
    await reading;
  });

  test('that does not answer is waited for 2 s', async () => {
    const clock = new FakeClock();
    const { box, device } = await start(clock);
    box.fail('hang');
    const command = device.enable(true, inTime()).catch((error: unknown) => error);
    await eventually(() => assert.equal(box.device.received.length, 1));
    await clock.advance(1_999);
    assert.equal(clock.pending, 1);
    await clock.advance(1);
    const error = (await command) as { code: string; message: string };
    assert.equal(error.code, 'EVCC_DEVICE_UNAVAILABLE');
    assert.match(error.message, /^UDP 127\.0\.0\.2:\d+, ena 1: there was no answer in time$/);
  });

  test('that refuses a command is an error', async () => {
    const { box, device } = await start();
    box.fail('deaf');
    await assert.rejects(device.setMaxCurrent(10, inTime()), {
      code: 'EVCC_DEVICE_PROTOCOL',
      message: /^UDP [\d.:]+, curr 10000: it answered "TCH-ERR"$/,
    });
  });

  test('says which card started the session, and that it waits for one', async () => {
    const { box, device } = await start();
    const { state, session } = box;
    session['RFID tag'] = 'e3f76b8d00000000';
    assert.equal((await device.read(inTime())).identifier, '', 'of the last session');
    state.Plug = 7;
    assert.equal((await device.read(inTime())).identifier, 'e3f76b8d00000000');
    session.reason = 1;
    state.Authreq = 1;
    const { identifier, statusReason } = await device.read(inTime());
    assert.deepEqual([identifier, statusReason], ['', 'waitingforauthorization']);
  });

  test('offers no more than its hardware allows', async () => {
    const { box, device } = await start();
    Object.assign(box.state, { 'Enable user': 1, 'Curr user': 63_000 });
    assert.equal((await device.read(inTime())).maxCurrent, 32);
  });

  test('is told that evcc is there at half of its fail-safe timeout', async () => {
    const clock = new FakeClock();
    const { box } = await start(clock);
    const { received } = box.device;
    Object.assign(box.state, { 'Tmo FS': 60, 'Curr FS': 6_000 });
    for (const [ms, count, due] of [
      [0, 1, 100],
      [100, 2, 30_000],
      [30_000, 3, 100],
      [100, 4, 30_000],
    ] as const) {
      await clock.advance(ms);
      await eventually(() => assert.deepEqual([received.length, clock.due], [count, due]));
    }
    assert.deepEqual(received, ['report 2', 'failsafe 60 6000 0', 'report 2', 'failsafe 60 6000 0']);
    assert.deepEqual(box.violations, []);
  });

  test.each([
    ['without power', { P: undefined }],
    ['with a text for a number', { I1: 'many' }],
    ['without counter', { 'E total': null }],
  ])('that answers a report %s is not understood', async (_, wrong) => {
    const { box, device } = await start();
    Object.assign(box.meter, wrong);
    await assert.rejects(device.read(inTime()), { code: 'EVCC_DEVICE_PROTOCOL', message: /^UDP [\d.:]+, report 3: / });
  });
});

test('two boxes share the port of this machine', async () => {
  const first = await startKeba();
  const { port } = first.device;
  ends.push(first.device.close);
  const device = await plugin.chargers.create('keba-udp', { host: '127.0.0.2', port }, { clock: hasty });
  const other = await plugin.chargers.create('keba-udp', { host: '127.0.0.9', port }, { clock: hasty });
  ends.push(
    () => device.close?.(),
    () => other.close?.(),
  );
  assert.equal((await device.read(inTime())).status, 'A');
  await assert.rejects(other.read(AbortSignal.timeout(50)), { code: 'EVCC_DEVICE_UNAVAILABLE' });
});
