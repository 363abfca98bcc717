import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CircuitState, LoadpointState, PlanSlot, Rate, SiteState } from '../../../core/index.ts';
import { plansFor } from '../../../plugins/planner/plans.ts';
import { filled, schedule, type Task } from '../../../plugins/planner/schedule.ts';
import type { Span } from '../../../plugins/planner/spans.ts';
import { begun, continued } from '../../../plugins/planner/stability.ts';
import { powersOf, sharedLimits } from '../../../plugins/shared/charge-power.ts';
import { LOADPOINT_SETTINGS, NOW, siteOf, stateOf } from '../../core/cycle/builders.ts';

const MINUTE = 60_000;
const POWER = 11_000;

/** Hours, half hours or quarters of random prices, with surplus in some of them; some time of the first one is over. */
const task = fc
  .record({
    length: fc.constantFrom(15, 30, 60),
    prices: fc.array(fc.integer({ min: -20, max: 60 }), { minLength: 1, maxLength: 100 }),
    sun: fc.array(fc.integer({ min: 0, max: POWER }), { maxLength: 100 }),
    over: fc.double({ min: 0, max: 0.99, noNaN: true }),
    required: fc.double({ min: 0.01, max: 1.2, noNaN: true }),
    beyond: fc.integer({ min: -300, max: 300 }),
    continuous: fc.boolean(),
    precondition: fc.constantFrom(0, 0, 20, 90),
  })
  .map(({ length, prices, sun, over, required, beyond, continuous, precondition }): Task => {
    const now = Math.floor(over * length * 60) * 1_000;
    const end = prices.length * length * MINUTE;
    const target = Math.max(now + MINUTE, end + beyond * MINUTE);
    const spans = prices
      .map((price, index): Span => {
        const surplus = (sun[index] ?? 0) < 1_400 ? 0 : (sun[index] ?? 0);
        const start = Math.max(now, index * length * MINUTE);
        return { start, end: (index + 1) * length * MINUTE, price, solarPrice: 8, surplus, power: POWER };
      })
      .filter(({ start }) => start < target)
      .map((span) => ({ ...span, end: Math.min(span.end, target) }));
    return {
      now,
      target,
      required: Math.round(required * (target - now)),
      fullPower: POWER,
      strategy: { continuous, precondition: precondition * MINUTE },
      spans,
    };
  });

const length = ({ start, end }: { start: number; end: number }): number => end - start;
/** ms at full power */
const charged = (slots: readonly PlanSlot[]): number =>
  slots.reduce((sum, slot) => sum + (length(slot) * (slot.surplus ?? POWER)) / POWER, 0);
const cost = (slots: readonly PlanSlot[]): number =>
  slots.reduce((sum, slot) => sum + (length(slot) * slot.price * (slot.surplus ?? POWER)) / POWER, 0);

function expectOrdered(slots: readonly PlanSlot[]): void {
  for (const [index, slot] of slots.entries()) {
    expect(slot.end).toBeGreaterThan(slot.start);
    expect(slot.start).toBeGreaterThanOrEqual(slots[index - 1]?.end ?? Number.NEGATIVE_INFINITY);
  }
}

/** What of the goal can wait for prices that are not known yet, ms. */
const gap = ({ spans, target }: Task): number => target - Math.min(target, spans.at(-1)?.end ?? target);

describe('any plan', () => {
  test('has slots in the order of time, from now on', () => {
    fc.assert(
      fc.property(task, (given) => {
        const slots = schedule(given);
        expectOrdered(slots);
        expect(slots[0]?.start ?? given.now).toBeGreaterThanOrEqual(given.now);
      }),
    );
  });

  test('is finished in time when there is time, and charges exactly what is required', () => {
    fc.assert(
      fc.property(task, (given) => {
        const slots = schedule(given);
        const feasible = given.required <= given.target - given.now;
        if (!feasible) {
          expect(slots[0]?.start).toBe(given.now);
          expect(charged(slots)).toBeCloseTo(given.required, -1);
          return;
        }
        expect(slots.at(-1)?.end ?? 0).toBeLessThanOrEqual(given.target);
        const missing = given.required - charged(slots);
        // All of it, but for what fits into the time without known prices. Slots are rounded to ms.
        expect(missing).toBeLessThanOrEqual(gap(given) + slots.length + 1);
        expect(missing).toBeGreaterThanOrEqual(-slots.length - 1);
      }),
    );
  });

  test('is never dearer than charging at once', () => {
    fc.assert(
      fc.property(
        task.filter((given) => gap(given) === 0 && given.strategy.precondition === 0),
        (given) => {
          if (given.required > given.target - given.now) return;
          const slots = schedule(given);
          const atOnce = filled(given.spans, given.now, given.now + given.required, POWER);
          expect(cost(slots)).toBeLessThanOrEqual(cost(atOnce) + 60 * (slots.length + 2));
        },
      ),
    );
  });

  test('stays one when it is begun, or kept from being switched', () => {
    fc.assert(
      fc.property(task, fc.integer({ min: 1, max: 60 }), (given, rest) => {
        const fresh = schedule(given);
        const running = [{ start: given.now - MINUTE, end: given.now + rest * MINUTE, price: 0 }];
        for (const slots of [begun(given, fresh), continued(given, running, fresh)]) {
          expectOrdered(slots);
          expect(charged(slots)).toBeGreaterThanOrEqual(
            Math.min(given.required, given.target - given.now) - gap(given) - slots.length - 2_000,
          );
          expect(charged(slots)).toBeLessThanOrEqual(given.required + slots.length + 2_000);
          if (given.required <= given.target - given.now) {
            expect(slots.at(-1)?.end ?? 0).toBeLessThanOrEqual(given.target + 2_000);
          }
        }
      }),
    );
  });
});

describe('plans of several loadpoints', () => {
  /** Up to four cars with energy goals below a root and a sub-circuit. */
  const houses = fc
    .record({
      cars: fc.array(
        fc.record({
          hours: fc.double({ min: 0.1, max: 6, noNaN: true }),
          target: fc.integer({ min: 1, max: 24 }),
          phases: fc.constantFrom(1 as const, 3 as const),
          circuit: fc.constantFrom('main', 'garage'),
          priority: fc.integer({ min: 0, max: 3 }),
        }),
        { minLength: 1, maxLength: 4 },
      ),
      main: fc.option(fc.integer({ min: 4, max: 40 })),
      garage: fc.option(fc.integer({ min: 4, max: 30 })),
      amperes: fc.option(fc.integer({ min: 6, max: 40 })),
      household: fc.integer({ min: 0, max: 3_000 }),
      metered: fc.boolean(),
      prices: fc.array(fc.integer({ min: -5, max: 50 }), { minLength: 1, maxLength: 30 }),
      sun: fc.array(fc.integer({ min: 0, max: 9_000 }), { maxLength: 30 }),
    })
    .map(({ cars, main, garage, amperes, household, metered, prices, sun }) => {
      const rates = (values: readonly number[]): readonly Rate[] =>
        values.map((price, hour) => ({ start: NOW + hour * 60 * MINUTE, end: NOW + (hour + 1) * 60 * MINUTE, price }));
      const loadpoints = cars.map(({ hours, target, phases, circuit, priority }, index): LoadpointState => {
        const targetTime = NOW + target * 60 * MINUTE;
        const settings = { ...LOADPOINT_SETTINGS, priority, targetTime, targetEnergy: hours * 11.04 };
        return stateOf({ id: index + 1, settings, connected: true, phasesMax: phases, circuit });
      });
      const site: SiteState = siteOf({
        loadpoints,
        rates: {
          planner: { kind: 'priceforecast', rates: rates(prices) },
          ...(sun.length > 0 && { solar: { kind: 'solar' as const, rates: rates(sun) } }),
        },
        circuits: [
          {
            name: 'main',
            title: '',
            ...(main !== null && { maxPower: main * 1_000 }),
            ...(metered && { meter: { name: 'main', title: '' } }),
          },
          {
            name: 'garage',
            title: '',
            parent: 'main',
            ...(garage !== null && { maxPower: garage * 1_000 }),
            ...(amperes !== null && { maxCurrent: amperes }),
          },
        ],
      });
      return { site, household };
    });

  /** Slots of plans that have the time they need; with less, limiters have the last word. */
  const relaxed = (site: SiteState, household: number) => {
    const plans = plansFor(site, household);
    return site.loadpoints.flatMap((loadpoint) => {
      const { slots = [], target = 0, goal } = plans.get(loadpoint.id) ?? {};
      const { fullPower } = powersOf(loadpoint, site);
      const planned = slots.reduce((sum, slot) => sum + (length(slot) * (slot.surplus ?? fullPower)) / fullPower, 0);
      const enough = goal && goal.required < target - site.now && planned >= goal.required - slots.length - 1;
      return enough ? slots.map((slot) => ({ slot, loadpoint, power: slot.surplus ?? fullPower })) : [];
    });
  };

  /** Whether a limit is far from being used up by all cars; where it is not, some may have to be late. */
  const isAmple = (room: number, { now, loadpoints }: SiteState): boolean => {
    const energy = loadpoints.reduce((sum, { settings }) => sum + settings.targetEnergy * 1_000 * 60 * MINUTE, 0);
    const until = Math.min(...loadpoints.map(({ settings }) => settings.targetTime ?? now));
    return energy < 0.6 * room * (until - now);
  };

  /** The house is seen where the root has a meter; without one the limit is for the loadpoints alone. */
  const roomOf = (
    { parent, maxPower = Number.POSITIVE_INFINITY, meter }: Pick<CircuitState, 'parent' | 'maxPower' | 'meter'>,
    household: number,
  ): number => maxPower - (parent === undefined && meter ? household : 0);

  test('leave each other the room that they need under every limit', () => {
    let shared = 0;
    fc.assert(
      fc.property(houses, ({ site, household }) => {
        if (!site.circuits.every((circuit) => isAmple(roomOf(circuit, household), site))) return;
        const all = relaxed(site, household);
        for (const circuit of site.circuits) {
          const { name } = circuit;
          const own = all.filter(({ loadpoint }) =>
            sharedLimits(site)
              .above(loadpoint)
              .some((limit) => limit.name === name),
          );
          const room = roomOf(circuit, household);
          for (const { slot: moment } of own) {
            const there = own.filter(({ slot }) => slot.start <= moment.start && moment.start < slot.end);
            if (there.length < 2) continue;
            // The last one may be charged with less than full power: with what the others leave.
            const powers = there.map(({ power }) => power);
            const others = powers.reduce((sum, power) => sum + power, 0) - Math.max(...powers);
            shared += 1;
            expect(others).toBeLessThanOrEqual(room + 1e-6);
          }
        }
      }),
      { numRuns: 1_000 },
    );
    expect(shared).toBeGreaterThan(5);
  });

  test('are made for each goal, and are data', () => {
    fc.assert(
      fc.property(houses, ({ site, household }) => {
        const plans = plansFor(site, household);
        expect([...plans.keys()].sort()).toEqual(site.loadpoints.map(({ id }) => id));
        for (const [, plan] of plans) {
          expectOrdered(plan.slots);
          expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
        }
      }),
    );
  });
});
