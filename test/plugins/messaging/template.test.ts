import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { time } from '../../../core/clock.ts';
import { FORMATS } from '../../../plugins/messaging/format.ts';
import { compile } from '../../../plugins/messaging/template.ts';
import type { Value, Values } from '../../../plugins/messaging/values.ts';

const invalid = (why: string): never => {
  throw new RangeError(why);
};
const NOON = new Date(2025, 5, 15, 12, 5, 9).getTime();
const VALUES: Values = new Map<string, Value>([
  ['mode', { value: 'pv', kind: 'text' }],
  ['vehicleTitle', { value: '', kind: 'text' }],
  ['chargePower', { value: 7_361.5, kind: 'number', unit: 'W' }],
  ['chargedEnergy', { value: 12_345.678, kind: 'number', unit: 'Wh' }],
  ['tariffGrid', { value: 0.2, kind: 'number', unit: 'EUR/kWh' }],
  ['vehicleSoc', { value: 54, kind: 'number', unit: '%' }],
  ['priority', { value: -3, kind: 'integer' }],
  ['charging', { value: true, kind: 'flag' }],
  ['chargeDuration', { value: 5_103_400, kind: 'duration', unit: 's' }],
  ['planOverrun', { value: 0, kind: 'duration', unit: 's' }],
  ['effectivePlanTime', { value: NOON, kind: 'time' }],
  ['chargeCurrents', { value: [16, 15.5, 0], kind: 'list', unit: 'A' }],
  ['battery', { value: [{ soc: 50 }], kind: 'list' }],
  ['stats', { value: { total: 1 }, kind: 'record' }],
  ['evil', { value: `{{mode}} \${mode} $& "<b>&`, kind: 'text' }],
]);
const fill = (text: string) => compile(text, time, invalid).fill(VALUES);

describe('placeholders', () => {
  test.for([
    ['no placeholder: {mode} $mode }} $ {', 'no placeholder: {mode} $mode }} $ {'],
    ['{{mode}}, {{ mode }}, {{.mode}}, {{MODE}}', 'pv, pv, pv, pv'],
    ['{{chargePower}}', '7361.5'],
    ['{{chargePower:k 1 unit}}', '7.4 kW'],
    ['{{chargedEnergy:unit}}', '12345.68 Wh'],
    ['{{chargedEnergy:k}} kWh', '12.35 kWh'],
    ['{{tariffGrid:2 unit}}', '0.20 EUR/kWh'],
    ['{{vehicleSoc:unit}}', '54 %'],
    ['{{priority:unit}}', '-3'],
    ['{{charging}}', 'yes'],
    ['{{chargeDuration}}', '1 h 25 min'],
    ['{{chargeDuration:seconds 0}}', '5103'],
    ['{{planOverrun}}', '0 s'],
    ['{{effectivePlanTime}}', 'Sun 12:05'],
    ['{{effectivePlanTime:time}} {{effectivePlanTime:date}}', '12:05 2025-06-15'],
    ['{{effectivePlanTime:iso}}', time.format(NOON)],
    ['{{chargeCurrents}}', '16, 15.5, 0'],
    ['{{battery}} {{stats}}', '{"soc":50} {"total":1}'],
    ['{{nothing}}', '?'],
    ['{{nothing|a car}}', 'a car'],
    ['{{vehicleTitle}}, {{vehicleTitle|a car: {x}}} or {{vehicleTitle|}}', '?, a car: {x} or '],
    ['{{vehicleTitle:json|it "is"}} {{mode:json}} {{vehicleSoc:json}} {{charging:json}}', '"it \\"is\\"" "pv" 54 true'],
    ['{{evil:url}}', encodeURIComponent(`{{mode}} \${mode} $& "<b>&`)],
  ])('%s is filled in', ([text = '', expected]) => {
    expect(fill(text)).toEqual({ text: expected, missing: [] });
  });

  test('are not looked for in values, which are not escaped either', () => {
    expect(fill(`{{evil}} \${evil}`).text).toBe(`{{mode}} \${mode} $& "<b>& {{mode}} \${mode} $& "<b>&`);
  });

  test.for([
    ['{{if .mode}}', '{{if .mode}} cannot be understood; placeholders are like'],
    ['{{}}', '{{}} cannot be understood'],
    ['{{mode + 1}}', 'cannot be understood'],
    ['{{constructor.constructor("x")()}}', 'cannot be understood'],
    ['{{mode:bold}}', '"bold" is no format; there are 0, k, unit'],
    ['{{mode:7}}', '"7" is no format'],
    ['{{mode:constructor}}', '"constructor" is no format'],
  ])('%s is refused', ([text = '', why = '']) => {
    expect(() => fill(text)).toThrow(why);
  });

  test('of anything and for anything are filled in or refused, and never hang', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('{{', '}}', `\${`, '}', ':', '|', '%.1fk', ...Object.keys(FORMATS), ...VALUES.keys()),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        try {
          expect(typeof fill(pieces.join('')).text).toBe('string');
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('placeholders in the form of evcc', () => {
  test.for([
    [`\${mode}`, 'pv'],
    [`\${MODE}`, 'pv'],
    [`\${mode:%s}|\${mode:%5s}|\${mode:%-5s}|\${mode:%.1s}`, 'pv|   pv|pv   |p'],
    [`\${chargePower}`, '7361.5'],
    [`\${chargePower:%.1fk}kW`, '7.4kW'],
    [`\${chargedEnergy:%.1fk}kWh`, '12.3kWh'],
    [`\${chargedEnergy:%08.1f} \${vehicleSoc:%+d} \${priority:%05d}`, '012345.7 +54 -0003'],
    [`\${tariffGrid:%.0fm}`, '200'],
    [`\${vehicleSoc:%.0f}%`, '54%'],
    [`\${vehicleSoc:%f} \${chargedEnergy:%.2e} \${chargedEnergy:%.3g}`, '54.000000 1.23e+4 12300'],
    [`\${charging} \${charging:%t}`, 'true true'],
    [`\${chargeDuration} \${planOverrun:%s}`, '1h25m3s 0s'],
    [`\${chargeDuration:%.0f}`, '5103'],
    [`\${effectivePlanTime}`, '2025-06-15 12:05:09'],
    [`\${chargeCurrents}`, '[16 15.5 0]'],
    [`\${mode:???}`, 'pv'],
    [`\${not closed, \${}, $mode`, `\${not closed, \${}, $mode`],
  ])('%s is filled in', ([text = '', expected]) => {
    expect(fill(text)).toEqual({ text: expected, missing: [] });
  });

  test('that are not known are named, so that nothing is sent', () => {
    expect(fill(`\${mode} \${nothing} \${chargePowr:%.1f}`)).toEqual({
      text: 'pv ? ?',
      missing: ['nothing', 'chargePowr'],
    });
  });
});
