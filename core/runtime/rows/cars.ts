import Type from 'typebox';
import type { PlanStrategySetting, Setting } from '../../settings.ts';
import { goalOf, goalSchema, parseGoal, past, told, UNTIL } from './goal-input.ts';
import { GOAL_ROWS } from './goals.ts';
import { PLAN_ROWS, PRECONDITION } from './plan.ts';

/**
 * Rows of vehicles, which may be connected or not. What loadpoints keep with their vehicles is the same value, seen from two
 * sides; systems of the current dialect only know this one.
 */

/** A row that loadpoints have too. */
function shared(of: string, more: Partial<Setting>): Setting {
  const row = [...GOAL_ROWS, ...PLAN_ROWS].find(({ name }) => name === of);
  if (!row) throw new TypeError(`there is no loadpoint setting ${of}`);
  const { name, description, schema, early, wish, check, parse, readable, cleared } = row;
  return {
    scope: 'vehicle',
    name,
    description,
    schema,
    shares: name,
    ...(early && { early }),
    ...(wish && { wish }),
    ...(check && { check }),
    ...(parse && !row.input && { parse }),
    ...(readable && { readable }),
    ...(cleared !== undefined && { cleared }),
    ...more,
  };
}

const SOC = Type.Integer({ minimum: 1, maximum: 100, unit: '%' });
const soc = (value: unknown) => ({ soc: value });
const SOC_RESULT = Type.Object({ soc: Type.Integer({ unit: '%' }) });

export const CAR_ROWS: readonly Setting[] = [
  shared('minSoc', { rest: { document: ['/minsoc'] }, mqtt: 'minSoc', result: SOC_RESULT, answer: soc }),
  shared('targetSoc', {
    name: 'limitSoc',
    rest: { document: ['/limitsoc'] },
    mqtt: 'limitSoc',
    result: SOC_RESULT,
    answer: soc,
  }),
  // What follows is seen as parts of the plan.
  shared('targetTime', { state: null }),
  shared('planEnergy', { state: null }),
  shared('planSoc', {
    description: 'Soc (%) that shall be reached until a time: <soc>/<time>, on MQTT as {"value", "time"}',
    input: goalSchema(SOC, { precondition: Type.Optional(PRECONDITION) }),
    rest: { document: ['/plan/soc'] },
    detailed: true,
    texts: {
      value: { description: 'Soc', schema: SOC, example: 80 },
      detail: UNTIL,
      precondition: { description: 'Charge this long right before the time in any case', schema: PRECONDITION },
    },
    result: Type.Object({ soc: SOC, time: UNTIL.schema }),
    cleared: null,
    mqtt: 'planSoc',
    state: 'plan',
    parse: parseGoal,
    sets(input, { values }) {
      const { value = 0, time = null, precondition } = goalOf(input) ?? {};
      const strategy = values.planStrategy as PlanStrategySetting;
      return {
        planSoc: value,
        planEnergy: 0,
        targetTime: time,
        ...(precondition !== undefined && { planStrategy: { ...strategy, precondition } }),
      };
    },
    check: (input, target) => past(goalOf(input)?.time ?? null, target),
    answer: (input) => told(goalOf(input), 'soc'),
    show: (value, { values }) =>
      typeof values.targetTime === 'number' && !values.planEnergy
        ? { soc: value || values.limitSoc || 100, time: values.targetTime }
        : null,
  }),
  shared('repeatingPlans', { rest: { document: ['/plan/repeating'] }, mqtt: 'repeatingPlans' }),
  shared('planStrategy', { rest: { document: ['/plan/strategy'] }, mqtt: 'planStrategy' }),
  {
    scope: 'vehicle',
    name: 'mode',
    description: 'Mode that a loadpoint takes when the vehicle is found there; null: it stays as it is',
    schema: Type.Union([Type.Enum(['off', 'pv', 'minpv', 'now']), Type.Null()], { default: null }),
    rest: { document: ['/mode'] },
    cleared: null,
    mqtt: 'mode',
  },
];
