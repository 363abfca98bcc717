import { once } from 'node:events';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type ClientOptions, WebSocket } from 'ws';
import { createMemoryStore } from '../../../core/store.ts';
import { FakeClock } from '../../helpers/fake-clock.ts';
import { type Central, startCentral } from '../../helpers/ocpp-central.ts';
import type { FakeStation } from '../../helpers/ocpp-station.ts';

const soon = (): AbortSignal => AbortSignal.timeout(5_000);
const poll = <T>(look: () => T) => expect.poll(look, { interval: 3 });

async function start(overrides: Parameters<typeof startCentral>[1] = {}): Promise<Central> {
  const central = await startCentral({}, overrides);
  onTestFinished(() => central.close());
  return central;
}

const limitsOf = (station: FakeStation): number[] =>
  station.of('SetChargingProfile').map((payload) => {
    const { chargingSchedule } = payload.csChargingProfiles as { chargingSchedule: Record<string, unknown> };
    return (chargingSchedule.chargingSchedulePeriod as { limit: number }[])[0]?.limit ?? Number.NaN;
  });

/** A station that says only what the test lets it say. */
async function speak(central: Central, options: ClientOptions = {}) {
  const socket = new WebSocket(`ws://127.0.0.1:${central.port}/CP-1`, ['ocpp1.6'], options);
  const heard: unknown[][] = [];
  let closed: number | undefined;
  socket.on('message', (data) => void heard.push(JSON.parse(String(data)) as unknown[]));
  socket.on('close', (code) => {
    closed = code;
  });
  await once(socket, 'open');
  onTestFinished(() => socket.terminate());
  return {
    heard,
    calls: () => heard.filter(([kind]) => kind === 2).map(([, , action]) => action),
    last: () => heard.at(-1),
    closed: () => closed,
    raw: (text: string | Buffer) => socket.send(text),
    say: (...message: unknown[]) => socket.send(JSON.stringify(message)),
    /** Answers the newest call. */
    answer: (payload: object) => {
      const call = heard.findLast(([kind]) => kind === 2);
      socket.send(JSON.stringify([3, call?.[1], payload]));
    },
  };
}

describe('stations that say little', () => {
  test('one that does not say that it begins is asked to, and used without that, too', async () => {
    const clock = new FakeClock();
    const central = await start({ clock });
    const device = await central.charger();
    const station = await central.station({ silent: true });
    await expect(device.read(soon())).rejects.toThrow('has not told its status yet');
    await clock.advance(5_000);
    await poll(() => station.of('TriggerMessage')[0]).toEqual({ requestedMessage: 'BootNotification' });
    await poll(() => station.at().profile?.limit).toBe(0);
    await poll(() => device.read(soon())).toMatchObject({ status: 'A', enabled: false });
  });

  test('one that answers to nothing of that is limited all the same', async () => {
    const clock = new FakeClock();
    const central = await start({ clock });
    await central.charger();
    const station = await central.station({
      silent: true,
      answer: (action) => (action === 'TriggerMessage' ? { status: 'NotImplemented' } : undefined),
    });
    await clock.advance(5_000);
    await poll(() => station.at().profile?.limit).toBe(0);
  });

  test('meter values are asked for when they do not come', async () => {
    const clock = new FakeClock();
    const central = await start({ clock });
    const device = await central.charger();
    const station = await central.station();
    const asked = () =>
      station.of('TriggerMessage').filter(({ requestedMessage }) => requestedMessage === 'MeterValues');
    await poll(() => asked().length).toBe(1);
    await station.begin();
    await station.turn('Charging');
    await station.measure();
    await clock.advance(15_000);
    expect((await device.read(soon())).power).toBeGreaterThan(0);
    expect(asked().length).toBe(1);
    await clock.advance(50_000);
    // What is too old is not known.
    expect((await device.read(soon())).power).toBeUndefined();
    await device.read(soon());
    await poll(async () => (await device.read(soon())).power).toBeGreaterThan(0);
    expect(asked().length).toBe(2);
  });
});

describe('stations that come back', () => {
  test('a reboot in mid-charge: the limit is told again before anything else', async () => {
    const central = await start();
    const device = await central.charger();
    const station = await central.station();
    await poll(() => station.of('TriggerMessage').length).toBe(2);
    await device.setMaxCurrent(7, soon());
    await device.enable(true, soon());
    await station.begin();
    await station.turn('Charging');
    await station.disconnect();
    station.at().profile = undefined;
    station.calls.length = 0;
    await station.connect();
    await poll(() => station.of('TriggerMessage').length).toBe(2);
    expect(station.calls.slice(0, 2).map(({ action }) => action)).toEqual(['GetConfiguration', 'SetChargingProfile']);
    expect(station.at().profile).toMatchObject({ purpose: 'TxDefaultProfile', limit: 7 });
  });

  test('a reboot on the same connection is one, too', async () => {
    const central = await start();
    const device = await central.charger();
    const station = await central.station();
    await poll(() => station.of('TriggerMessage').length).toBe(2);
    await device.enable(true, soon());
    station.at().profile = undefined;
    await station.boot();
    await poll(() => station.at().profile?.limit).toBe(6);
  });

  test('days later, without a word: it gets the last order, also one that did not reach it', async () => {
    const clock = new FakeClock();
    const central = await start({ clock });
    const device = await central.charger();
    const station = await central.station();
    await poll(() => station.of('TriggerMessage').length).toBe(2);
    await device.setMaxCurrent(16, soon());
    await device.enable(true, soon());
    await station.disconnect();
    await poll(() => device.enable(false, soon()).then(String, String)).toContain('is not connected');
    clock.jump(clock.now() + 3 * 86_400_000);
    Object.assign(station.options, { silent: true });
    await station.connect();
    await clock.advance(5_000);
    await poll(() => limitsOf(station).at(-1)).toBe(0);
    expect(station.offered()).toBe(0);
  });

  test('after a restart of evcc everything goes on: order, transaction, tag, numbers', async () => {
    const store = createMemoryStore();
    const before = await startCentral({}, { store });
    const first = await before.charger();
    const station = await before.station();
    await poll(() => station.of('TriggerMessage').length).toBe(2);
    await first.setMaxCurrent(9, soon());
    await first.enable(true, soon());
    const id = await station.begin('04AABBCC');
    await station.turn('Charging');
    await before.close();

    const after = await start({ store });
    const second = await after.charger();
    const again = await after.station({ silent: true });
    again.at().status = 'Charging';
    again.at().transaction = id;
    await again.boot();
    await poll(() => again.at().profile?.limit).toBe(9);
    await again.measure();
    expect(await second.read(soon())).toMatchObject({ status: 'C', enabled: true, identifier: '04AABBCC' });
    expect(await again.begin('OTHER')).toBeGreaterThan(id);
  });

  test('a transaction that nobody began here is taken over', async () => {
    const central = await start();
    const device = await central.charger();
    const station = await central.station({
      connectors: 2,
      answer: (action, payload) =>
        action === 'SetChargingProfile' && !JSON.stringify(payload).includes('"transactionId":4711')
          ? { status: 'Rejected' }
          : undefined,
    });
    station.at().transaction = 4_711;
    await station.turn('Charging');
    await station.measure();
    await device.setMaxCurrent(8, soon());
    await device.enable(true, soon());
    expect(station.at().profile).toMatchObject({ purpose: 'TxProfile', transaction: '4711', limit: 8 });
  });
});

describe('stations that nobody configured', () => {
  test('are named in the log once, with what to write', async () => {
    const clock = new FakeClock();
    const central = await start({ clock });
    const station = await central.station({ id: 'NEW' });
    await clock.advance(10_000);
    await station.disconnect();
    await station.connect();
    await clock.advance(10_000);
    expect(central.log.filter(({ level }) => level === 'warn').map(({ message }) => message)).toEqual([
      "OCPP station NEW (ACME Wall 11) is not configured; add a charger { type: 'ocpp', station: 'NEW' }",
    ]);
  });
});

describe('statuses that mislead', () => {
  test('one that charges in a transaction that nobody knows is limited as soon as that is known', async () => {
    const central = await start();
    await central.charger();
    const station = await central.station({
      answer: (action, payload) =>
        action === 'SetChargingProfile' && !JSON.stringify(payload).includes('"transactionId":8')
          ? { status: 'Rejected' }
          : undefined,
    });
    await poll(() => station.of('TriggerMessage').length).toBe(2);
    await station.turn('Charging');
    await poll(() => central.log.some(({ message }) => message.includes('connector 1 takes no limit'))).toBe(true);
    station.at().transaction = 8;
    await station.measure();
    await poll(() => station.at().profile).toMatchObject({ transaction: '8', limit: 0 });
  });

  test('one that says it charges at 0 A does not, by what it measures', async () => {
    const central = await start();
    const device = await central.charger();
    const station = await central.station({
      answer: (action, _payload, { connectors: [first] }) => {
        if (action === 'TriggerMessage' && first) first.power = 0;
        return undefined;
      },
    });
    await poll(() => station.of('TriggerMessage').length).toBe(2);
    station.at().currents = [0, 0, 0];
    await station.turn('Charging');
    await station.measure();
    await poll(() => device.read(soon())).toMatchObject({ status: 'B', enabled: false });
    station.at().power = 3_000;
    await station.measure();
    expect(await device.read(soon())).toMatchObject({ status: 'C', enabled: true });
  });

  test.for([
    ['Reserved', 'NoError', 'A'],
    ['SuspendedEV', 'NoError', 'B'],
    ['Faulted', 'GroundFailure', 'F'],
    ['Charging', 'WeakSignal', 'F'],
  ] as const)('%s with %s is %s', async ([status, errorCode, letter]) => {
    const central = await start();
    const device = await central.charger();
    const station = await central.station();
    station.at().errorCode = errorCode;
    await station.turn(status);
    expect((await device.read(soon())).status).toBe(letter);
  });
});

describe('starting from here', () => {
  test('is tried again every minute as long as the car waits, at each connector on its own', async () => {
    const clock = new FakeClock();
    const central = await start({ clock });
    const devices = [1, 2].map((connector) => central.charger({ connector, remoteStart: true }));
    const station = await central.station({
      connectors: 2,
      answer: (action) => (action === 'RemoteStartTransaction' ? { status: 'Rejected' } : undefined),
    });
    for (const device of devices) await (await device).enable(true, soon());
    const asked = () => station.of('RemoteStartTransaction').map(({ connectorId }) => connectorId);
    await station.turn('Preparing', 1);
    await poll(asked).toEqual([1]);
    await station.turn('Preparing', 2);
    await poll(asked).toEqual([1, 2]);
    await station.turn('Available', 2);
    await clock.advance(59_000);
    expect(asked()).toEqual([1, 2]);
    await clock.advance(1_000);
    await poll(asked).toEqual([1, 2, 1]);
    await clock.advance(60_000);
    await poll(asked).toEqual([1, 2, 1, 1]);
  });
});

describe('one call at a time', () => {
  test('the next one waits for the answer, the limit before all others', async () => {
    const clock = new FakeClock();
    const central = await start({ clock });
    const device = await central.charger();
    const station = await speak(central);
    station.say(2, '1', 'BootNotification', { chargePointVendor: 'A', chargePointModel: 'B' });
    await poll(() => station.calls()).toEqual(['GetConfiguration']);
    station.answer({});
    await poll(() => station.calls()).toEqual(['GetConfiguration', 'SetChargingProfile']);
    const enabled = device.enable(true, soon());
    await clock.advance(20_000);
    expect(station.calls().length).toBe(2);
    station.answer({ status: 'Accepted' });
    await poll(() => station.calls()).toEqual(['GetConfiguration', 'SetChargingProfile', 'SetChargingProfile']);
    station.answer({ status: 'Accepted' });
    await enabled;
    await poll(() => station.calls().at(-1)).toBe('TriggerMessage');
  });

  test('one without answer is given up after 30 s; its late answer is nobody’s', async () => {
    const clock = new FakeClock();
    const central = await start({ clock });
    await central.charger();
    const station = await speak(central);
    station.say(2, '1', 'BootNotification', {});
    await poll(() => station.calls()).toEqual(['GetConfiguration']);
    const [, late] = station.heard.find(([kind]) => kind === 2) ?? [];
    await clock.advance(29_000);
    expect(station.calls().length).toBe(1);
    await clock.advance(1_000);
    await poll(() => station.calls()).toEqual(['GetConfiguration', 'SetChargingProfile']);
    station.say(3, late, { status: 'Accepted' });
    station.say(3, 'nonsense', { status: 'Accepted' });
    station.say(2, '2', 'Heartbeat', {});
    await poll(() => station.last()?.[1]).toBe('2');
    expect(station.calls().length).toBe(2);
  });

  test('a limit that was refused is told again after a while', async () => {
    const clock = new FakeClock();
    const central = await start({ clock });
    await central.charger();
    let busy = true;
    const station = await central.station({
      answer: (action) => (action === 'SetChargingProfile' && busy ? { status: 'Rejected' } : undefined),
    });
    station.at().status = 'Charging';
    await station.notify(1);
    await poll(() => central.log.some(({ message }) => message.includes('its limit could not be set'))).toBe(true);
    busy = false;
    await clock.advance(30_000);
    await poll(() => station.at().profile?.limit).toBe(0);
  });

  test('what is changed while it may not charge does not hide that it was not told to stop', async () => {
    const central = await start();
    const device = await central.charger();
    let busy = false;
    const station = await central.station({
      answer: (action) => (action === 'SetChargingProfile' && busy ? { status: 'Rejected' } : undefined),
    });
    await poll(() => station.of('TriggerMessage').length).toBe(2);
    await device.enable(true, soon());
    await station.turn('Charging');
    busy = true;
    await expect(device.enable(false, soon())).rejects.toThrow('takes no limit');
    busy = false;
    await device.setMaxCurrent(9, soon());
    expect(station.offered()).toBe(0);
    const before = station.of('SetChargingProfile').length;
    await device.setMaxCurrent(8, soon());
    expect(station.of('SetChargingProfile').length).toBe(before);
  });

  test('a connection that is dead is noticed', async () => {
    const clock = new FakeClock();
    const central = await start({ clock });
    const device = await central.charger();
    const station = await speak(central, { autoPong: false });
    station.say(2, '1', 'StatusNotification', { connectorId: 1, status: 'Available', errorCode: 'NoError' });
    await poll(() => device.read(soon()).then(({ status }) => status)).toBe('A');
    await clock.advance(90_000);
    await poll(() => station.closed()).toBe(1006);
    await expect(device.read(soon())).rejects.toThrow('CP-1 connector 1 is not connected');
  });
});

describe('messages that make no sense', () => {
  test.for([
    ['an unknown action', [2, '7', 'Hack', {}], [4, '7', 'NotImplemented', 'there is no Hack', {}]],
    ['a name of objects', [2, '7', 'constructor', {}], [4, '7', 'NotImplemented', 'there is no constructor', {}]],
    [
      'a payload that is none',
      [2, '7', 'Heartbeat', []],
      [4, '7', 'ProtocolError', 'a call is [2, id, action, payload]', {}],
    ],
    [
      'a status that is none',
      [2, '7', 'StatusNotification', { connectorId: 1, status: 'Fine' }],
      [4, '7', 'TypeConstraintViolation', expect.any(String), {}],
    ],
    [
      'a connector that is none',
      [2, '7', 'StatusNotification', { connectorId: 'x', status: 'Available' }],
      [4, '7', 'TypeConstraintViolation', expect.any(String), {}],
    ],
    [
      'a transaction without tag',
      [2, '7', 'StartTransaction', { connectorId: 1 }],
      [4, '7', 'TypeConstraintViolation', expect.any(String), {}],
    ],
    [
      'a tag without end',
      [2, '7', 'Authorize', { idTag: 'x'.repeat(256) }],
      [4, '7', 'TypeConstraintViolation', expect.any(String), {}],
    ],
    [
      'a connector far away',
      [2, '7', 'StatusNotification', { connectorId: 9_999_999, status: 'Available' }],
      [3, '7', {}],
    ],
    ['an empty boot', [2, '7', 'BootNotification', {}], [3, '7', { status: 'Accepted', interval: 60 }]],
    ['a transfer of data', [2, '7', 'DataTransfer', { vendorId: 'x' }], [3, '7', { status: 'UnknownVendorId' }]],
    [
      'meter values of nothing',
      [2, '7', 'MeterValues', { connectorId: 1, meterValue: [{ sampledValue: [{ value: 'x' }] }] }],
      [3, '7', {}],
    ],
  ] as const)('%s', async ([, message, answer]) => {
    const central = await start();
    await central.charger();
    const station = await speak(central);
    station.say(...message);
    await poll(() => station.heard.find(([, id]) => id === '7')).toMatchObject(answer);
  });

  test('what is not even a message is passed over, until there is too much of it', async () => {
    const central = await start();
    await central.charger();
    const station = await speak(central);
    for (const text of ['', 'null', '{}', '[]', '[9,"1"]', '[2]', '{"a":', '[3,"1"', Buffer.from([1, 2])])
      station.raw(text);
    station.say(2, '7', 'Heartbeat', {});
    await poll(() => station.heard.find(([, id]) => id === '7')?.[0]).toBe(3);
    for (let count = 0; count < 20; count += 1) station.raw('nonsense');
    await poll(() => station.closed()).toBe(1002);
  });

  test('a message that is too large ends the connection', async () => {
    const central = await start();
    const station = await speak(central);
    station.raw('x'.repeat(300_000));
    await poll(() => station.closed()).toBe(1009);
  });
});

describe('two of one id', () => {
  test('the newest one counts', async () => {
    const central = await start();
    const device = await central.charger();
    const old = await speak(central);
    const station = await central.station();
    await poll(() => old.closed()).toBe(1000);
    await poll(() => device.read(soon()).then(({ status }) => status)).toBe('A');
    await device.enable(true, soon());
    expect(station.offered()).toBe(6);
  });

  test('those that take turns too fast have to wait', async () => {
    const clock = new FakeClock();
    const central = await start({ clock });
    await central.charger();
    const connect = () => speak(central).then(() => 'connected', String);
    for (let count = 0; count < 10; count += 1) expect(await connect()).toBe('connected');
    expect(await connect()).toContain('429');
    expect(await connect()).toContain('429');
    expect(central.log.filter(({ message }) => message.includes('connects too often')).length).toBe(1);
    await clock.advance(60_000);
    expect(await connect()).toBe('connected');
  });
});
