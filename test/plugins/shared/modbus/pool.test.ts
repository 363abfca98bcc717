import assert from 'node:assert/strict';
import { afterEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../../../core/clock.ts';
import { fail } from '../../../../core/errors.ts';
import type { ModbusLineOptions } from '../../../../plugins/shared/modbus/line.ts';
import { createModbusPool, type ModbusLink, type ModbusPool } from '../../../../plugins/shared/modbus/pool.ts';
import { eventually } from '../../../contract/peer.ts';
import { FakeClock } from '../../../helpers/fake-clock.ts';
import { arrived } from '../../../helpers/line-clock.ts';
import { type ModbusDevice, startModbusDevice } from '../../../helpers/modbus-device.ts';

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

interface Line {
  readonly device: ModbusDevice;
  readonly pool: ModbusPool;
  /** Of the pool, which stands still */
  readonly clock: FakeClock;
  open(options?: Partial<ModbusLineOptions>): ModbusLink;
}

async function line(rtu: boolean): Promise<Line> {
  const device = await startModbusDevice({ rtu });
  const clock = new FakeClock();
  const pool = createModbusPool({ clock });
  ends.push(device.close, pool.close);
  const { host, port } = device;
  return {
    device,
    pool,
    clock,
    open: (options = {}) => pool.open({ host, port, ...(rtu && { rtu, delay: 0 }), ...options }, { fail }),
  };
}

const soon = () => AbortSignal.timeout(5_000);
/** An answer that comes at all is in time, also while the clock is made to go on. */
const PATIENT = { answerTimeout: 60 };
const words = async (link: ModbusLink, address: number, count = 1, signal = soon()): Promise<number[]> => {
  const bytes = await link.read('holding', address, count, signal);
  return Array.from({ length: bytes.length / 2 }, (_, index) => bytes.readUInt16BE(index * 2));
};
/** `CODE message` of a failure. */
async function failure(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(
    (value) => assert.fail(`it answered ${JSON.stringify(value)}`),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof Error && 'code' in error, String(error));
  return `${error.code} ${error.message.replace(/:\d{4,5}/, ':502')}`;
}

describe.each([
  ['TCP', false],
  ['RTU over TCP', true],
] as const)('a line over %s', (_, rtu) => {
  test('reads registers of both tables, coils and discrete inputs', async () => {
    const { device, open } = await line(rtu);
    device.set('holding', 100, [1, 2, 0xffff]);
    device.set('input', 100, [7]);
    for (const address of [5, 6, 7]) device.unit().coils.set(address, address === 6);
    const link = open();
    assert.deepEqual(await words(link, 100, 3), [1, 2, 0xffff]);
    assert.deepEqual(await link.read('input', 100, 1, soon()), Buffer.from([0, 7]));
    assert.deepEqual(await link.readBits('coil', 5, 3, soon()), [false, true, false]);
    assert.deepEqual(await link.readBits('discrete', 6, 1, soon()), [true]);
    assert.deepEqual(
      device.requests.map(({ code }) => code),
      [3, 4, 1, 2],
    );
  });

  test('writes single and several registers and coils with the functions 6, 16, 5 and 15', async () => {
    const { device, open } = await line(rtu);
    device.set('holding', 10, [0, 0, 0]);
    for (const address of [0, 1, 2]) device.unit().coils.set(address, false);
    const link = open();
    await link.writeRegister(10, 0xabcd, soon());
    await link.writeRegisters(11, [1, 2], soon());
    await link.writeCoil(0, true, soon());
    await link.writeCoils(1, [true, true], soon());
    assert.deepEqual([...device.unit().holding.values()], [0xabcd, 1, 2]);
    assert.deepEqual([...device.unit().coils.values()], [true, true, true]);
    assert.deepEqual(
      device.requests.map(({ code }) => code),
      [6, 16, 5, 15],
    );
  });

  test('devices share one connection, ask in turn, and each gets the answer of its own unit', async () => {
    const { device, open } = await line(rtu);
    const units = [1, 2, 3, 4, 5];
    for (const id of units) device.set('holding', 0, [id * 11], id);
    const links = units.map((id) => open({ id }));
    const all = await Promise.all([...links, ...links].map((link) => words(link, 0)));
    assert.deepEqual(
      all.flat(),
      [...units, ...units].map((id) => id * 11),
    );
    assert.deepEqual(
      device.requests.map(({ unit }) => unit),
      [...units, ...units],
    );
    assert.equal(device.opened(), 1);
  });

  test('the next question waits for the answer', async () => {
    const { device, open } = await line(rtu);
    device.set('holding', 0, [1, 2]);
    device.hold();
    const link = open();
    const both = Promise.all([words(link, 0), words(link, 1)]);
    await eventually(() => assert.equal(device.requests.length, 1));
    device.release();
    assert.deepEqual(await both, [[1], [2]]);
  });

  test('the last device closes the connection, and one that is closed asks no more', async () => {
    const { device, open } = await line(rtu);
    device.set('holding', 0, [1]);
    const [first, second] = [open(), open({ id: 2 })];
    device.set('holding', 0, [1], 2);
    await words(first, 0);
    await first.close();
    await first.close();
    assert.match(await failure(words(first, 0)), /UNAVAILABLE .*the device was closed/);
    await words(second, 0);
    assert.equal(device.connections(), 1);
    await second.close();
    await eventually(() => assert.equal(device.connections(), 0));
  });

  test.each([
    [1, 'PROTOCOL', 'the device does not know this function'],
    [2, 'PROTOCOL', 'the device has no such register'],
    [4, 'UNAVAILABLE', 'the device failed'],
    [6, 'UNAVAILABLE', 'the device is busy'],
    [11, 'UNAVAILABLE', 'the device behind the gateway does not answer'],
    [99, 'PROTOCOL', 'the device refuses the request'],
  ])('exception %i is %s', async (number, code, text) => {
    const { device, open } = await line(rtu);
    device.set('holding', 7, [1]);
    await device.fail(number);
    const link = open();
    assert.equal(
      await failure(words(link, 7)),
      `EVCC_DEVICE_${code} Modbus 127.0.0.1:502 unit 1, holding register 7: ${text} (Modbus exception ${number})`,
    );
    await device.recover();
    assert.deepEqual(await words(link, 7), [1]);
    assert.equal(device.opened(), 1);
  });

  test('a device that does not answer in time is unavailable, and the late answer is that of no other question', async () => {
    const { device, clock, open } = await line(rtu);
    device.set('holding', 0, [1, 2]);
    device.hold();
    const late = failure(words(open({ answerTimeout: 0.1 }), 0));
    await eventually(() => assert.equal(device.requests.length, 1));
    await clock.advance(100);
    assert.equal(
      await late,
      'EVCC_DEVICE_UNAVAILABLE Modbus 127.0.0.1:502 unit 1, holding register 0: there was no answer in time',
    );
    const next = words(open(PATIENT), 1);
    device.release();
    await arrived();
    assert.deepEqual(await clock.until(next), [2]);
    assert.equal(device.opened(), 1);
  });

  test('after three answers that did not come the connection is made anew', async () => {
    const { device, clock, open } = await line(rtu);
    device.set('holding', 0, [1]);
    await device.fail('hang');
    const link = open();
    for (let turn = 0; turn < 3; turn += 1) await clock.until(failure(words(link, 0)));
    await eventually(() => assert.equal(device.connections(), 0));
    await device.recover();
    // Not at once: a device that hangs is given time.
    assert.match(await failure(words(link, 0)), /UNAVAILABLE/);
    await clock.advance(1_000);
    assert.deepEqual(await words(link, 0), [1]);
    assert.equal(device.opened(), 2);
  });

  test('units that are switched off do not cost the others their connection', async () => {
    const { device, clock, open } = await line(rtu);
    device.set('holding', 0, [1]);
    await device.fail('hang');
    for (const id of [2, 3, 4, 5]) await clock.until(failure(words(open({ id }), 0)));
    await device.recover();
    assert.deepEqual(await clock.until(words(open(PATIENT), 0)), [1]);
    assert.equal(device.opened(), 1);
  });

  test('what is no Modbus is an error of the protocol, and later answers are understood', async () => {
    const { device, clock, open } = await line(rtu);
    device.set('holding', 0, [1]);
    await device.fail('garbage');
    const link = open();
    const failed = failure(words(link, 0));
    await eventually(() => assert.equal(device.requests.length, 1));
    await arrived();
    assert.match(await clock.until(failed), /PROTOCOL .*what it answers is no Modbus/);
    await device.recover();
    assert.deepEqual(await clock.until(words(open(PATIENT), 0)), [1]);
  });

  test('a connection that breaks fails the question, and the next one makes another', async () => {
    const { device, open } = await line(rtu);
    device.set('holding', 0, [1]);
    const link = open();
    await words(link, 0);
    await device.fail('reset');
    assert.match(await failure(words(link, 0)), /UNAVAILABLE .*the connection was/);
    await device.recover();
    await eventually(async () => assert.deepEqual(await words(link, 0), [1]));
    device.disconnect();
    await eventually(async () => assert.deepEqual(await words(link, 0), [1]));
  });

  test('an aborted question ends at once; what waits behind it is not sent any more', async () => {
    const { device, open } = await line(rtu);
    device.set('holding', 0, [1, 2, 3]);
    device.hold();
    const link = open();
    const caller = new AbortController();
    const first = failure(words(link, 0, 1, caller.signal));
    const second = failure(link.writeRegister(1, 5, caller.signal));
    const third = words(link, 2);
    await eventually(() => assert.equal(device.requests.length, 1));
    caller.abort();
    assert.match(await first, /UNAVAILABLE .*no answer in time/);
    assert.match(await second, /UNAVAILABLE .*writing register 1: there was no answer in time/);
    device.release();
    assert.deepEqual(await third, [3]);
    assert.deepEqual(
      device.requests.map(({ address }) => address),
      [0, 2],
    );
    assert.match(await failure(words(link, 0, 1, caller.signal)), /there was no time left to ask/);
  });
});

test('a host that refuses is asked again after a pause only', async () => {
  const { device, clock, open } = await line(false);
  device.set('holding', 0, [1]);
  await device.fail('refuse');
  const link = open();
  const refused = /EVCC_DEVICE_UNAVAILABLE .*the connection was refused \(ECONNREFUSED\)/;
  assert.match(await failure(words(link, 0)), refused);
  await device.recover();
  await clock.advance(999);
  assert.match(await failure(words(link, 0)), refused);
  await clock.advance(1);
  assert.deepEqual(await words(link, 0), [1]);
});

test('a serial port that does not exist is unavailable', async () => {
  const pool = createModbusPool({ clock: systemClock });
  ends.push(pool.close);
  const link = pool.open({ device: '/dev/there-is-none' }, { fail });
  assert.match(await failure(words(link, 0)), /EVCC_DEVICE_UNAVAILABLE Modbus \/dev\/there-is-none unit 1, holding/);
});

test('closing the pool ends what is under way', async () => {
  const { device, open, pool } = await line(false);
  await device.fail('hang');
  const asked = failure(words(open(), 0));
  const waiting = failure(words(open({ id: 2 }), 0));
  await eventually(() => assert.equal(device.requests.length, 1));
  await pool.close();
  assert.match(await asked, /UNAVAILABLE .*the device was closed/);
  assert.match(await waiting, /UNAVAILABLE .*the device was closed/);
});

test.each<[ModbusLineOptions, string]>([
  [{}, 'Modbus needs either host or device'],
  [{ host: 'a', device: '/dev/ttyUSB0' }, 'Modbus needs either host or device'],
])('options %j name no line', (options, problem) => {
  const pool = createModbusPool({ clock: systemClock });
  expect(() => pool.open(options, { fail })).toThrow(problem);
});

test('one line has one manner of framing and one speed', async () => {
  const pool = createModbusPool({ clock: systemClock });
  ends.push(pool.close);
  pool.open({ host: 'Box' }, { fail });
  pool.open({ host: 'box', port: 502, id: 3 }, { fail });
  expect(() => pool.open({ host: 'box', rtu: true }, { fail })).toThrow(
    'another device on this line has a different rtu',
  );
  const tty = pool.open({ device: '/dev/ttyUSB0' }, { fail });
  expect(() => pool.open({ device: '/dev/ttyUSB0', baudrate: 2_400 }, { fail })).toThrow(
    'a different baudrate or comset',
  );
  await tty.close();
  pool.open({ device: '/dev/ttyUSB0', baudrate: 2_400 }, { fail });
});
