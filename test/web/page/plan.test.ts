import { describe, expect, test } from 'vitest';
import type { LoadpointValues } from '../../../plugins/web/page/data/values.ts';
import {
  below,
  changedPlans,
  curvesOf,
  draftOf,
  goalKindOf,
  latenessOf,
  momentOf,
  outcomeOf,
  piecesOf,
  proposedLimit,
  type Read,
  spanOf,
  statusOf,
  sumsOf,
} from '../../../plugins/web/page/views/plan/plan.ts';

const HOUR = 3_600_000;
const NOW = new Date(2025, 5, 15, 18, 20).getTime();
const CAR = { vehicleName: 'family', vehicleSoc: 40, vehicleCapacity: 77 };

const read =
  (values: Partial<LoadpointValues>): Read =>
  (key) =>
    values[key];
const slot = (start: number, end: number, value: number) => ({ start: start * HOUR, end: end * HOUR, value });

test.each([
  [CAR, 'soc'],
  [{ ...CAR, vehicleSoc: 0 }, 'energy'],
  [{ ...CAR, vehicleCapacity: 0 }, 'energy'],
  [{ ...CAR, vehicleName: '' }, 'energy'],
  [{ ...CAR, chargerFeatureHeating: true }, 'energy'],
  [{}, 'energy'],
] as const)('the goal of %j counts by %s', (values, kind) => {
  expect(goalKindOf(read(values))).toBe(kind);
});

describe('the form', () => {
  test.each([
    ['in the evening: the next morning', NOW, '2025-06-16'],
    ['in the night: this morning', new Date(2025, 5, 15, 3).getTime(), '2025-06-15'],
    ['shortly before: the next one', new Date(2025, 5, 15, 6).getTime(), '2025-06-16'],
  ])('proposes a departure %s', (_, now, day) => {
    expect(draftOf(read(CAR), 'soc', now)).toEqual({ day, time: '07:00', value: 80 });
  });

  test.each([
    [{ effectiveLimitSoc: 60 }, 'soc', 60],
    [{ targetTime: '2025-06-20T05:30:00Z', planSoc: 90 }, 'soc', 90],
    [{ targetTime: '2025-06-20T05:30:00Z', planSoc: 0, effectiveLimitSoc: 70 }, 'soc', 70],
    [{}, 'energy', 10],
    [{ targetTime: '2025-06-20T05:30:00Z', planEnergy: 22 }, 'energy', 22],
    [{ targetTime: '2025-06-20T05:30:00Z', targetEnergy: 15 }, 'energy', 15],
  ] as const)('with %j by %s begins with %d', (values, kind, value) => {
    const draft = draftOf(read(values), kind, NOW);
    expect(draft.value).toBe(value);
    if ('targetTime' in values) expect(momentOf(draft)).toBe(Date.parse(values.targetTime));
  });

  test('without a day or a time has no moment', () => {
    expect(momentOf({ day: '', time: '07:00', value: 80 })).toBeNaN();
  });
});

describe('what comes out', () => {
  const answer = {
    planTime: '1970-01-01T06:00:00Z',
    duration: 7_200,
    power: 10_000,
    plan: [
      { start: '1970-01-01T02:00:00Z', end: '1970-01-01T03:00:00Z', value: 0.2 },
      { start: '1970-01-01T03:00:00Z', end: '1970-01-01T03:30:00Z', value: 0.3 },
      { start: '1970-01-01T05:00:00Z', end: '1970-01-01T05:15:00Z', value: 0.4, surplus: 6_000 },
    ],
  };

  test('is energy, cost, pieces and whether it is in time', () => {
    const outcome = outcomeOf(answer);
    expect(outcome && sumsOf(outcome)).toEqual({
      needed: 20_000,
      planned: 16_500,
      sun: 1_500,
      cost: expect.closeTo(4.1),
    });
    expect(outcome && piecesOf(outcome.slots)).toEqual([
      { start: 2 * HOUR, end: 3.5 * HOUR },
      { start: 5 * HOUR, end: 5.25 * HOUR },
    ]);
    expect(outcome && latenessOf(outcome)).toBe(0);
    expect(outcome && latenessOf({ ...outcome, target: 5 * HOUR })).toBe(HOUR / 4);
    expect(outcome && latenessOf({ ...outcome, target: 5.25 * HOUR - 1_000 })).toBe(0);
  });

  test('is nothing without a plan', () => {
    expect(outcomeOf({ planTime: null, duration: 0, plan: null, power: 11_000 })).toEqual({
      slots: [],
      duration: 0,
      power: 11_000,
    });
    expect(outcomeOf(null)).toBeUndefined();
    expect(latenessOf({ slots: [], duration: 0, power: 0, target: HOUR })).toBe(0);
  });
});

describe('curves', () => {
  const forecast = {
    planner: [[0, 3_600, 0.3]],
    grid: [[0, 3_600, 0.35]],
    co2: [[0, 3_600, 300]],
    solar: {
      timeseries: [
        [0, 100],
        [1_800, 200],
      ],
    },
  } as const;

  test('are of the price that plans go by, CO2 and sun', () => {
    const { price, co2, sun } = curvesOf(forecast, 'priceforecast');
    expect([price[0]?.value, co2[0]?.value]).toEqual([0.3, 300]);
    expect(sun).toEqual([slot(0, 0.5, 100), slot(0.5, 1, 200)]);
  });

  test('of the sun are as high as plans expect it', () => {
    expect(curvesOf(forecast, null, 0.5).sun).toEqual([slot(0, 0.5, 50), slot(0.5, 1, 100)]);
  });

  test('where plans go by CO2, the price is that of the grid', () => {
    const { price, co2 } = curvesOf({ planner: [[0, 3_600, 280]], grid: [[0, 3_600, 0.35]] }, 'co2');
    expect([price[0]?.value, co2[0]?.value]).toEqual([0.35, 280]);
  });

  test('may all be missing', () => {
    expect(curvesOf(undefined, null)).toEqual({ price: [], co2: [], sun: [] });
  });

  test('are seen as far as prices are known and until the goal, three days at most', () => {
    const none = { price: [], co2: [], sun: [] };
    const span = (curves: object, target?: number) => {
      const { start, end } = spanOf({ ...none, ...curves }, target, 1.5 * HOUR);
      return [start / HOUR, end / HOUR];
    };
    expect(span({})).toEqual([1, 13]);
    expect(span({ price: [slot(0, 30, 1)], co2: [slot(0, 60, 1)] })).toEqual([1, 30]);
    expect(span({ price: [slot(0, 30, 1)] }, 40 * HOUR)).toEqual([1, 41]);
    expect(span({ co2: [slot(0, 900, 1)] })).toEqual([1, 73]);
  });
});

test('a limit holds in a part of the known time', () => {
  const rates = [slot(0, 2, 0.2), slot(2, 3, 0.4), slot(3, 4, 0.1), slot(4, 8, 0.3)];
  expect(below(rates, 0.2, HOUR)).toEqual({ below: 2 * HOUR, known: 7 * HOUR });
  expect(below([], 0.2, HOUR)).toEqual({ below: 0, known: 0 });
  expect(proposedLimit(rates)).toBe(0.1);
  expect(proposedLimit([slot(0, 1, 0.2), slot(1, 2, 0.3), slot(2, 3, 0.3)])).toBe(0.2);
  expect(proposedLimit([slot(0, 1, 0.3), slot(1, 2, 0.3)])).toBe(0.3);
  expect(proposedLimit([])).toBe(0);
});

test('a plan of a list is changed, or taken out', () => {
  const plan = { weekdays: [1], time: '07:00', tz: 'UTC', soc: 80, active: true };
  const other = { ...plan, soc: 50 };
  expect(changedPlans([plan, other], 1, { active: false })).toEqual([plan, { ...other, active: false }]);
  expect(changedPlans([plan, other], 0, null)).toEqual([other]);
});

test.each([
  [{}, 'none'],
  [{ effectivePlanId: 1, mode: 'off', planActive: true }, 'off'],
  [{ effectivePlanId: 1, connected: false }, 'away'],
  [{ effectivePlanId: 1, connected: true, effectivePlanSoc: 80, vehicleSoc: 80 }, 'reached'],
  [{ effectivePlanId: 2, connected: true, effectivePlanSoc: 80, vehicleSoc: 70 }, 'open'],
  [{ effectivePlanId: 1, connected: true, planEnergy: 10, sessionEnergy: 10_000 }, 'reached'],
  [{ effectivePlanId: 1, connected: true, planEnergy: 10, sessionEnergy: 3_000 }, 'open'],
  [{ effectivePlanId: 1, planActive: true }, 'active'],
  [{ effectivePlanId: 1, planProjectedStart: '2025-06-15T02:00:00Z' }, 'waits'],
] as const)('%j is told as %s', (values, kind) => {
  expect(statusOf(read(values as Partial<LoadpointValues>)).kind).toBe(kind);
});
