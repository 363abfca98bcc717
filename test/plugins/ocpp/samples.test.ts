import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mannersFor, toLimit } from '../../../plugins/ocpp/manners.ts';
import { addSamples, NOTHING_MEASURED, type Sample, toSample } from '../../../plugins/ocpp/samples.ts';

const NOW = Date.parse('2026-03-14T09:00:00Z');

describe('a value of the wire', () => {
  test.for([
    [{ value: '6841.0', measurand: 'Power.Active.Import', unit: 'W' }, 6_841],
    [{ value: ' 6.841 ', measurand: 'Power.Active.Import', unit: 'kW' }, 6_841],
    [{ value: '6,841', measurand: 'Power.Active.Import', unit: 'kW' }, 6_841],
    [{ value: 6_841, measurand: 'Power.Active.Import' }, 6_841],
    [{ value: '9900', measurand: 'Current.Import', unit: 'mA' }, 9.9],
    [{ value: '1830.422', unit: 'kWh' }, 1_830_422],
    [{ value: '1830422' }, 1_830_422],
    [{ value: '57', measurand: 'SoC', unit: 'Percent' }, 57],
    [{ value: '-3', measurand: 'Power.Active.Import', unit: 'W' }, -3],
  ] as const)('%j is %d', ([raw, value]) => {
    expect(toSample(raw)?.value).toBeCloseTo(value, 6);
    expect(toSample(raw)?.measurand).toBe('measurand' in raw ? raw.measurand : 'Energy.Active.Import.Register');
  });

  test('with a multiplier', () => {
    expect(toSample({ value: 68, measurand: 'Power.Active.Import', unit: 'W' }, 2)?.value).toBe(6_800);
  });

  test.for([
    { value: '' },
    { value: '  ' },
    { value: 'abc' },
    { value: 'NaN' },
    { value: '1e999' },
    { value: '1.2.3' },
    { value: '20', unit: 'Celsius' },
    { value: '5', unit: 'varh' },
    { value: 'a3f0…', unit: 'Wh' },
  ])('%j is none', (raw) => {
    expect(toSample(raw)).toBeUndefined();
  });
});

describe('values that came together', () => {
  const of = (...samples: [string, number, string?][]): Sample[] =>
    samples.map(([measurand, value, phase]) => ({ measurand, value, ...(phase !== undefined && { phase }) }));
  const added = (samples: Sample[], before = NOTHING_MEASURED) => addSamples(before, samples, NOW, NOW);

  test('phases add up where there is no total', () => {
    const measured = added(
      of(
        ['Power.Active.Import', 1_000, 'L1'],
        ['Power.Active.Import', 1_100, 'L2-N'],
        ['Power.Active.Import', 900, 'L3'],
      ),
    );
    expect(measured.power?.value).toBe(3_000);
  });

  test('a total counts more than its phases, and phases that are not named have nothing', () => {
    const measured = added(
      of(
        ['Power.Active.Import', 1_000, 'L1'],
        ['Power.Active.Import', 3_010],
        ['Current.Import', 4.4, 'L1'],
        ['Current.Import', 0.1, 'N'],
      ),
    );
    expect(measured.power?.value).toBe(3_010);
    expect(measured.currents?.value).toEqual([4.4, 0, 0]);
  });

  test('voltages between phases are not those of a phase, currents without phase are of nobody knows which', () => {
    const measured = added(of(['Voltage', 400, 'L1-L2'], ['Current.Import', 10]));
    expect(measured.voltages).toBeUndefined();
    expect(measured.currents).toBeUndefined();
  });

  test('what is not sent is not known; what was known stays', () => {
    const first = added(of(['SoC', 57], ['Voltage', 230, 'L1-N']));
    expect(Object.keys(first).sort()).toEqual(['at', 'soc', 'stamp', 'voltages']);
    expect(added(of(['Power.Active.Import', 5]), first).soc?.value).toBe(57);
  });

  test('nothing negative flows, and a soc is a percentage', () => {
    const measured = added(of(['Power.Active.Import', -3], ['Current.Import', -0.1, 'L1'], ['SoC', 255]));
    expect(measured.power?.value).toBe(0);
    expect(measured.currents?.value).toEqual([0, 0, 0]);
    expect(measured.soc).toBeUndefined();
  });

  test('a counter that is not there for a while is no counter at 0', () => {
    const first = added(of(['Energy.Active.Import.Register', 5_000]));
    expect(added(of(['Energy.Active.Import.Register', 0]), first).energy?.value).toBe(5_000);
  });

  test('older values are left out, until the clock of the station was set', () => {
    const power = (value: number) => of(['Power.Active.Import', value]);
    const first = addSamples(NOTHING_MEASURED, power(1), NOW, NOW);
    expect(addSamples(first, power(2), NOW - 1, NOW + 10_000).power?.value).toBe(1);
    expect(addSamples(first, power(2), undefined, NOW + 10_000).power?.value).toBe(2);
    expect(addSamples(first, power(2), NOW - 3_600_000, NOW + 60_000).power?.value).toBe(2);
  });
});

describe('limits', () => {
  const current = fc.double({ min: 0, max: 80, noNaN: true });

  test('are never more than ordered', () => {
    fc.assert(
      fc.property(
        current,
        fc.boolean(),
        fc.constantFrom(1, 3, undefined),
        fc.constantFrom('A', 'W'),
        (A, on, p, unit) => {
          const order = { enabled: on, current: A, ...(p && { phases: p }) };
          const limit = toLimit(order, unit, 3, 230);
          const amperes = unit === 'A' ? limit : limit / 230 / (p ?? 3);
          expect(amperes).toBeLessThanOrEqual(on ? A + 1e-6 : 0);
          expect(amperes).toBeGreaterThan((on ? A : 0) - 0.11);
        },
      ),
    );
  });

  test('have one decimal, or are whole W', () => {
    expect(toLimit({ enabled: true, current: 6.1 + 0.2 }, 'A', 3, 230)).toBe(6.3);
    expect(toLimit({ enabled: true, current: 6.19 }, 'A', 3, 230)).toBe(6.1);
    expect(toLimit({ enabled: true, current: 6.1 }, 'W', 3, 230)).toBe(4_209);
    expect(toLimit({ enabled: true, current: 6.1, phases: 1 }, 'W', 3, 230)).toBe(1_403);
  });

  test('of one phase are never told without their number', () => {
    const facts = { maxStackLevel: 5 };
    const order = { enabled: true, current: 6, phases: 1 } as const;
    const manners = mannersFor({ facts, order, transaction: true, alone: true }, undefined);
    expect(manners.length).toBeGreaterThan(10);
    expect(manners.every(({ numbered }) => numbered)).toBe(true);
  });

  test('are first told as they were taken before', () => {
    const order = { enabled: true, current: 6 };
    const known = { purpose: 'station', unit: 'W', kind: 'Relative', stackLevel: 0, numbered: false } as const;
    const situation = { facts: {}, order, transaction: false, alone: true };
    expect(mannersFor(situation, known)[0]).toEqual(known);
    expect(mannersFor(situation, known).length).toBe(mannersFor(situation, undefined).length);
  });
});
