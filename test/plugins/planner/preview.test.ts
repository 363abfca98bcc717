import { describe, expect, test } from 'vitest';
import type { Rate } from '../../../core/index.ts';
import { type FakeHouse, startHouse } from '../../helpers/house.ts';

/** The previews as a client of the REST API sees them. */

const HOUR = 3_600_000;
const START = Date.parse('2025-06-15T12:00:00Z');
const PRICES = [0.3, 0.1, 0.4, 0.2, 0.5, 0.6];
const rates = (): readonly Rate[] =>
  PRICES.map((price, hour) => ({ start: START + hour * HOUR, end: START + (hour + 1) * HOUR, price }));

interface Given {
  readonly soc?: number;
  readonly priced?: boolean;
  /** W of sun that is forecast all the time */
  readonly sun?: number;
}

async function house(t: Parameters<typeof startHouse>[0], { soc, priced = true, sun }: Given = {}) {
  const made = await startHouse(t, {
    now: START,
    ...(priced && { rates }),
    loadpoints: [{ mode: 'pv', ...(soc !== undefined && { vehicle: 'car' }) }],
    plugins: [
      {
        name: 'sky',
        apply: ({ tariffs }) =>
          tariffs.define('sky', {
            schema: { type: 'object', properties: {} },
            create: async () => ({
              kind: 'solar',
              rates: async () => rates().map((rate) => ({ ...rate, price: sun ?? 0 })),
            }),
          }),
      },
    ],
    config: {
      rest: { port: 0, host: '127.0.0.1' },
      ...(sun !== undefined && { tariffs: { grid: { type: 'fake' }, solar: { type: 'sky' } } }),
      ...(soc !== undefined && { vehicles: { car: { type: 'fake', capacity: 51 } } }),
    } as never,
  });
  if (made.vehicles.car) made.vehicles.car.reading = { soc: soc ?? 0 };
  await made.run(30);
  return made;
}

async function get(made: FakeHouse, path: string): Promise<{ status: number; body: unknown }> {
  const line = made.runtime.announcements.find((text) => text.startsWith('REST:')) ?? '';
  const base = /http:\/\/[^/]+/.exec(line)?.[0];
  const response = await fetch(`${base}/api/loadpoints/${path}`);
  const body = (await response.json()) as { result?: unknown };
  return { status: response.status, body: body.result ?? body };
}

describe('GET target/plan', () => {
  test('shows the plan for the target that is set', async (t) => {
    const made = await house(t);
    await made.command('targetEnergy', 16.56);
    await made.command('targetTime', '2025-06-15T18:00:00Z');
    expect((await get(made, '1/target/plan')).body).toEqual({
      duration: 5_400,
      plan: [
        { start: '2025-06-15T13:00:00Z', end: '2025-06-15T14:00:00Z', price: 0.1 },
        { start: '2025-06-15T15:00:00Z', end: '2025-06-15T15:30:00Z', price: 0.2 },
      ],
      unit: '',
      power: 11_040,
    });
  });

  test('for another time changes nothing', async (t) => {
    const made = await house(t, { priced: false });
    await made.command('targetEnergy', 11.04);
    const { body } = await get(made, '1/target/plan?targetTime=2025-06-15T17:00:00%2B02:00');
    expect(body).toMatchObject({
      duration: 3_600,
      plan: [{ start: '2025-06-15T14:00:00Z', end: '2025-06-15T15:00:00Z', price: 0 }],
    });
    await made.run(20);
    expect(made.loadpoint('targetTime')).toBeNull();
    expect(made.loadpoint('plan')).toEqual([]);
  });

  test.for([
    ['no target', '1/target/plan'],
    ['a time that is over', '1/target/plan?targetTime=2025-06-15T11:00:00Z'],
  ] as const)('has no plan for %s', async ([, path], t) => {
    const made = await house(t);
    await made.command('targetEnergy', 11.04);
    expect(await get(made, path)).toEqual({ status: 200, body: { duration: 0, plan: null, unit: '', power: 11_040 } });
  });

  test('has no plan when the goal is unknown or reached', async (t) => {
    const made = await house(t);
    const path = '1/target/plan?targetTime=2025-06-15T18:00:00Z';
    expect((await get(made, path)).body).toMatchObject({ duration: 0, plan: null });
    const full = await house(t, { soc: 80 });
    await full.command('targetSoc', 70);
    expect((await get(full, path)).body).toMatchObject({ duration: 0, plan: null });
  });

  test.for([
    ['1/target/plan?targetTime=tomorrow', 400],
    ['1/target/plan?targetTime=', 400],
    ['2/target/plan', 404],
    ['0/target/plan', 404],
    ['x/target/plan', 404],
  ] as const)('%s is refused with %i', async ([path, status], t) => {
    expect((await get(await house(t), path)).status).toBe(status);
  });
});

describe('GET plan', () => {
  test('shows the plan in force', async (t) => {
    const made = await house(t, { soc: 40 });
    await made.command('targetSoc', 60);
    expect((await get(made, '1/plan')).body).toEqual({
      planId: 0,
      planTime: null,
      duration: 0,
      plan: [],
      power: 11_040,
    });
    await made.command('targetTime', '2025-06-15T18:00:00Z');
    await made.run(20);
    expect((await get(made, '1/plan')).body).toMatchObject({
      planId: 1,
      planTime: '2025-06-15T18:00:00Z',
      // 12 kWh with their losses
      duration: Math.ceil((12 / 11.04) * 3_600),
      plan: [
        { start: '2025-06-15T13:00:00Z', end: '2025-06-15T14:00:00Z', value: 0.1 },
        { start: '2025-06-15T15:00:00Z', value: 0.2 },
      ],
    });
  });
});

test('slots that follow the sun say with what they are expected to charge', async (t) => {
  const made = await house(t, { sun: 5_520 });
  await made.command('planEnergy', { value: 2.76, time: '2025-06-15T18:00:00Z' });
  await made.run(20);
  expect((await get(made, '1/plan')).body).toMatchObject({ plan: [{ value: 0, surplus: 5_520 }] });
});

describe('GET plan/static/preview', () => {
  const path = (kind: string, value: string, time = '2025-06-15T18:00:00Z') =>
    `1/plan/static/preview/${kind}/${value}/${time}`;

  test('shows what would be planned', async (t) => {
    const energy = await house(t);
    expect((await get(energy, path('energy', '5.52'))).body).toEqual({
      planTime: '2025-06-15T18:00:00Z',
      duration: 1_800,
      plan: [{ start: '2025-06-15T13:00:00Z', end: '2025-06-15T13:30:00Z', value: 0.1 }],
      power: 11_040,
    });
    const soc = await house(t, { soc: 40 });
    expect((await get(soc, path('soc', '60'))).body).toMatchObject({ duration: Math.ceil((12 / 11.04) * 3_600) });
  });

  test.for([
    ['soc', '60', undefined, {}],
    ['energy', '10', undefined, { soc: 40 }],
    ['energy', '0', undefined, {}],
    ['energy', 'much', undefined, {}],
    ['energy', '1001', undefined, {}],
    ['soc', '101', undefined, { soc: 40 }],
    ['range', '100', undefined, {}],
    ['energy', '10', '2025-06-15T11:00:00Z', {}],
    ['energy', '10', 'noon', {}],
  ] as const)('%s/%s/%s is refused', async ([kind, value, time, given], t) => {
    expect((await get(await house(t, given), path(kind, value, time))).status).toBe(400);
  });
});
