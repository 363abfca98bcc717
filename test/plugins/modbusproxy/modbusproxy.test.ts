import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import modbus from 'modbus-serial';
import { afterEach, beforeEach, describe, test } from 'vitest';
import { systemClock } from '../../../core/clock.ts';
import type { Clock } from '../../../core/index.ts';
import modbusProxy, { type ModbusProxyOptions } from '../../../plugins/modbusproxy/index.ts';
import { startProxy } from '../../../plugins/modbusproxy/server.ts';
import { createModbusPool } from '../../../plugins/shared/modbus/pool.ts';
import { applyPlugin, deviceContext } from '../../contract/index.ts';
import { eventually } from '../../contract/peer.ts';
import { FakeClock } from '../../helpers/fake-clock.ts';
import { type ModbusDevice, startModbusDevice } from '../../helpers/modbus-device.ts';

let ends: (() => Promise<unknown> | unknown)[] = [];
beforeEach(() => {
  ends = [];
});
afterEach(async () => {
  for (const end of ends.reverse()) await end();
});

/** Applies the plugin to entries that may leave their ports to it. */
async function apply(entries: Partial<ModbusProxyOptions>[], clock: Clock = systemClock, line = clock) {
  const pool = createModbusPool({ clock: line });
  ends.push(() => pool.close());
  const announced: string[] = [];
  const options = entries.map((entry) => ({ port: 0, host: '127.0.0.1', answerTimeout: 5, ...entry }));
  const applied = await applyPlugin(modbusProxy, options, {
    clock,
    announce: (line) => void announced.push(line),
    services: { provide() {}, use: (name, use) => void (name === 'modbus' && use(pool as never)) },
  });
  ends.push(() => applied.remove());
  await applied.evcc.hooks.setup.promise();
  const ports = announced.map((line) => Number(/:(\d+) for/.exec(line)?.[1]));
  return { pool, ports, port: ports[0] ?? 0, announced, applied };
}

/** A device with registers 0 to 9, behind a proxy. */
async function start(options: Partial<ModbusProxyOptions> = {}, clock: Clock = systemClock) {
  const box = await startModbusDevice({ rtu: options.rtu ?? false });
  ends.push(() => box.close());
  for (let address = 0; address < 10; address += 1) {
    box.set('holding', address, [100 + address], 7);
    box.set('input', address, [200 + address], 7);
    box.unit(7).coils.set(address, address % 3 === 0);
  }
  return { box, ...(await apply([{ uri: `${box.host}:${box.port}`, ...options }], clock, box.clock)) };
}

/** A client that is not ours. */
async function client(port: number, unit = 7) {
  const library = new modbus.default();
  await library.connectTCP('127.0.0.1', { port });
  library.setID(unit);
  library.setTimeout(5_000);
  ends.push(() => new Promise<void>((resolve) => library.close(() => resolve())));
  return library;
}

/** A client that says whatever it likes. */
async function raw(port: number) {
  const socket: Socket = connect(port, '127.0.0.1');
  ends.push(() => socket.destroy());
  socket.on('error', () => {});
  await once(socket, 'connect');
  let heard = '';
  let closed = false;
  socket.on('data', (data: Buffer) => {
    heard += data.toString('hex');
  });
  socket.on('close', () => {
    closed = true;
  });
  return {
    socket,
    say: (hex: string) => socket.write(Buffer.from(hex.replaceAll(' ', ''), 'hex')),
    hears: (hex: string) => eventually(() => assert.equal(heard, hex.replaceAll(' ', ''))),
    isGone: () => eventually(() => assert.ok(closed)),
  };
}

const READ_0 = '0001 0000 0006 07 03 0000 0001';
const IS_100 = '0001 0000 0005 07 03 02 0064';
const untouched = (box: ModbusDevice) => assert.ok(box.requests.every(({ code }) => code < 5));

describe('modbusproxy', () => {
  test('programs read over the one connection of the house', async () => {
    const { box, pool, port, announced } = await start();
    const link = pool.open({ host: box.host, port: box.port, id: 7 }, deviceContext());
    const [one, two] = [await client(port), await client(port)];
    const [first, second, own] = await Promise.all([
      one.readHoldingRegisters(0, 3),
      two.readInputRegisters(8, 2),
      link.read('holding', 9, 1, AbortSignal.timeout(5_000)),
    ]);
    assert.deepEqual(first.data, [100, 101, 102]);
    assert.deepEqual(second.data, [208, 209]);
    assert.equal(own.readUInt16BE(), 109);
    assert.deepEqual((await one.readCoils(0, 10)).data.slice(0, 10).map(Number), [1, 0, 0, 1, 0, 0, 1, 0, 0, 1]);
    assert.deepEqual((await one.readDiscreteInputs(3, 1)).data[0], true);
    assert.equal(box.opened(), 1);
    assert.deepEqual(announced, [`Modbus proxy: 127.0.0.1:${port} for Modbus 127.0.0.1:${box.port}`]);
    await link.close();
  });

  test('a line with RTU frames', async () => {
    const { port } = await start({ rtu: true });
    assert.deepEqual((await (await client(port)).readHoldingRegisters(4, 2)).data, [104, 105]);
  });

  test('each proxy has its own port', async () => {
    const boxes = [await startModbusDevice(), await startModbusDevice()];
    ends.push(...boxes.map((box) => () => box.close()));
    for (const [index, box] of boxes.entries()) box.set('holding', 0, [index], 1);
    const { ports } = await apply(boxes.map(({ host, port }) => ({ uri: `${host}:${port}` })));
    for (const [index, port] of ports.entries()) {
      assert.deepEqual((await (await client(port, 1)).readHoldingRegisters(0, 1)).data, [index]);
    }
  });

  test('commands are handed on when the configuration says so', async () => {
    const { box, port } = await start({ readonly: false });
    const program = await client(port);
    await program.writeRegister(0, 1);
    await program.writeRegisters(1, [2, 0xfffe]);
    await program.writeCoil(1, true);
    await program.writeCoils(2, [true, false, true]);
    const { holding, coils } = box.unit(7);
    assert.deepEqual(
      [0, 1, 2].map((address) => holding.get(address)),
      [1, 2, 0xfffe],
    );
    assert.deepEqual(
      [1, 2, 3, 4].map((address) => coils.get(address)),
      [true, true, false, true],
    );
  });

  test('commands are refused unless it does', async () => {
    const { box, port } = await start();
    const program = await client(port);
    for (const command of [
      () => program.writeRegister(0, 1),
      () => program.writeRegisters(0, [1]),
      () => program.writeCoil(0, true),
      () => program.writeCoils(0, [true]),
    ]) {
      await assert.rejects(command, { modbusCode: 1 });
    }
    assert.deepEqual((await program.readHoldingRegisters(0, 1)).data, [100]);
    untouched(box);
  });

  test('commands are taken and dropped', async () => {
    const { box, port } = await start({ readonly: true });
    const program = await client(port);
    await program.writeRegister(0, 1);
    await program.writeRegisters(0, [1, 2]);
    await program.writeCoil(0, true);
    await program.writeCoils(0, [true]);
    const other = await raw(port);
    other.say('0001 0000 0006 07 10 0000 0001');
    await other.hears('0001 0000 0003 07 90 03');
    assert.deepEqual((await program.readHoldingRegisters(0, 1)).data, [100]);
    untouched(box);
  });

  test('what the device refuses, programs hear', async () => {
    const { port } = await start({ readonly: false });
    const program = await client(port);
    await assert.rejects(program.readHoldingRegisters(500, 1), { modbusCode: 2 });
    await assert.rejects(program.writeRegister(500, 1), { modbusCode: 2 });
  });

  test.each<[string, Parameters<ModbusDevice['fail']>[0], number]>([
    ['does not answer', 'hang', 11],
    ['cannot be reached', 'refuse', 11],
    ['is busy', 6, 6],
  ])('a device that %s', async (_, fault, exception) => {
    const { box, port } = await start();
    await box.fail(fault);
    const program = await client(port);
    await assert.rejects(program.readHoldingRegisters(0, 1), { modbusCode: exception });
  });

  test('requests in pieces, and several at once, are answered in order', async () => {
    const { port } = await start();
    const program = await raw(port);
    program.say('0001 0000');
    await new Promise((resolve) => setTimeout(resolve, 10));
    program.say('0006 07 03 0000 0001 0002 0000 0006 07 04 0001 0001 0003 0000 0006 07 03 01f4 0001');
    await program.hears(`${IS_100} 0002 0000 0005 07 04 02 00c9 0003 0000 0003 07 83 02`);
  });

  test.each([
    ['a function that is none', '07 2b 0e0100', '07 ab 01'],
    ['a request that is too short', '07 03 00', '07 83 03'],
    ['no registers at all', '07 03 0000 0000', '07 83 03'],
    ['more registers than there can be', '07 04 0000 007e', '07 84 03'],
    ['a request that is too long', '07 03 0000 0001 00', '07 83 03'],
    ['half a bit', '07 05 0000 1234', '07 85 03'],
    ['fewer words than it says', '07 10 0000 0002 04 0001', '07 90 03'],
    ['fewer bits than it says', '07 0f 0000 0009 01 ff', '07 8f 03'],
  ])('%s is answered, and does not reach the device', async (_, said, heard) => {
    const { box, port } = await start({ readonly: false });
    const program = await raw(port);
    const frame = (hex: string) =>
      `0001 0000 ${(hex.replaceAll(' ', '').length / 2).toString(16).padStart(4, '0')} ${hex}`;
    program.say(frame(said));
    await program.hears(frame(heard));
    assert.equal(box.requests.length, 0);
  });

  test.each([
    ['another protocol', '0001 0001 0006 07 03 0000 0001'],
    ['no data', '0001 0000 0001 07'],
    ['more than a frame can hold', '0001 0000 00ff 07 03'],
    ['something else', Buffer.from('GET / HTTP/1.1\r\nHost: evcc\r\n\r\n').toString('hex')],
  ])('who says %s is disconnected, and nobody else', async (_, nonsense) => {
    const { box, port } = await start();
    const [good, bad] = [await raw(port), await raw(port)];
    bad.say(nonsense);
    await bad.isGone();
    good.say(READ_0);
    await good.hears(IS_100);
    assert.equal(box.requests.length, 1);
  });

  test('who begins a request and does not end it, or is silent for long, is disconnected', async () => {
    const clock = new FakeClock();
    const { port } = await start({}, clock);
    const [slow, silent] = [await raw(port), await raw(port)];
    slow.say('0001 0000 0006 07');
    silent.say(READ_0);
    await silent.hears(IS_100);
    await eventually(() => assert.equal(clock.pending, 2));
    await clock.advance(10_000);
    await slow.isGone();
    silent.say(READ_0);
    await silent.hears(IS_100 + IS_100);
    await clock.advance(600_000);
    await silent.isGone();
    assert.equal(clock.pending, 0);
  });

  test('who does not read the answers is disconnected', async () => {
    let last: AbortSignal | undefined;
    const server = await startProxy({
      host: '127.0.0.1',
      port: 0,
      clock: systemClock,
      // More than a device can say, so that the buffers of the network are full soon.
      answer: async (_, __, signal) => {
        last = signal;
        return Buffer.alloc(60_000);
      },
    });
    ends.push(() => server.close());
    const deaf = connect(server.port, '127.0.0.1');
    ends.push(() => deaf.destroy());
    deaf.on('error', () => {});
    await once(deaf, 'connect');
    for (let request = 0; request < 400; request += 1) deaf.write(Buffer.from(READ_0.replaceAll(' ', ''), 'hex'));
    await eventually(() => assert.ok(last?.aborted));
  });

  test('who goes while the device takes its time holds nobody up', async () => {
    const { box, port } = await start();
    box.hold();
    const [first, gone, last] = [await raw(port), await raw(port), await raw(port)];
    first.say(READ_0);
    await eventually(() => assert.equal(box.requests.length, 1));
    gone.say('0001 0000 0006 07 03 0005 0001');
    last.say('0001 0000 0006 07 03 0001 0001');
    gone.socket.destroy();
    await gone.isGone();
    box.release();
    await first.hears(IS_100);
    await last.hears('0001 0000 0005 07 03 02 0065');
  });

  test('ends with the house', async () => {
    const { box, port, applied } = await start();
    const program = await raw(port);
    program.say(READ_0);
    await program.hears(IS_100);
    await applied.evcc.hooks.stop.promise(AbortSignal.timeout(5_000));
    await program.isGone();
    await eventually(() => assert.equal(box.connections(), 0));
    const late = connect(port, '127.0.0.1');
    const [error] = (await once(late, 'error')) as [NodeJS.ErrnoException];
    assert.equal(error.code, 'ECONNREFUSED');
  });

  test('says why it cannot listen', async () => {
    const { port } = await start();
    await assert.rejects(apply([{ uri: '127.0.0.1', port }]), {
      code: 'EVCC_PLUGIN_FAILED',
      message: `the Modbus proxy cannot listen on 127.0.0.1:${port}: another program uses this port; choose another one`,
    });
  });

  test.each<[string, Partial<ModbusProxyOptions>, RegExp]>([
    ['without a line', {}, /modbusproxy\[0\]: needs either uri or device/],
    ['with two lines', { uri: '127.0.0.1', device: '/dev/ttyUSB0' }, /modbusproxy\[0\]: needs either uri or device/],
    ['with a port that cannot be', { uri: '127.0.0.1:70000' }, /modbusproxy\[0\]: uri: there is no port 70000/],
  ])('an entry %s', async (_, entry, message) => {
    await assert.rejects(apply([entry]), { code: 'EVCC_CONFIG_INVALID', message });
  });
});
