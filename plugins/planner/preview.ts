import Type from 'typebox';
import type { Evcc, LoadpointState, Plan, PlanSlot, Query, SiteState, Time } from '../../core/index.ts';
import { powersOf, sharedLimits } from '../shared/charge-power.ts';
import { chosenGoal, type Goal, goalUntil, knowsSoc, requiredFor } from './goals.ts';
import { planFor, runningPlan } from './plans.ts';
import { Promises } from './room.ts';

/** What would be planned: computed as plans are, from the present state, without changing anything. */

const TIME = Type.String({ format: 'date-time' });
const SPAN = { start: TIME, end: TIME };
const NEED = {
  duration: Type.Integer({ minimum: 0, unit: 's', description: 'At full power' }),
  power: Type.Number({ minimum: 0, unit: 'W', description: 'Full power' }),
};
const SURPLUS = Type.Optional(
  Type.Number({ minimum: 0, unit: 'W', description: 'What it is expected to charge with; absent: full power' }),
);
const TARGET_PLAN = Type.Object(
  {
    ...NEED,
    plan: Type.Union([Type.Array(Type.Object({ ...SPAN, price: Type.Number() })), Type.Null()], {
      description: 'Slots to charge in; null: none',
    }),
    unit: Type.String(),
  },
  { title: 'TargetPlan' },
);
const PREVIEW = Type.Object(
  {
    ...NEED,
    planTime: Type.Union([TIME, Type.Null()]),
    plan: Type.Array(Type.Object({ ...SPAN, value: Type.Number(), surplus: SURPLUS }), {
      description: 'Slots to charge in',
    }),
  },
  { title: 'PlanPreview' },
);
const PLAN = Type.Object(
  {
    planId: Type.Integer({ minimum: 0, description: '1: set once, from 2 on repeating ones; 0: none' }),
    ...PREVIEW.properties,
  },
  { title: 'Plan' },
);

/** `house`: the house in the last cycle, and W that it consumes on average; absent: no cycle has ended yet. */
export function previewQueries(
  { time, settings, fail }: Pick<Evcc, 'time' | 'settings' | 'fail'>,
  house: () => { readonly site: SiteState; readonly household: number } | undefined,
): readonly Query[] {
  const preview = (id: number, of: (loadpoint: LoadpointState, site: SiteState) => Goal | undefined): Preview => {
    const { site, household } = house() ?? fail('EVCC_NOT_FOUND', 'no cycle has ended yet');
    const seen = site.loadpoints[id - 1] ?? fail('EVCC_NOT_FOUND', `there is no loadpoint ${id}`);
    // What was set a moment ago counts, although no cycle has seen it yet.
    const loadpoint = { ...seen, settings: present(seen) };
    return previewOf(loadpoint, site, household, of(loadpoint, site));
  };
  const present = ({ id, settings: seen }: LoadpointState): LoadpointState['settings'] => {
    const names = Object.keys(seen).map((name) => [name, settings.get('loadpoint', id, name)]);
    return Object.fromEntries(names) as LoadpointState['settings'];
  };
  const moment = (text: string): number =>
    time.parse(text) ?? fail('EVCC_COMMAND_INVALID', `"${text.slice(0, 60)}" is no RFC 3339 time`);

  return [
    {
      scope: 'loadpoint',
      name: 'getTargetPlan',
      area: 'Plans',
      description: 'The plan for the target, or for another time',
      parameters: {
        targetTime: {
          description: 'When the target shall be reached; absent: at the target time that is set',
          schema: TIME,
          example: '2040-06-01T07:00:00Z',
        },
      },
      result: TARGET_PLAN,
      rest: { document: ['/target/plan'], current: [] },
      answer(id, { targetTime }) {
        const wanted = targetTime === undefined ? undefined : moment(targetTime);
        const { slots, duration, power } = preview(id, (loadpoint, site) => {
          const target = wanted ?? loadpoint.settings.targetTime;
          const over = target === null || (target <= site.now && runningPlan(site, loadpoint)?.target !== target);
          return over ? undefined : goalUntil(loadpoint, target);
        });
        const plan = slots.map(({ start, end, price }) => ({ ...span(start, end, time), price }));
        return { duration, plan: plan.length > 0 ? plan : null, unit: '', power };
      },
    },
    {
      scope: 'loadpoint',
      name: 'getPlan',
      area: 'Plans',
      description: 'The plan in force',
      result: PLAN,
      rest: { document: ['/plan'] },
      answer(id) {
        const { goal, ...plan } = preview(id, (loadpoint, site) =>
          chosenGoal(loadpoint, powersOf(loadpoint, site).fullPower, site.now, runningPlan(site, loadpoint)),
        );
        return { planId: goal?.id ?? 0, ...later(goal, plan, time) };
      },
    },
    {
      scope: 'loadpoint',
      name: 'previewPlan',
      area: 'Plans',
      description: 'The plan for a soc (%) or energy (kWh) until a time',
      parameters: {
        kind: { description: 'What shall be reached', schema: Type.Enum(['soc', 'energy']), example: 'energy' },
        value: {
          description: '%, up to 100, or kWh',
          schema: Type.Number({ exclusiveMinimum: 0, maximum: 1_000 }),
          example: 10,
        },
        time: { description: 'When it shall be reached', schema: TIME, example: '2040-06-01T07:00:00Z' },
      },
      result: PREVIEW,
      rest: { document: ['/plan/static/preview/:kind/:value/:time'] },
      answer(id, { kind = '', value: text = '', time: until = '' }) {
        if (kind !== 'soc' && kind !== 'energy')
          return fail('EVCC_COMMAND_INVALID', `"${kind}" is neither soc nor energy`);
        const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
        if (!(value > 0 && value <= (kind === 'soc' ? 100 : 1_000))) {
          fail('EVCC_COMMAND_INVALID', `"${text.slice(0, 60)}" is no ${kind} above 0`);
        }
        const target = moment(until);
        const { goal, ...plan } = preview(id, (loadpoint, { now }) => {
          if (target <= now) fail('EVCC_COMMAND_INVALID', 'timestamp is in the past');
          if (knowsSoc(loadpoint) !== (kind === 'soc')) {
            fail(
              'EVCC_COMMAND_INVALID',
              kind === 'soc'
                ? 'the soc of the car is unknown: plan an energy'
                : 'the soc of the car is known: plan a soc',
            );
          }
          return { id: 1, kind, value: kind === 'soc' ? value : value * 1_000, target };
        });
        return later(goal, plan, time);
      },
    },
  ];
}

interface Preview {
  readonly goal: Goal | undefined;
  readonly slots: readonly PlanSlot[];
  /** s */
  readonly duration: number;
  /** W */
  readonly power: number;
}

function previewOf(loadpoint: LoadpointState, site: SiteState, household: number, goal: Goal | undefined): Preview {
  const limits = sharedLimits(site);
  const power = powersOf(loadpoint, site, limits).fullPower;
  const required = goal ? (requiredFor(loadpoint, goal, power) ?? 0) : 0;
  const promises = new Promises(site, limits);
  for (const [id, { slots }] of site.plans) {
    const other = site.loadpoints[id - 1];
    if (other && id !== loadpoint.id) promises.add(other, slots);
  }
  const running = runningPlan(site, loadpoint);
  const same =
    running?.goal?.kind === goal?.kind && running?.goal?.value === goal?.value && running?.target === goal?.target;
  const room = promises.roomFor(loadpoint, household);
  const plan: Plan | undefined =
    goal && planFor(loadpoint, goal, site, household, room, same ? running : undefined, limits);
  return { goal, slots: priced(plan?.slots ?? [], site), duration: Math.ceil(required / 1_000), power };
}

/** With one price all the time and no sun there was nothing to choose by, so that slots have no price yet. */
function priced(slots: readonly PlanSlot[], { rates }: SiteState): readonly PlanSlot[] {
  const { planner, solar } = rates;
  const price = planner?.kind === 'pricestatic' && solar === undefined ? planner.rates[0]?.price : undefined;
  return price === undefined ? slots : slots.map((slot) => ({ ...slot, price }));
}

function later(goal: Goal | undefined, { slots, duration, power }: Omit<Preview, 'goal'>, time: Time): object {
  return {
    planTime: goal ? time.format(goal.target) : null,
    duration,
    plan: slots.map(({ start, end, price, surplus }) => ({
      ...span(start, end, time),
      value: price,
      ...(surplus !== undefined && { surplus }),
    })),
    power,
  };
}

function span(start: number, end: number, { format }: Time): { start: string; end: string } {
  return { start: format(start), end: format(end) };
}
