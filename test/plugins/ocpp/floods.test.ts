import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { type ClientOptions, WebSocket } from 'ws';
import type { Evcc } from '../../../core/index.ts';
import { createRpc } from '../../../plugins/ocpp/rpc.ts';
import { createStations } from '../../../plugins/ocpp/stations.ts';
import { FakeClock } from '../../helpers/fake-clock.ts';
import { type Central, startCentral } from '../../helpers/ocpp-central.ts';

/** What stations that mean no good cannot do: get in, fill memory, database and log, or take all the time. */

const poll = <T>(look: () => T) => expect.poll(look, { interval: 3 });

async function start(): Promise<{ central: Central; clock: FakeClock }> {
  const clock = new FakeClock();
  const central = await startCentral({}, { clock });
  onTestFinished(() => central.close());
  return { central, clock };
}

async function speak({ port }: Central, id = 'CP-1', options: ClientOptions = {}) {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/${id}`, ['ocpp1.6'], options);
  onTestFinished(() => socket.terminate());
  let answers = 0;
  let closed: number | undefined;
  socket.on('message', (data) => {
    if (String(data).startsWith('[3')) answers += 1;
  });
  socket.on('close', (code) => {
    closed = code;
  });
  await once(socket, 'open');
  const say = (action: string, payload: object): void => socket.send(JSON.stringify([2, 'x', action, payload]));
  return { say, answers: () => answers, closed: () => closed };
}

const login = (password: string): ClientOptions => ({
  headers: { authorization: `Basic ${Buffer.from(`CP-1:${password}`).toString('base64')}` },
});

test.for([
  ['none', {}, 1008],
  ['a wrong one', login('wrong'), 1008],
  ['the right one', login('correct horse'), undefined],
] as const)('who connected before there was a password, with %s', async ([, options, code]) => {
  const { central } = await start();
  const station = await speak(central, 'CP-1', options);
  const device = await central.charger({ password: 'correct horse' });
  await poll(() => station.closed()).toBe(code);
  station.say('StatusNotification', { connectorId: 1, status: 'Available' });
  const read = () => device.read(AbortSignal.timeout(1_000)).then(({ status }) => status, String);
  await poll(read)[code ? 'toContain' : 'toBe'](code ? 'is not connected' : 'A');
});

test('what comes from a connection that was ended is not heard', () => {
  const heard: string[] = [];
  const rpc = createRpc({
    send: () => {},
    clock: new FakeClock(),
    timeout: 1_000,
    prefix: 'x',
    handle: (action) => {
      heard.push(action);
      return {};
    },
    nonsense: () => {},
  });
  rpc.receive('[2,"1","Heartbeat",{}]');
  rpc.lost();
  rpc.receive('[2,"2","StartTransaction",{}]');
  expect(heard).toEqual(['Heartbeat']);
});

test('strangers leave nothing in the database', async () => {
  const { central } = await start();
  await central.charger();
  for (const id of ['CP-1', 'STRANGER']) {
    const station = await speak(central, id);
    station.say('StatusNotification', { connectorId: 1, status: 'Available' });
    station.say('StartTransaction', { connectorId: 2, idTag: 'x' });
    await poll(() => station.answers()).toBe(2);
  }
  const keys = async () => [...(await central.store.memory.all()).keys()].filter((key) => /^ocpp\.\d/.test(key));
  await poll(keys).toEqual(['ocpp.1.CP-1']);
});

test('faults that change all the time do not fill the log, nor do they change its lines', async () => {
  const { central, clock } = await start();
  await central.charger();
  const station = await speak(central);
  for (let count = 0; count < 20; count += 1)
    station.say('StatusNotification', { connectorId: 1, status: 'Faulted', errorCode: `E${count}\n\u001b[31mx` });
  await poll(() => station.answers()).toBe(20);
  const told = () => central.log.filter(({ message }) => message.includes('Faulted')).map(({ message }) => message);
  expect(told()).toEqual(['OCPP station CP-1 connector 1: Faulted, E0 [31mx']);
  await clock.advance(60_000);
  station.say('StatusNotification', { connectorId: 1, status: 'Faulted', errorCode: 'E5' });
  await poll(() => told().length).toBe(2);
});

test('more than 100 messages a second have to wait', async () => {
  const { central, clock } = await start();
  await central.charger();
  const station = await speak(central);
  const count = 5_000;
  for (let each = 0; each < count; each += 1) station.say('Heartbeat', { pad: 'x'.repeat(500) });
  const other = await speak(central, 'CP-2');
  other.say('Heartbeat', {});
  await poll(() => other.answers()).toBe(1);
  expect(station.answers()).toBeLessThan(count / 2);
  await poll(async () => {
    await clock.advance(1_000);
    return station.answers();
  }).toBe(count);
});

test('names without end are not remembered, and do not lock out who is configured', () => {
  const clock = new FakeClock();
  const log: string[] = [];
  const evcc = { clock, log: { warn: (text: string) => log.push(text), debug: () => {} }, time: {} };
  const memory = {
    connector: () => undefined,
    save: () => {},
    nextTransaction: () => 1,
    settled: () => Promise.resolve(),
  };
  const stations = createStations(evcc as unknown as Evcc, { memory, forwarders: new Map(), changed: () => {} });
  const options = { idTag: 'x', remoteStart: false, phases: 3, phaseSwitching: false, meterInterval: 10_000 } as const;
  const fail = (_code: string, text: string): never => {
    throw new Error(text);
  };
  stations.open({ ...options, station: 'CP-1', connector: 1 }, { fail, voltage: 230 });
  for (let count = 0; count < 1_000; count += 1) expect(stations.refusal(`S${count}`, undefined)).toBeUndefined();
  expect(stations.refusal('S', undefined)?.status).toBe(503);
  expect(stations.refusal('CP-1', undefined)).toBeUndefined();
  for (let count = 0; count < 600; count += 1)
    for (let again = 0; again < 10; again += 1) stations.refusal(`S${count}`, undefined);
  expect(log.length).toBe(500);
  clock.jump(clock.now() + 60_000);
  expect(stations.refusal('S', undefined)).toBeUndefined();
});
