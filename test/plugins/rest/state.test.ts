import { expect, test } from 'vitest';
import { startRest } from './start-rest.ts';

interface StateAnswer {
  readonly result: Readonly<Record<string, unknown>> & { readonly loadpoints: readonly Record<string, unknown>[] };
}
const resultOf = (json: unknown): StateAnswer['result'] => (json as StateAnswer).result;

test('the state has every published key of the site and of each loadpoint, in public units', async () => {
  const { evcc, ask } = await startRest();
  evcc.set('site', 0, 'siteTitle', 'Home <&>');
  evcc.set('site', 0, 'gridPower', -1_234.5);
  evcc.set('site', 0, 'pv', [{ power: 5_000, energy: 1_234_567 }]);
  evcc.set('site', 0, 'vehicles', ['bike', 'EV6']);
  evcc.set('loadpoint', 1, 'chargePower', Number.NaN);
  evcc.set('loadpoint', 1, 'chargeCurrents', [16, Number.NaN, 0]);
  evcc.set('loadpoint', 2, 'chargeDuration', 61_500);
  evcc.flush();

  const { status, headers, json, text } = await ask('GET', '/api/state');
  const result = resultOf(json);
  expect(status).toBe(200);
  expect(headers['content-type']).toBe('application/json; charset=UTF-8');
  expect(headers['content-length']).toBe(String(Buffer.byteLength(text)));
  expect(text.endsWith('}\n')).toBe(true);
  expect(result).toMatchObject({
    siteTitle: 'Home <&>',
    gridPower: -1_234.5,
    pv: [{ power: 5_000, energy: 1_234.567 }],
    vehicles: ['bike', 'EV6'],
    prioritySoc: 0,
    telemetry: false,
  });
  expect(result).not.toHaveProperty('batteryPower');
  expect(result.loadpoints).toHaveLength(2);
  expect(result.loadpoints[0]).toMatchObject({
    mode: 'off',
    chargePower: null,
    chargeCurrents: [16, null, 0],
    phasesConfigured: 0,
    targetTime: '0001-01-01T00:00:00Z',
  });
  expect(result.loadpoints[0]).not.toHaveProperty('chargeDuration');
  expect(result.loadpoints[1]).toMatchObject({ phasesConfigured: null, chargeDuration: 61_500_000_000 });
});

test('the state follows what is published', async () => {
  const { evcc, ask } = await startRest();
  for (const power of [100, 200]) {
    evcc.set('site', 0, 'gridPower', power);
    evcc.flush();
    expect(resultOf((await ask('GET', '/api/state')).json).gridPower).toBe(power);
  }
});

test('a loadpoint that was removed is gone at once', async () => {
  const { evcc, ask } = await startRest();
  await ask('GET', '/api/state');
  evcc.resize(1);
  expect(resultOf((await ask('GET', '/api/state')).json).loadpoints).toHaveLength(1);
});

test('a client that has the present state is told so without a body', async () => {
  const { evcc, ask } = await startRest();
  const etag = (await ask('GET', '/api/state')).headers.etag ?? '';
  const conditional = { headers: { 'If-None-Match': etag, 'Cache-Control': 'max-age=0' } };
  expect(await ask('GET', '/api/state', conditional)).toMatchObject({ status: 304, text: '' });
  evcc.set('site', 0, 'gridPower', 1);
  evcc.flush();
  const changed = await ask('GET', '/api/state', conditional);
  expect(changed.status).toBe(200);
  expect(changed.headers.etag).not.toBe(etag);
});

test('HEAD tells the size of the state and sends none of it', async () => {
  const { ask } = await startRest();
  const full = await ask('GET', '/api/state');
  const head = await ask('HEAD', '/api/state');
  expect(head).toMatchObject({ status: 200, text: '' });
  expect(head.headers['content-length']).toBe(full.headers['content-length']);
});

test('health is a word as long as cycles work, else an empty failure', async () => {
  const { evcc, ask } = await startRest();
  expect(await ask('GET', '/api/health')).toMatchObject({ status: 200, text: 'OK\n' });
  evcc.healthyNow = false;
  const sick = await ask('GET', '/api/health');
  expect(sick).toMatchObject({ status: 500, text: '' });
  expect(sick.headers['content-length']).toBe('0');
});
