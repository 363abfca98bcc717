import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import type { MeterReading } from '../../../../core/index.ts';
import enphase from '../../../../plugins/meters/enphase/index.ts';
import { meterContract } from '../../../contract/index.ts';
import type { ArrivedRequest, HttpAnswer } from '../../../helpers/http-device.ts';
import { type HttpMeterHardware, httpMeterPeer, startHttpMeter } from '../../../helpers/http-meter.ts';
import { LIVE, PRODUCTION } from './fixtures.ts';

const TOKEN = 'aaaa.bbbb.cccc';
const PASSWORD = 'geheim-123';
const soon = () => AbortSignal.timeout(5_000);
const guard =
  (token: () => string, route: () => object) =>
  ({ headers }: ArrivedRequest): HttpAnswer =>
    headers.authorization === `Bearer ${token()}` ? { json: route() } : { status: 401, text: '' };

const grid: HttpMeterHardware = {
  type: 'enphase',
  plugin: enphase,
  options: { token: TOKEN },
  address: (url) => ({ host: url }),
  secrets: [TOKEN],
  state: { power: 0, powers: [0, 0, 0], currents: [0, 0, 0], voltages: [230, 230, 230] },
  serve: (box, state, invalid) =>
    box.route(
      'GET /production.json',
      guard(
        () => TOKEN,
        () => ({
          consumption: [
            {
              measurementType: 'net-consumption',
              wNow: invalid() ? null : state.power,
              lines: [0, 1, 2].map((index) => ({
                wNow: state.powers?.[index],
                rmsCurrent: Math.abs(state.currents?.[index] ?? 0),
                rmsVoltage: state.voltages?.[index],
              })),
            },
          ],
        }),
      ),
    ),
};

/** A gateway whose tokens Enphase hands out, by number. */
const withAccount = (faulty: { tokens?: string; password?: string } = {}) => {
  const tokens: string[] = [];
  const hardware: HttpMeterHardware = {
    ...grid,
    address: (url) => ({ host: url, loginUrl: url, tokenUrl: url }),
    options: { usage: 'battery', user: 'me@example.org', password: PASSWORD, serial: '122233344455' },
    serve: (box) => {
      box.route('POST /login/login.json', ({ body }) => {
        const form = new URLSearchParams(body);
        const right = form.get('user[email]') === 'me@example.org' && form.get('user[password]') === PASSWORD;
        return right && !faulty.password ? { json: { session_id: 's1' } } : { status: 401, text: '{}' };
      });
      box.route('POST /tokens', ({ body }) => {
        assert.deepEqual(JSON.parse(body), {
          session_id: 's1',
          serial_num: '122233344455',
          username: 'me@example.org',
        });
        if (faulty.tokens !== undefined) return { text: faulty.tokens };
        const exp = Math.floor(performance.timeOrigin / 1_000) + 86_400;
        tokens.push(`h.${Buffer.from(JSON.stringify({ exp, n: tokens.length })).toString('base64url')}.s`);
        return { text: `${tokens.at(-1)}\n` };
      });
      box.route(
        'GET /ivp/livedata/status',
        guard(
          () => tokens.at(-1) ?? '-',
          () => LIVE,
        ),
      );
    },
  };
  return { hardware, tokens };
};

describe('enphase', () => {
  for (const { title, run } of meterContract(httpMeterPeer(grid))) test(title, run);

  test.each<[usage: string, MeterReading]>([
    [
      'grid',
      {
        power: -1_877.8,
        powers: [-620.1, -600.2, -657.5],
        currents: [-2.9, -2.6, -3],
        voltages: [231, 230, 232],
      },
    ],
    ['pv', { power: 3_098.2, energy: 12_910_422.1 }],
    ['battery', { power: -1_234.567, soc: 73 }],
  ])('reads the %s of an old gateway, without token', async (usage, reading) => {
    const { device, close } = await startHttpMeter({
      ...grid,
      options: { usage },
      serve: (box) => {
        box.route('GET /production.json', { json: PRODUCTION });
        box.route('GET /ivp/livedata/status', { json: LIVE });
      },
    });
    assert.deepEqual(await device.read(soon()), reading);
    await close();
  });

  test('without a meter the inverters say the generation, and nobody the grid', async () => {
    const json = { production: [PRODUCTION.production[0], { measurementType: 'production', activeCount: 0, wNow: 0 }] };
    const hardware = {
      ...grid,
      serve: (box: Parameters<typeof grid.serve>[0]) => box.route('GET /production.json', { json }),
    };
    const pv = await startHttpMeter({ ...hardware, options: { usage: 'pv' } });
    assert.deepEqual(await pv.device.read(soon()), { power: 3_120, energy: 12_840_000 });
    await pv.close();
    const none = await startHttpMeter({ ...hardware, options: {} });
    await assert.rejects(none.device.read(soon()), {
      code: 'EVCC_DEVICE_PROTOCOL',
      message: /there is no meter of net-consumption$/,
    });
    await none.close();
  });

  test('asks for a token with the account, and for another one before it ends or when it is refused', async () => {
    const { hardware, tokens } = withAccount();
    const { device, pass, close } = await startHttpMeter(hardware);
    await device.read(soon());
    await device.read(soon());
    assert.equal(tokens.length, 1);
    tokens.push('another');
    pass(2_000);
    await device.read(soon());
    assert.equal(tokens.length, 3);
    pass(23.5 * 3_600_000);
    await device.read(soon());
    assert.equal(tokens.length, 4);
    await close();
  });

  test.each([
    ['a wrong password', { password: 'wrong' }, 'EVCC_DEVICE_AUTH'],
    ['a token that is none', { tokens: '<html>' }, 'EVCC_DEVICE_PROTOCOL'],
  ] as const)('%s is an error', async (_, faulty, code) => {
    const { device, close } = await startHttpMeter(withAccount(faulty).hardware);
    await assert.rejects(device.read(soon()), { code });
    await close();
  });

  test('an account needs all three parts', async () => {
    await assert.rejects(startHttpMeter({ ...grid, options: { user: 'me' } }), { code: 'EVCC_CONFIG_INVALID' });
  });
});
