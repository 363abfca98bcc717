import { describe, expect, test } from 'vitest';
import type { Inputs } from '../../../plugins/optimizer/inputs.ts';
import type { BatteryRequest, OptimizerResult } from '../../../plugins/optimizer/request.ts';
import {
  extremesOf,
  forecastOf,
  missedBy,
  type Present,
  type Solution,
  suggestionsOf,
} from '../../../plugins/optimizer/suggestions.ts';
import { car, home, request } from './requests.ts';

const NOW = 1_750_000_000_000;
const QUARTER = 900_000;

interface Flow {
  readonly imported?: number;
  readonly exported?: number;
  readonly charge?: number;
  readonly discharge?: number;
  readonly stored?: number;
}

/** What was found for one battery, W in each of the slots, Wh at their ends. */
function found(
  flows: readonly Flow[],
  battery: BatteryRequest = home(),
  type: 'battery' | 'vehicle' = 'battery',
): Solution {
  const of = (key: keyof Flow, otherwise: number): number[] =>
    flows.map((flow) => (key === 'stored' ? (flow[key] ?? otherwise) : (flow[key] ?? 0) / 4));
  const inputs: Inputs = {
    request: request({ house: flows.map(() => 0), buy: flows.map(() => 0.3), batteries: [battery] }),
    slots: flows.map((_, at) => ({
      start: NOW + at * QUARTER,
      end: NOW + (at + 1) * QUARTER,
      buy: 0.3,
      sell: 0,
      sun: 0,
    })),
    batteries: [{ type, name: 'one', title: 'One', capacity: 10 }],
  };
  const result = {
    batteries: [
      {
        charging_power: of('charge', 0),
        discharging_power: of('discharge', 0),
        state_of_charge: of('stored', battery.s_initial),
      },
    ],
    grid_import: of('imported', 0),
    grid_export: of('exported', 0),
  } as unknown as OptimizerResult;
  return { inputs, result };
}

const present = (changes: Partial<Present> = {}): Present => ({
  mode: 'normal',
  controllable: new Set(['one']),
  charging: new Map([['one', false]]),
  ...changes,
});

describe('a home battery', () => {
  test.each<[string, Flow, string]>([
    ['is charged from the grid', { charge: 3_000, imported: 3_200 }, 'charge'],
    ['follows surplus', { charge: 3_000, exported: 100 }, 'normal'],
    ['is kept while the house imports', { imported: 800 }, 'hold'],
    ['leaves the sun to the grid', { exported: 800 }, 'holdcharge'],
    ['sells', { discharge: 3_000, exported: 2_500 }, 'discharge'],
    ['feeds the house', { discharge: 800 }, 'normal'],
    ['has nothing to do', {}, 'normal'],
    ['does not heed what is less than 50 W', { charge: 40, imported: 45 }, 'normal'],
  ])('%s', (_, flow, action) => {
    const { batteries } = suggestionsOf(found([flow]), NOW, present());
    expect(batteries.get('one')).toMatchObject({ action, actionable: action !== 'normal' });
  });

  test('has nothing to hold when it is empty, and nothing to keep free when it is full', () => {
    const of = (flow: Flow, battery: BatteryRequest) =>
      suggestionsOf(found([flow], battery), NOW, present()).batteries.get('one')?.action;
    expect(of({ imported: 800 }, home({ s_initial: 20 }))).toBe('normal');
    expect(of({ exported: 800 }, home({ s_initial: 9_990 }))).toBe('normal');
  });

  test('gets no suggestion where nobody can tell it a mode', () => {
    const { batteries } = suggestionsOf(found([{ imported: 800 }]), NOW, present({ controllable: new Set() }));
    expect(batteries.size).toBe(0);
  });

  test('is as suggested already, in its mode', () => {
    const of = (mode: string) => suggestionsOf(found([{ imported: 800 }]), NOW, present({ mode }));
    expect(of('hold').batteries.get('one')?.actionable).toBe(false);
    expect(of('unknown').batteries.get('one')?.actionable).toBe(true);
  });
});

test('a car is charged or not, as far as it is there', () => {
  const of = (flow: Flow, charging: Present['charging']) =>
    suggestionsOf(found([flow], car(), 'vehicle'), NOW, present({ charging })).loadpoints.get('one');
  const [on, off] = [new Map([['one', true]]), new Map([['one', false]])];
  expect(of({ charge: 4_140 }, off)).toEqual({ action: 'charge', charge: 4_140, discharge: 0, actionable: true });
  expect(of({ charge: 4_140 }, on)?.actionable).toBe(false);
  expect(of({ charge: 40 }, on)).toMatchObject({ action: 'stop', actionable: true });
  expect(of({}, new Map())).toBeUndefined();
});

test('suggestions are those of the present slot, and end with the last one', () => {
  const solution = found([{ imported: 800 }, { charge: 3_000, imported: 3_200 }]);
  const at = (now: number) => suggestionsOf(solution, now, present()).batteries.get('one')?.action;
  expect([at(NOW), at(NOW + QUARTER), at(NOW + 2 * QUARTER), at(NOW - 1)]).toEqual([
    'hold',
    'charge',
    undefined,
    undefined,
  ]);
});

test('says when a battery will be full and empty, what its extremes are, and what is missing of a goal', () => {
  const solution = found([{ stored: 6_000 }, { stored: 10_000 }, { stored: 20 }], home({ s_goal: [0, 12_000, 0] }));
  expect(extremesOf(solution, 0)).toEqual({ full: NOW + 2 * QUARTER, empty: NOW + 3 * QUARTER });
  expect(extremesOf(found([{}]), 0)).toEqual({ full: null, empty: null });
  expect(forecastOf(solution)).toEqual({
    highest: { soc: 100, time: NOW + 2 * QUARTER, limit: true },
    lowest: { soc: 0.2, time: NOW + 3 * QUARTER, limit: true },
  });
  expect(forecastOf(found([{}], car(), 'vehicle'))).toBeUndefined();
  expect(missedBy(solution, 0)).toBe(2_000);
  expect(missedBy(found([{}]), 0)).toBe(0);
});
