import { expect, type TestContext, test } from 'vitest';
import type { EvccConfig } from '../../../plugins/types.ts';
import { type FakeHouse, type HouseOptions, startHouse } from '../../helpers/house.ts';
import { logged } from '../../helpers/probe.ts';
import { type Metric, parseExposition } from './exposition.ts';

async function begin(t: TestContext, options: HouseOptions = {}, own: object = {}) {
  const house = await startHouse(t, {
    battery: { soc: 50, capacity: 10 },
    rates: (now) => [{ start: now - 3_600_000, end: now + 3_600_000, price: 0.3 }],
    loadpoints: [{ title: 'Garage "links"\\oben' }, { title: 'Carport' }],
    ...options,
    config: {
      rest: { port: 0, host: '127.0.0.1' },
      prometheus: own,
      vehicles: { ev6: { type: 'fake', title: 'EV6', capacity: 77 } },
      ...options.config,
    } as Partial<EvccConfig>,
  });
  return { house, url: addressOf(house) };
}

const addressOf = (house: FakeHouse): string =>
  house.runtime.announcements.map((line) => /http:\/\/[\d.:]+/.exec(line)?.[0]).find((url) => url !== undefined) ?? '';

async function scrape(url: string, path = '/metrics'): Promise<Map<string, Metric>> {
  const response = await fetch(`${url}${path}`);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  return parseExposition(await response.text());
}

const figure = (metrics: Map<string, Metric>, name: string, labels: object = {}): number | undefined =>
  metrics
    .get(name)
    ?.samples.find((sample) => Object.entries(labels).every(([key, value]) => sample.labels[key] === value))?.value;

test('all figures are there, in base units, and the text is read by a strict reader', async (t) => {
  const { house, url } = await begin(t);
  house.set({ pv: 5_000, base: 400, battery: -1_000 });
  await house.command('mode', 'now');
  await house.command('vehicle', 'ev6');
  await house.run(60);
  const metrics = await scrape(url);
  expect(metrics.size).toBeGreaterThan(60);
  const garage = { loadpoint: '1', title: 'Garage "links"\\oben' };
  expect(figure(metrics, 'evcc_site_pv_power_watts')).toBe(5_000);
  expect(figure(metrics, 'evcc_site_pv_meter_power_watts', { id: '1' })).toBe(5_000);
  expect(figure(metrics, 'evcc_site_battery_soc_ratio')).toBe(0.5);
  expect(figure(metrics, 'evcc_site_battery_capacity_joules')).toBe(36_000);
  expect(figure(metrics, 'evcc_site_tariff_grid_per_kilowatt_hour', { currency: 'EUR' })).toBe(0.3);
  expect(figure(metrics, 'evcc_loadpoint_charge_power_watts', garage)).toBe(11_040);
  expect(figure(metrics, 'evcc_loadpoint_charge_currents_amperes', { ...garage, phase: 'l2' })).toBe(16);
  expect(figure(metrics, 'evcc_loadpoint_charging', garage)).toBe(1);
  expect(figure(metrics, 'evcc_loadpoint_mode', { ...garage, mode: 'now' })).toBe(1);
  expect(figure(metrics, 'evcc_loadpoint_vehicle_capacity_joules', { ...garage, vehicle: 'EV6' })).toBe(277_200_000);
  expect(figure(metrics, 'evcc_loadpoint_session_energy_joules_total', garage)).toBeGreaterThan(0);
  expect(figure(metrics, 'evcc_loadpoint_connected_duration_seconds', garage)).toBeGreaterThan(0);
});

test('names keep the rules: units in plural at the end, counters end in _total, no other does', async (t) => {
  const { house, url } = await begin(t);
  await house.cycle();
  const metrics = await scrape(url);
  expect([...metrics.keys()]).toContain('evcc_site_statistics_charged_joules');
  expect([...metrics.keys()]).not.toContain('evcc_site_stats_charged_joules');
  for (const [name, { type, help }] of metrics) {
    expect(name).toMatch(/^(evcc|process)_[a-z0-9_]+[a-z0-9]$/);
    expect(name.endsWith('_total'), name).toBe(type === 'counter');
    expect(name).not.toMatch(/_(milli|kilo(?!watt_hour)|kwh|percent|minutes|hours|ms|wh)(_|$)/);
    expect(help).not.toBe('');
  }
});

test('what changes is shown at once, also between cycles', async (t) => {
  const { house, url } = await begin(t);
  await house.cycle();
  const priority = async () => figure(await scrape(url), 'evcc_loadpoint_priority', { loadpoint: '1' });
  expect(await priority()).toBe(0);
  await house.command('priority', 3);
  expect(await priority()).toBe(3);
});

test('what is not known is left out', async (t) => {
  const { house, url } = await begin(t);
  house.grid.failure = new Error('gone');
  await house.run(120);
  const metrics = await scrape(url);
  expect(metrics.has('evcc_site_grid_power_watts')).toBe(false);
  expect(figure(metrics, 'evcc_device_up', { device: 'grid' })).toBe(0);
  expect(figure(metrics, 'evcc_device_up', { device: 'pv' })).toBe(1);
  expect(figure(metrics, 'evcc_device_failures_total', { kind: 'meter', device: 'grid' })).toBe(1);
});

test('the program tells of itself: cycles, ages of readings, process', async (t) => {
  const { house, url } = await begin(t);
  await house.cycle();
  await house.cycle();
  const metrics = await scrape(url);
  expect(figure(metrics, 'evcc_build_info', { version: '0.0.0-test' })).toBe(1);
  expect(figure(metrics, 'evcc_healthy')).toBe(1);
  expect(figure(metrics, 'evcc_reading_age_seconds', { device: 'grid' })).toBe(10);
  expect(figure(metrics, 'evcc_reading_age_seconds', { device: 'charger2' })).toBe(10);
  const cycles = metrics.get('evcc_cycle_duration_seconds');
  expect(cycles?.type).toBe('histogram');
  expect(cycles?.samples.find(({ name }) => name.endsWith('_count'))?.value).toBe(2);
  for (const name of ['process_cpu_seconds_total', 'process_resident_memory_bytes', 'process_start_time_seconds']) {
    expect(figure(metrics, name)).toBeGreaterThan(0);
  }
});

test('what may be a price or CO2 is not said to be money', async (t) => {
  const { house, url } = await begin(t);
  await house.cycle();
  const samples = (await scrape(url)).get('evcc_site_smart_cost_limit_per_kilowatt_hour')?.samples;
  expect(samples?.map(({ labels }) => labels)).toEqual([{}]);
});

test('without a web server the log says that nobody can read them', async (t) => {
  const house = await startHouse(t, { config: { rest: false, prometheus: {} } as never });
  await house.runtime.start();
  expect(logged(house, 'nobody can read')).toEqual([
    'warn: nobody can read /metrics: there is no web server, see rest',
  ]);
});

test('circuits and vehicles have names', async (t) => {
  const { house, url } = await begin(t, {
    config: { circuits: { main: { maxPower: 20_000 } } } as Partial<EvccConfig>,
  });
  await house.cycle();
  const metrics = await scrape(url);
  expect(figure(metrics, 'evcc_site_circuits_max_power_watts', { name: 'main' })).toBe(20_000);
  expect(figure(metrics, 'evcc_vehicle_min_soc_ratio', { vehicle: 'ev6', title: 'EV6' })).toBe(0);
});

test('another path can be chosen, and nothing can be sent there', async (t) => {
  const { house, url } = await begin(t, {}, { path: '/own/figures' });
  await house.cycle();
  expect((await scrape(url, '/own/figures')).size).toBeGreaterThan(10);
  expect((await fetch(`${url}/metrics`)).status).toBe(404);
  expect((await fetch(`${url}/own/figures`, { method: 'POST' })).ok).toBe(false);
});

test.each([{ path: 'metrics' }, { path: '/metrics/' }, { path: '/api/metrics' }, { path: '/ws' }, { pth: '/metrics' }])(
  '%j is refused',
  async (own) => {
    const house = startHouse({ onTestFinished: () => {} }, { config: { prometheus: own } as Partial<EvccConfig> });
    await expect(house).rejects.toMatchObject({ code: 'EVCC_CONFIG_INVALID' });
  },
);
