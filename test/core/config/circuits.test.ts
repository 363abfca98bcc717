import { describe, expect, test } from 'vitest';
import { checkCore } from '../../../core/config/check.ts';
import { formatProblem } from '../../../core/config/problem.ts';

function house(circuits: unknown, loadpoint: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    meters: { grid: { type: 'custom' }, roof: { type: 'custom' }, store: { type: 'custom' } },
    chargers: { garage: { type: 'custom' } },
    site: { meters: { grid: 'grid', pv: 'roof', battery: ['store'] } },
    circuits,
    loadpoints: [{ charger: 'garage', ...loadpoint }],
  };
}

const problemsOf = (config: unknown): string[] => checkCore(config, []).problems.map(formatProblem);

describe('circuits', () => {
  test.each<readonly [title: string, circuits: unknown, ...problems: string[]]>([
    ['a list', [], 'circuits: must be an object of circuits by name (is "[…]")'],
    ['a number', { main: 20 }, 'circuits.main: must be an object (is 20)'],
    [
      'a misspelt key',
      { main: { maxcurrent: 20 } },
      'circuits.main.maxcurrent: unknown key, did you mean "maxCurrent"?',
    ],
    [
      'a current of 0',
      { main: { maxCurrent: 0 } },
      'circuits.main.maxCurrent: must be a number above 0 and up to 5000 A (is 0)',
    ],
    [
      'a power in words',
      { main: { maxPower: '11 kW' } },
      'circuits.main.maxPower: must be a number above 0 and up to 1000000 W (is "11 kW")',
    ],
    ['a name that is no topic', { 'a/b': {} }, 'circuits["a/b"]: a name must consist of letters, digits, - and _'],
    [
      'two roots',
      { main: {}, garage: {} },
      'circuits.garage: must have a parent: there is one root only, which is "main"',
    ],
    [
      'an unknown parent',
      { main: {}, garage: { parent: 'mian' } },
      'circuits.garage.parent: there is no circuit "mian", did you mean "main"?',
    ],
    [
      'a circuit that is a part of itself',
      { main: { parent: 'main' } },
      'circuits.main.parent: a circuit cannot be a part of itself (is "main")',
    ],
    [
      'circuits in a circle',
      { main: {}, a: { parent: 'b' }, b: { parent: 'c' }, c: { parent: 'b' } },
      'circuits.b.parent: a circuit cannot be a part of itself (is "c")',
      'circuits.c.parent: a circuit cannot be a part of itself (is "b")',
    ],
    [
      'an unknown meter',
      { main: { meter: 'gird' } },
      'circuits.main.meter: there is no meter "gird", did you mean "grid"?',
    ],
    [
      'a meter of generation',
      { main: { meter: 'roof' } },
      'circuits.main.meter: must measure consumption, not generation or a battery (is "roof")',
    ],
    [
      'a meter of a battery',
      { main: { meter: 'store' } },
      'circuits.main.meter: must measure consumption, not generation or a battery (is "store")',
    ],
  ])('%s is refused', (_, circuits, ...problems) => {
    expect(problemsOf(house(circuits))).toEqual(problems);
  });

  test('one that a loadpoint names has to be there', () => {
    expect(problemsOf(house({ main: {} }, { circuit: 'mani' }))).toEqual([
      'loadpoints[0].circuit: there is no circuit "mani", did you mean "main"?',
    ]);
    expect(problemsOf(house(undefined, { circuit: 'main' }))).toEqual([
      'loadpoints[0].circuit: there is no circuit "main"; there are no circuits',
    ]);
  });

  test('phases of a loadpoint are three different ones', () => {
    expect(problemsOf(house(undefined, { phaseOrder: 'L1 L1 L2' }))).toEqual([
      expect.stringContaining('loadpoints[0].phaseOrder: must be one of "L1 L2 L3"'),
    ]);
    const orders = ['L1 L2 L3', 'L3 L1 L2'].map(
      (phaseOrder) => checkCore(house(undefined, { phaseOrder }), []).config.loadpoints[0]?.phaseOrder,
    );
    expect(orders).toEqual([
      [1, 2, 3],
      [3, 1, 2],
    ]);
  });

  test('parents come before their parts; the grid meter may serve a circuit too', () => {
    const { config, problems } = checkCore(
      house({
        yard: { parent: 'garage', maxPower: 4_000 },
        garage: { parent: 'main', maxCurrent: 20, icon: 'garage', title: 'Garage' },
        main: { meter: 'grid', maxCurrent: 35 },
        cellar: { parent: 'main' },
      }),
      [],
    );
    expect(problems).toEqual([]);
    expect(config.circuits).toEqual([
      { name: 'main', title: 'main', meter: 'grid', maxCurrent: 35 },
      { name: 'garage', title: 'Garage', icon: 'garage', parent: 'main', maxCurrent: 20 },
      { name: 'cellar', title: 'cellar', parent: 'main' },
      { name: 'yard', title: 'yard', parent: 'garage', maxPower: 4_000 },
    ]);
  });

  test('there are none unless they are configured', () => {
    const { config, problems } = checkCore(house(undefined), []);
    expect(problems).toEqual([]);
    expect(config.circuits).toEqual([]);
  });
});
