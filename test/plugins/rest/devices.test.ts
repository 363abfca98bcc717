import { expect, test } from 'vitest';
import type { LoadedPlugin } from '../../../core/index.ts';
import { createMemoryStore } from '../../../core/store.ts';
import { type Answer, type BothHouse, startBoth } from './current/both.ts';

/** The devices of the database, over both dialects. */

const box: LoadedPlugin = {
  name: 'box',
  apply(evcc) {
    const schema = {
      type: 'object',
      required: ['host'],
      properties: { host: { type: 'string' }, password: { type: 'string', secret: true } },
    } as const;
    const awaited = async (host: string): Promise<void> => {
      if (host === 'gone') evcc.fail('EVCC_DEVICE_UNAVAILABLE', 'nobody is there');
      if (host === 'slow') await new Promise(() => {});
    };
    evcc.meters.define('box', {
      schema,
      create: ({ host }) => ({
        read: async () => {
          await awaited(host);
          return { power: 250, energy: 12_500, currents: [1, 2, 3] };
        },
      }),
    });
    evcc.chargers.define('box', {
      schema,
      create: ({ host }) => ({
        read: async () => {
          await awaited(host);
          return { status: 'B', enabled: false };
        },
        enable: async () => evcc.fail('EVCC_PLUGIN_FAILED', 'it must not be told anything'),
        setMaxCurrent: async () => evcc.fail('EVCC_PLUGIN_FAILED', 'it must not be told anything'),
      }),
    });
    evcc.vehicles.define('box', {
      schema,
      create: ({ host }) => ({
        read: async () => {
          await awaited(host);
          return { soc: 44, range: 200 };
        },
      }),
    });
    evcc.tariffs.define('box', {
      schema,
      create: () => ({ kind: 'pricestatic', rates: async () => [{ start: 0, end: 3_600_000, price: 0.3 }] }),
    });
  },
};

const SECRET = 'topsecret-of-the-box';
const CAR = { type: 'box', host: 'there', password: SECRET, title: 'Van' };

type Asked = { readonly status: number; readonly result: unknown };
type Client = (method: string, path: string, body?: unknown) => Promise<Asked>;

/** A house with what clients of both dialects get, without the envelope. */
async function start(): Promise<BothHouse & { readonly clients: readonly Client[] }> {
  const house = await startBoth({ plugins: [box] });
  const client =
    (ask: BothHouse['current'], envelope: boolean): Client =>
    async (method, path, body) => {
      const text = typeof body === 'string' || body === undefined ? body : JSON.stringify(body);
      const { status, json } = (await house.clock.until(ask(method, `/config/${path}`, text))) as Answer;
      const answer = json as { readonly result?: unknown; readonly error?: string };
      return { status, result: answer?.error ?? (envelope ? answer?.result : json) };
    };
  return { ...house, clients: [client(house.document, true), client(house.current, false)] };
}

test('a vehicle is added, shown, changed and removed by either dialect', async () => {
  const { clients, ...house } = await start();
  for (const [index, ask] of clients.entries()) {
    const id = index + 1;
    const shown = { name: `db:${id}`, type: 'box', id, config: { host: 'there', password: '***', title: 'Van' } };
    expect(await ask('POST', 'devices/vehicle', CAR)).toEqual({ status: 200, result: { id } });
    expect(await ask('GET', `devices/vehicle/${id}`)).toEqual({ status: 200, result: shown });
    expect(await ask('GET', 'devices/vehicle')).toEqual({
      status: 200,
      result: [
        { name: 'ev6', type: 'fake', config: { title: 'EV6' } },
        { name: 'zoe', type: 'fake', config: { title: 'Zoe' } },
        shown,
      ],
    });
    await house.run(20);
    expect(house.site('vehicles')).toEqual(['EV6', 'Zoe', 'Van']);
    const changed = { ...shown.config, title: 'Bus' };
    expect(await ask('PUT', `devices/vehicle/${id}`, changed)).toEqual({ status: 200, result: { id } });
    expect((await house.store.memory.all()).get('devices')).toContain(SECRET);
    await house.run(20);
    expect(house.site('vehicles')).toEqual(['EV6', 'Zoe', 'Bus']);
    expect(await ask('DELETE', `devices/vehicle/${id}`)).toEqual({ status: 200, result: { id } });
    expect(await ask('GET', `devices/vehicle/${id}`)).toMatchObject({ status: 404 });
  }
  expect(house.log.map(({ message }) => message).join('\n')).not.toContain(SECRET);
});

test('clients of evcc name the type as a template, and may send a name', async () => {
  const { clients } = await start();
  const [ask = async () => ({ status: 0, result: '' })] = clients;
  const body = { type: 'template', template: 'box', name: 'van', host: 'there' };
  expect(await ask('POST', 'devices/meter', body)).toEqual({ status: 200, result: { id: 1 } });
  expect(await ask('GET', 'devices/meter/1')).toMatchObject({ result: { name: 'db:1', type: 'box' } });
  expect(await clients[1]?.('GET', 'devices/meter/db:1/status')).toEqual({ status: 200, result: {} });
});

test('what is wrong is told with status 400 or 404, and changes nothing', async () => {
  const { clients, store } = await start();
  const CLASSES = 'does not belong to Class values, which are charger, meter, vehicle, tariff';
  const cases: readonly (readonly [string, string, unknown, number, string])[] = [
    ['GET', 'devices/nothing', undefined, 400, 'nothing does not belong to Class values'],
    ['POST', 'devices/circuit', CAR, 400, `circuit ${CLASSES}`],
    ['POST', 'test/nothing', CAR, 400, `nothing ${CLASSES}`],
    ['GET', 'templates/nothing', undefined, 400, `nothing ${CLASSES}`],
    ['GET', 'products/nothing', undefined, 400, `nothing ${CLASSES}`],
    ['GET', 'templates/vehicle?name=no', undefined, 400, 'there is no vehicle of the type "no"'],
    ['POST', 'devices/vehicle', undefined, 400, 'the body must be a JSON object'],
    ['POST', 'devices/vehicle', '[]', 400, 'the body must be a JSON object'],
    ['POST', 'devices/vehicle', '{"type"', 400, 'the body must be a JSON object'],
    ['POST', 'devices/vehicle', { type: 'box' }, 400, 'host: is missing: must be a text'],
    ['POST', 'devices/vehicle', { type: 'box', host: 1, hots: 2 }, 400, 'hots: unknown key, did you mean "host"?'],
    ['POST', 'devices/vehicle', { type: './evil.ts' }, 400, 'files and packages can only be named'],
    ['POST', 'devices/vehicle', '{"__proto__":{"type":"box","host":"x"}}', 400, 'type: must be the name of a type'],
    ['POST', 'devices/vehicle', '{"type":"box","host":"x","__proto__":{"n":1}}', 400, '__proto__: unknown key'],
    ['POST', 'devices/vehicle', { type: ['box'] }, 400, 'type: must be the name of a type'],
    ['POST', 'devices/vehicle', { type: 'constructor' }, 400, 'type: unknown vehicle type "constructor"'],
    ['POST', 'devices/vehicle', { type: 'box', host: '\u0000', capacity: 'NaN' }, 400, 'capacity: must be a number'],
    ['POST', 'devices/vehicle', `{"type":${'['.repeat(30_000)}${']'.repeat(30_000)}}`, 400, 'too often'],
    ['POST', 'devices/vehicle', `{"type":"${'x'.repeat(70_000)}"}`, 413, 'the body is larger than'],
    ['POST', 'test/vehicle', { type: 'box' }, 400, 'host: is missing'],
    ['PUT', 'devices/vehicle/9', CAR, 404, 'there is no vehicle with the id 9'],
    ['PUT', 'devices/vehicle/ev6', CAR, 400, 'the id must be a whole number'],
    ['DELETE', 'devices/vehicle/9', undefined, 404, 'there is no vehicle with the id 9'],
    ['POST', 'test/vehicle/9', CAR, 404, 'there is no stored vehicle with the id 9'],
    [
      'POST',
      'devices/meter',
      { type: 'custom', power: { source: 'script', command: 'id' } },
      400,
      'power: may only stand in the configuration file',
    ],
    [
      'POST',
      'devices/meter',
      {
        type: 'custom',
        power: { source: 'calculation', add: [{ source: 'javascript', code: '1' }] },
      },
      400,
      'power.add[0]: may only stand in the configuration file',
    ],
    [
      'POST',
      'devices/charger',
      {
        type: 'custom',
        status: { source: 'constant', value: 'B' },
        enabled: { source: 'constant', value: true },
        enable: { target: 'http', url: 'http://box/' },
        setMaxCurrent: [{ target: 'script', command: 'id' }],
      },
      400,
      'setMaxCurrent[0]: may only stand in the configuration file',
    ],
  ];
  for (const ask of clients) {
    for (const [method, path, body, status, message] of cases) {
      expect([path, await ask(method, path, body)]).toEqual([
        path,
        { status, result: expect.stringContaining(message) },
      ]);
    }
  }
  expect((await store.memory.all()).has('devices')).toBe(false);
});

test('what a device says when it is tried out has the names of the dialect', async () => {
  const { clients } = await start();
  const [document = async () => ({}), current = async () => ({})] = clients;
  const none = { error: '' };
  expect(await document('POST', 'test/meter', { type: 'box', host: 'there' })).toEqual({
    status: 200,
    result: {
      CurrentPower: { value: 250, ...none },
      TotalEnergy: { value: 12.5, ...none },
      Currents: { value: [1, 2, 3], ...none },
    },
  });
  expect(await current('POST', 'test/charger', { type: 'box', host: 'there' })).toEqual({
    status: 200,
    result: { chargeStatus: { value: 'B', ...none }, enabled: { value: false, ...none } },
  });
  expect(await document('POST', 'test/vehicle', { type: 'box', host: 'gone', password: SECRET })).toEqual({
    status: 200,
    result: { Soc: { value: null, error: 'nobody is there' } },
  });
  expect(await current('POST', 'test/tariff', { type: 'box', host: 'x' })).toEqual({
    status: 200,
    result: {
      rates: {
        value: [{ start: '1970-01-01T00:00:00Z', end: '1970-01-01T01:00:00Z', price: 0.3, value: 0.3 }],
        ...none,
      },
    },
  });
  await document('POST', 'devices/vehicle', CAR);
  for (const body of [undefined, { password: '***' }]) {
    expect(await document('POST', 'test/vehicle/1', body)).toMatchObject({ result: { Soc: { value: 44, error: '' } } });
  }
  expect(await document('POST', 'test/vehicle/1', { host: 'gone' })).toMatchObject({
    status: 400,
    result: expect.stringContaining('password: must be entered again, since host is another one'),
  });
  expect(await document('POST', 'test/vehicle/1', { host: 'gone', password: 'another' })).toMatchObject({
    result: { Soc: { value: null, error: 'nobody is there' } },
  });
});

test('one device at a time is tried out', async () => {
  const { clients, document, clock } = await start();
  const body = JSON.stringify({ type: 'box', host: 'slow' });
  const answers: Answer[] = [];
  const all = Promise.all(
    [1, 2, 3].map(async () => void answers.push(await document('POST', '/config/test/meter', body))),
  );
  // Whichever came first is not over before time passes.
  await expect.poll(() => answers.length).toBe(2);
  await clock.until(all);
  const refused = { status: 429, json: { error: 'a device is being tried out already' } };
  const tried = { CurrentPower: { value: null, error: expect.stringContaining('took longer than') } };
  expect(answers).toMatchObject([refused, refused, { status: 200, json: { result: tried } }]);
  const [ask = async () => ({ status: 0 })] = clients;
  expect(await ask('POST', 'test/meter', { type: 'box', host: 'there' })).toMatchObject({ status: 200 });
});

test('types are told as templates and products', async () => {
  const { clients } = await start();
  for (const ask of clients) {
    expect(await ask('GET', 'products/vehicle?lang=de')).toEqual({
      status: 200,
      result: [
        { name: 'Acme', template: 'Acme', group: 'evcc-acme' },
        { name: 'offline', template: 'offline' },
      ],
    });
    const title = { Name: 'title', Description: 'Name', Help: 'a text', Type: 'String', Required: false, Mask: false };
    const offline = {
      Template: 'offline',
      Params: [
        { Name: 'pin', Description: 'Its PIN', Help: 'a text', Type: 'String', Required: true, Mask: true },
        {
          Name: 'soc.poll',
          Description: '',
          Help: 'one of 1, 2',
          Type: 'Any',
          Default: 1,
          Required: false,
          Mask: false,
          ValidValues: [1, 2],
        },
        title,
      ],
    };
    expect(await ask('GET', 'templates/vehicle?name=offline')).toEqual({ status: 200, result: offline });
    expect(await ask('GET', 'templates/vehicle')).toEqual({
      status: 200,
      result: [offline, { Template: 'Acme', Params: [title] }],
    });
    expect(await ask('GET', 'products/tariff')).toEqual({ status: 200, result: [] });
  }
});

test('what stands in the file is not changed here, and the answer says where it is', async () => {
  const { current, document } = await start();
  for (const [method, path] of [
    ['PUT', '/config/site'],
    ['POST', '/config/loadpoints'],
    ['PUT', '/config/loadpoints/1'],
    ['DELETE', '/config/loadpoints/1'],
    ['PUT', '/config/tariff'],
  ] as const) {
    const { status, json } = await current(method, path, '{}');
    expect({ status, json }).toEqual({
      status: 400,
      json: { error: expect.stringContaining('can only be changed in the configuration file evcc.config.ts') },
    });
    expect((await document(method, path, '{}')).status).toBe(404);
  }
});

test('only those who may change things see what devices are made of', async () => {
  const store = createMemoryStore();
  const house = await startBoth({
    store,
    plugins: [box],
    config: {
      vehicles: {},
      access: { tokens: { reader: { token: 'a-token-that-reads', readOnly: true }, full: 'a-token-that-writes' } },
      rest: { port: 0, host: '127.0.0.1', current: { port: 0 } },
    } as never,
    loadpoints: [{}],
  });
  const ask = async (token: string, method: string, path: string, body?: object): Promise<Response> =>
    house.clock.until(
      fetch(`http://127.0.0.1:${house.port}/api/config/${path}`, {
        method,
        headers: { Authorization: `Bearer ${token}` },
        ...(body && { body: JSON.stringify(body) }),
      }),
    );
  const [reader, full] = ['a-token-that-reads', 'a-token-that-writes'];
  expect((await ask(full, 'POST', 'devices/vehicle', CAR)).status).toBe(200);
  for (const [method, path] of [
    ['GET', 'devices/vehicle/1'],
    ['GET', 'templates/vehicle'],
    ['GET', 'products/vehicle'],
    ['POST', 'test/vehicle/1'],
    ['PUT', 'devices/vehicle/1'],
    ['DELETE', 'devices/vehicle/1'],
  ] as const) {
    expect([path, (await ask(reader, method, path)).status]).toEqual([path, 403]);
    expect([path, (await ask('wrong', method, path)).status]).toEqual([path, 401]);
  }
  expect(await (await ask(reader, 'GET', 'devices/vehicle')).text()).toContain('"config":{"title":"Van"}');
  expect(await (await ask(full, 'GET', 'devices/vehicle')).text()).toContain('"host":"there"');
});
