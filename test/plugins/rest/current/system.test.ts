import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { LoadedPlugin, Session } from '../../../../core/index.ts';
import { createMemoryStore } from '../../../../core/store.ts';
import { startBoth, type Values } from './both.ts';

/** Sessions and log in the current dialect. */

const HOUR = 3_600_000;

const session = (created: string, more: Partial<Session> = {}): Session => ({
  created: Date.parse(created),
  finished: Date.parse(created) + HOUR,
  loadpoint: 'Garage',
  vehicle: 'EV6',
  identifier: '',
  energy: 7_000,
  duration: HOUR,
  ...more,
});

describe('sessions', () => {
  const zone = process.env.TZ;
  beforeEach(() => {
    process.env.TZ = 'Europe/Berlin';
  });
  afterEach(() => {
    process.env.TZ = zone ?? '';
    if (zone === undefined) delete process.env.TZ;
  });

  /** The hours before and after the local beginnings of June and July, and of a year */
  const house = async () => {
    const store = createMemoryStore();
    const times = ['2024-12-31T23:30:00Z', '2025-05-31T21:30:00Z', '2025-05-31T22:30:00Z', '2025-06-30T22:30:00Z'];
    for (const time of times) await store.sessions.save(session(time));
    return startBoth({ store });
  };

  test.for([
    ['', 4, 4],
    ['?year=2025', 4, 3],
    ['?year=2025&month=6', 1, 1],
    ['?year=2025&month=7', 1, 0],
    ['?year=2025&month=5', 1, 2],
    ['?year=2024', 0, 1],
    ['?year=2024&month=12', 0, 1],
  ] as const)('of the period %s are those of the local clocks: %i, in UTC %i', async ([query, local, utc]) => {
    const { current, document } = await house();
    expect((await current('GET', `/sessions${query}`)).json).toHaveLength(local);
    expect(((await document('GET', `/sessions${query}`)).json as { result: unknown[] }).result).toHaveLength(utc);
  });

  test('have the later columns, and are files where a format is asked for', async () => {
    const store = createMemoryStore();
    const known = { socStart: 40, socEnd: 51, addedRange: 48, referencePricePerKwh: 0.3, referenceCo2PerKwh: 310 };
    await store.sessions.save(session('2025-06-01T10:00:00Z', known));
    await store.sessions.save(session('2025-06-02T10:00:00Z'));
    const { current } = await startBoth({ store });
    const { json } = await current('GET', '/sessions');
    expect(json).toMatchObject([
      { socStart: null, socEnd: null, addedRange: null, referencePricePerKWh: null, referenceCo2PerKWh: null },
      { socStart: 40, socEnd: 51, addedRange: 48, referencePricePerKWh: 0.3, referenceCo2PerKWh: 310 },
    ]);
    expect((json as Values[])[0]).toMatchObject({ chargedEnergy: 7, chargeDuration: 3_600_000_000_000 });
    const file = await current('GET', '/sessions?format=json&year=2025&month=6');
    expect(file.headers.get('content-disposition')).toBe('attachment; filename="session-2025-06.json"');
    expect(file.json).toEqual(json);
    expect((await current('GET', '/sessions?format=csv')).headers.get('content-type')).toBe('text/csv');
    expect((await current('GET', '/sessions?format=xls')).status).toBe(400);
    const [{ id } = {}] = json as Values[];
    expect(await current('PUT', `/session/${id}`, '{}')).toMatchObject({ status: 400 });
    expect(await current('PUT', `/session/${id}`, '{"vehicle":"Zoe"}')).toMatchObject({ status: 200, text: '' });
    expect(await current('DELETE', `/session/${id}`)).toMatchObject({ status: 200, json: null });
  });
});

test('the last warnings are told, all or those of an area', async () => {
  const { current, grid, ...house } = await startBoth();
  grid.failure = new Error('the meter is <gone>');
  await house.cycle();
  house.charger().failure = new Error('no answer');
  await house.cycle();
  const all = (await current('GET', '/system/log')).json as string[];
  expect(all.at(-1)).toContain('the meter is <gone>');
  const areas = (await current('GET', '/system/log/areas')).json as string[];
  expect(areas).toEqual([...areas].sort());
  const first = (await current('GET', `/system/log?area=${areas[0]}`)).json as string[];
  expect(first.length).toBeGreaterThan(0);
  expect(first.length).toBeLessThan(all.length);
  expect((await current('GET', '/system/log?area=nothing')).json).toEqual([]);
});

test('of a long message the beginning is told', async () => {
  const talker: LoadedPlugin = {
    name: 'talker',
    apply: (evcc) => evcc.hooks.measured.tap('talker', () => evcc.log.warn('x'.repeat(5_000))),
  };
  const { current } = await startBoth({ plugins: [talker] });
  const [line = ''] = (await current('GET', '/system/log')).json as string[];
  expect(line).toMatch(/ x{1000}$/);
});
