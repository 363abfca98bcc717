import { expect, onTestFinished, test } from 'vitest';
import type { TariffDevice } from '../../../core/index.ts';
import custom, { type CustomTariffOptions } from '../../../plugins/custom/index.ts';
import { applyPlugin, deviceContext } from '../../contract/index.ts';
import { FakeClock } from '../../helpers/fake-clock.ts';
import { type HttpDevice, startHttpDevice } from '../../helpers/http-device.ts';

const QUARTER = 900_000;
const NOON = Date.parse('2025-06-15T12:00:00Z');

interface Tariff {
  readonly http: HttpDevice;
  readonly device: TariffDevice;
  readonly rates: () => ReturnType<TariffDevice['rates']>;
}

/** A tariff that reads a list from a web server. */
async function begin(list: () => unknown, options: Partial<CustomTariffOptions> = {}): Promise<Tariff> {
  const http = await startHttpDevice();
  onTestFinished(() => http.close());
  const plugin = await applyPlugin(custom);
  onTestFinished(() => plugin.remove());
  http.route('GET /prices', () => ({ json: list() }));
  const device = await plugin.tariffs.create(
    'custom',
    { forecast: { source: 'http', url: `${http.url}/prices` }, timezone: 'Europe/Berlin', ...options },
    deviceContext({ clock: new FakeClock(NOON) }),
  );
  return { http, device, rates: () => device.rates(AbortSignal.timeout(5_000)) };
}

const quarters = (...values: readonly number[]) =>
  values.map((value, index) => ({
    start: (NOON + index * QUARTER) / 1_000,
    end: (NOON + (index + 1) * QUARTER) / 1_000,
    value,
  }));

test('prices of a web server with means, charges by the hour, a formula and tax', async () => {
  const { rates, device } = await begin(() => quarters(0.1, 0.2, 0.3, 0.4, -0.1, -0.1, -0.2, -0.2), {
    average: true,
    charges: 0.1,
    chargesZones: [{ charges: 0.3, hours: '15-17' }],
    tax: 0.2,
    formula: '(max(price, 0) + charges) * (1 + tax)',
  });
  expect(device.kind).toBe('priceforecast');
  expect((await rates()).map(({ price }) => price)).toEqual([0.42, 0.42, 0.42, 0.42, 0.36, 0.36, 0.36, 0.36]);
});

test('expected generation of a web server', async () => {
  const { rates, device } = await begin(() => quarters(0, 1_500), { kind: 'solar' });
  expect(device.kind).toBe('solar');
  expect(await rates()).toEqual([
    { start: NOON, end: NOON + QUARTER, price: 0 },
    { start: NOON + QUARTER, end: NOON + 2 * QUARTER, price: 1_500 },
  ]);
});

test('a web server that is gone, answers nonsense, and comes back', async () => {
  let list: unknown = quarters(0.1);
  const { http, rates } = await begin(() => list);
  await http.fail('refuse');
  await expect(rates()).rejects.toThrow('ECONNREFUSED');
  await http.recover();
  list = [...quarters(0.1, 0.2), ...quarters(0.5)];
  await expect(rates()).rejects.toThrow(
    expect.objectContaining({ code: 'EVCC_DEVICE_PROTOCOL', message: expect.stringContaining('overlap') as string }),
  );
  list = quarters(0.1, 0.2);
  expect((await rates()).map(({ price }) => price)).toEqual([0.1, 0.2]);
});
