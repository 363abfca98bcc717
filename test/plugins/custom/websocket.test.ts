import { afterEach, beforeEach, expect, test } from 'vitest';
import type { CustomSource, CustomTarget } from '../../../plugins/custom/index.ts';
import custom from '../../../plugins/custom/index.ts';
import { type AppliedPlugin, applyPlugin } from '../../contract/index.ts';
import { inTime } from '../../contract/peer.ts';
import { FakeClock } from '../../helpers/fake-clock.ts';
import { startWebSocketDevice, type WebSocketDevice } from '../../helpers/websocket-device.ts';

const TOKEN = 'geheim-123';
let server: WebSocketDevice;
let plugin: AppliedPlugin;
let clock: FakeClock;

beforeEach(async () => {
  clock = new FakeClock();
  server = await startWebSocketDevice({
    opened: (client) => client.send({ type: 'hello' }),
    message: (text, client) => {
      if (text.includes('subscribe')) {
        client.send({ type: 'power', w: 1_500 });
        client.send({ type: 'battery', soc: 60 });
        client.send({ type: 'other', w: -1 });
      }
    },
  });
  plugin = await applyPlugin(custom);
});
afterEach(async () => {
  await plugin.remove();
  await server.close();
});

const address = () => ({ url: `ws://${server.host}/live?token=${TOKEN}`, headers: { authorization: TOKEN } });
const at = (path: string, more: object = {}): CustomSource => ({
  source: 'websocket',
  ...address(),
  send: { subscribe: ['power', 'battery'] },
  path,
  ...more,
});
const create = (power: CustomSource, more: object = {}) =>
  plugin.meters.create('custom', { power, ...more }, { clock });

test('values come from the messages that have them, over one connection', async () => {
  const device = await create(at('w', { where: { type: 'power' } }), { soc: at('soc') });
  expect(await device.read(inTime())).toEqual({ power: 1_500, soc: 60 });
  server.say({ type: 'power', w: 900 });
  await expect.poll(() => device.read(inTime())).toEqual({ power: 900, soc: 60 });
  server.say('no JSON');
  expect(await device.read(inTime())).toEqual({ power: 900, soc: 60 });
  expect(server.opened()).toBe(1);
  expect(server.received).toEqual(['{"subscribe":["power","battery"]}']);
  expect(server.handshake()?.headers.authorization).toBe(TOKEN);
  await device.close?.();
  await expect.poll(() => server.connections()).toBe(0);
});

test('a whole message may be the value, and nothing need be sent', async () => {
  const device = await create({ source: 'websocket', ...address(), scale: 2 });
  await expect(device.read(inTime())).rejects.toMatchObject({ code: 'EVCC_DEVICE_PROTOCOL' });
  server.say('21');
  await expect.poll(() => device.read(inTime()).catch(() => undefined)).toEqual({ power: 42 });
  await device.close?.();
});

test('a value is an error when it is too old, and gone with its connection', async () => {
  const device = await create(at('w', { where: { type: 'power' } }), { soc: at('soc') });
  await device.read(inTime());
  await clock.advance(20_000);
  // The connection is alive.
  server.say({ type: 'battery', soc: 61 });
  await expect.poll(() => device.read(inTime())).toEqual({ power: 1_500, soc: 61 });
  await clock.advance(41_000);
  const error = await device.read(inTime()).catch((reason: unknown) => reason);
  expect(error).toMatchObject({
    code: 'EVCC_DEVICE_UNAVAILABLE',
    message: `power: WebSocket ws://${server.host}/live?… has not sent the value for 61 s (timeout 60 s)`,
  });
  expect(JSON.stringify(error)).not.toContain(TOKEN);
  await server.fail('refuse');
  await expect.poll(() => device.read(inTime()).catch(({ message }: Error) => message)).toContain('/live?…: ');
  await server.recover();
  await clock.advance(60_000);
  await expect.poll(() => device.read(inTime()).catch(() => undefined)).toEqual({ power: 1_500, soc: 60 });
  await device.close?.();
});

test('a message without the value is waited for until the reading is over', async () => {
  const device = await create(at('w', { where: { type: 'nothing' } }));
  await expect(device.read(AbortSignal.timeout(50))).rejects.toMatchObject({
    code: 'EVCC_DEVICE_UNAVAILABLE',
    message: `power: WebSocket ws://${server.host}/live?…: there was no message with the value in time`,
  });
  await device.close?.();
});

test('commands are sent, or fail while there is no connection', async () => {
  const setBatteryMode: CustomTarget = { target: 'websocket', ...address(), payload: '{"mode":"{value}"}' };
  const device = await create({ source: 'constant', value: 0 }, { setBatteryMode });
  await device.setBatteryMode?.('hold', inTime());
  await expect.poll(() => server.received).toEqual(['{"mode":"hold"}']);
  await server.fail('refuse');
  await expect
    .poll(() => device.setBatteryMode?.('charge', inTime()).catch(({ code }: { code: string }) => code))
    .toBe('EVCC_DEVICE_UNAVAILABLE');
  expect(server.received).toHaveLength(1);
  await device.close?.();
});
