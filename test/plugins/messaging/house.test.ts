import { describe, expect, test } from 'vitest';
import { type FakeHouse, type HouseOptions, startHouse } from '../../helpers/house.ts';
import type { HttpDevice } from '../../helpers/http-device.ts';
import { logged } from '../../helpers/probe.ts';
import { server, until } from './sending.ts';

/** What people are told of a house. */

type Context = Parameters<typeof startHouse>[0];

interface Told {
  readonly house: FakeHouse;
  readonly phone: HttpDevice;
  /** `title: text` of the messages since the last call, once so many are there */
  told(count: number): Promise<string[]>;
}

async function telling(t: Context, events: object, options: HouseOptions = {}): Promise<Told> {
  const phone = await server(t);
  phone.route('POST /house', { json: {} });
  const messaging = {
    events,
    services: [{ type: 'ntfy', topic: 'house', url: phone.url, token: 'tk_geheim', timeout: 300 }],
  };
  const house = await startHouse(t, {
    loadpoints: [{ title: 'Garage', mode: 'now', vehicle: 'ev6' }],
    ...options,
    config: { vehicles: { ev6: { type: 'fake', title: 'EV6' } }, ...options.config, messaging } as never,
  });
  // Only messages that are on their way wait for a time: it does not run out while they are.
  const run = async (seconds: number): Promise<void> => {
    const end = house.clock.now() + seconds * 1_000;
    while (house.clock.now() < end) {
      await house.cycle();
      await until(() => house.clock.pending === 0);
    }
  };
  let seen = 0;
  const told = async (count: number): Promise<string[]> => {
    await until(() => phone.requests.length >= seen + count);
    const fresh = phone.requests.slice(seen).map(({ headers, body }) => `${headers.title}: ${body}`);
    seen = phone.requests.length;
    return fresh;
  };
  return { house: { ...house, run }, phone, told };
}

const ALL = {
  connect: true,
  start: true,
  stop: true,
  disconnect: true,
  soc: true,
  guest: true,
  asleep: true,
  planoverrun: true,
  devicelost: true,
  deviceback: true,
};

describe('messages', () => {
  test('tell the usual things in plain words, and nothing of the start', async (t) => {
    const { house, phone, told } = await telling(t, ALL);
    const { ev6 } = house.vehicles;
    if (ev6) ev6.reading = { soc: 58 };
    await house.run(3_600);
    await house.command('mode', 'off');
    await house.run(30);
    expect(phone.requests.map(({ headers }) => headers.title)).not.toContain('Car connected');
    expect(await told(2)).toEqual([
      'Charging started: EV6 is being charged at Garage, in mode now.',
      'Charging stopped: EV6 at Garage is not being charged any more: 11.0 kWh in 1 h 0 min.',
    ]);
    house.charger().status = 'A';
    await house.run(30);
    expect(await told(1)).toEqual(['Car disconnected: EV6 left Garage with 11.0 kWh.']);
    house.charger().status = 'B';
    await house.run(30);
    expect(await told(1)).toEqual(['Car connected: EV6 was connected at Garage, in mode off.']);
    house.charger().failure = new Error('no route');
    await house.run(100);
    expect(await told(1)).toEqual(['Device lost: The charger charger1 is not available: no route.']);
    Object.assign(house.charger(), { failure: undefined });
    await house.run(400);
    expect(await told(1)).toEqual(['Device is back: The charger charger1 is available again.']);
  });

  test('tell the soc, a plan that is late, and a car that sleeps', async (t) => {
    const { house, told } = await telling(t, { soc: true, planoverrun: true, asleep: {} });
    const { ev6 } = house.vehicles;
    if (ev6) ev6.reading = { soc: 58 };
    await house.run(60);
    if (ev6) ev6.reading = { soc: 61.4 };
    await house.run(60);
    expect(await told(1)).toEqual(['State of charge: EV6 at Garage has reached 60 %.']);
    await house.command('targetEnergy', 33.12);
    const target = house.clock.now() + 7_200_000;
    await house.command('targetTime', new Date(target).toISOString());
    await house.run(30);
    const [late] = await told(1);
    expect(late).toMatch(/^Charging plan is late: EV6 at Garage will not be ready at \w+ \d\d:\d\d, but .* later\.$/);
    house.charger().asleep = true;
    await house.command('mode', 'off');
    await house.run(60);
    await house.command('mode', 'now');
    await house.run(600);
    expect(await told(1)).toEqual([
      'Car sleeps: EV6 at Garage takes none of the current that it is offered, and could not be woken up.',
    ]);
  });

  test('are those that are configured: texts of their own, switched off, not named, empty', async (t) => {
    const { house, told } = await telling(t, {
      connect: { title: '{{siteTitle}} {{loadpoint}}', message: `\${vehicleTitle} at \${title:%s}` },
      disconnect: { disabled: true },
      stop: false,
      start: { message: ' ' },
      deviceback: { title: '', message: 'x' },
    });
    await house.run(30);
    for (const status of ['A', 'B', 'A', 'B'] as const) {
      house.charger().status = status;
      await house.run(30);
    }
    expect(await told(2)).toEqual(['Test house 1: EV6 at Garage', 'Test house 1: EV6 at Garage']);
  });

  test('with a value in the form of evcc that is not known are not sent, which is said once', async (t) => {
    const { house, told } = await telling(t, {
      connect: { message: `\${vehicleTitel} came` },
      disconnect: { message: '{{vehicleTitel}} left' },
    });
    await house.run(30);
    for (const status of ['A', 'B', 'A'] as const) {
      house.charger().status = status;
      await house.run(30);
    }
    expect(await told(2)).toEqual(['Car disconnected: ? left', 'Car disconnected: ? left']);
    expect(logged(house, 'no message')).toEqual([
      'warn: no message is sent for connect: there is no value vehicleTitel',
    ]);
  });

  test('of a car that is looked for wait until it is found, or a guest', async (t) => {
    const { house, told } = await telling(t, ALL, { loadpoints: [{ title: 'Garage', mode: 'off' }] });
    house.charger().status = 'A';
    await house.run(60);
    house.charger().status = 'B';
    await house.run(30);
    house.charger().status = 'A';
    await house.run(30);
    house.charger().status = 'B';
    await house.run(120);
    const { ev6 } = house.vehicles;
    if (ev6) ev6.reading = { status: 'B' };
    await house.run(120);
    expect(await told(1)).toEqual(['Car connected: EV6 was connected at Garage, in mode off.']);
    house.charger().status = 'A';
    if (ev6) ev6.reading = { status: 'A' };
    await house.run(30);
    expect(await told(1)).toEqual(['Car disconnected: EV6 left Garage with 0.0 kWh.']);
    house.charger().status = 'B';
    await house.run(700);
    expect(await told(2)).toEqual([
      'Car connected: A car was connected at Garage, in mode off.',
      'Unknown car: Nobody knows the car at Garage. It is charged as a guest.',
    ]);
  });

  test('of a car that is unplugged while it charges come in order', async (t) => {
    const { house, told } = await telling(t, { stop: true, disconnect: true });
    await house.run(60);
    house.charger().status = 'A';
    await house.run(10);
    expect((await told(2)).map((text) => text.split(':')[0])).toEqual(['Charging stopped', 'Car disconnected']);
  });

  test('that one service does not take reach the others, and hold no cycle up', async (t) => {
    const broken = await server(t);
    const works = await server(t);
    works.route('POST /hook', { text: '' });
    await broken.fail('error');
    const house = await startHouse(t, {
      loadpoints: [{ title: 'Garage' }],
      config: {
        messaging: {
          events: { connect: true, disconnect: true },
          services: [
            { type: 'telegram', token: 'geheimes-token', chats: [1], url: broken.url, timeout: 300 },
            { type: 'webhook', url: `${works.url}/hook`, headers: { key: 'geheimer-kopf' }, timeout: 300 },
          ],
        },
      } as never,
    });
    await house.run(30);
    house.charger().status = 'A';
    await house.run(10);
    house.charger().status = 'B';
    await house.run(10);
    await until(() => works.requests.length === 2 && broken.requests.length > 0);
    expect(works.requests.map(({ body }) => (JSON.parse(body) as { event: string }).event)).toEqual([
      'disconnect',
      'connect',
    ]);
    await until(() => logged(house, 'telegram').some((line) => line.startsWith('warn')));
    expect(logged(house, 'telegram').filter((line) => !line.startsWith('debug'))).toEqual([
      'warn: telegram does not take messages: answered with status 500; trying again',
    ]);
    await house.stop();
    expect(house.log.map(({ message }) => message).join('\n')).not.toContain('geheim');
  });
});

describe('the configuration of messages', () => {
  const problems = async (t: Context, messaging: object): Promise<string> => {
    const house = await startHouse(t);
    const found = await house.runtime.reconfigure({ ...house.config, messaging });
    return found.map(({ path, message }) => `${path}: ${message}`).join('\n');
  };
  const services = [{ type: 'ntfy', topic: 'x' }];

  test.for([
    [{ services }, 'messaging.events: is missing'],
    [{ events: { conect: true }, services }, 'did you mean "connect"'],
    [{ events: { connect: { msg: 'x' } }, services }, 'messaging.events.connect.msg: unknown key'],
    [{ events: { connect: { message: '{{x y}}' } }, services }, 'messaging.events.connect.message: {{x y}} cannot be'],
    [{ events: {}, services: [] }, 'messaging.services'],
    [{ events: {}, services: [{ type: 'pigeon' }] }, 'messaging.services[0]'],
    [{ events: {}, services: [{ type: 'ntfy', topic: 'a/b' }] }, 'messaging.services[0].topic'],
    [
      { events: {}, services: [{ type: 'telegram', token: 'geheim', chats: ['x y'] }] },
      'messaging.services[0].chats[0]',
    ],
    [
      { events: {}, services: [{ type: 'email', url: 'http://x', from: 'a@b', to: 'c@d' }] },
      'messaging.services[0].url',
    ],
    [{ events: {}, services: [{ type: 'script' }] }, 'messaging.services[0].command'],
  ] as const)('%o is refused', async ([messaging, why], t) => {
    const text = await problems(t, messaging);
    expect(text).toContain(why);
    expect(text).not.toContain('geheim');
  });

  test('names values that there are not, once all plugins are there', async (t) => {
    const { house } = await telling(t, { connect: { message: `{{vehicleTitel}} {{vehiclesoc}} \${planOverrun}` } });
    await house.cycle();
    await house.runtime.start();
    expect(logged(house, 'names values')).toEqual([
      'warn: messaging.events.connect names values that there are not: vehicleTitel',
    ]);
  });
});
