import { describe, expect, test } from 'vitest';
import { checkReading, type ReadableKind } from '../../../core/runtime/readings.ts';

const charger = { status: 'B', enabled: false };

describe('readings that are used', () => {
  test.each([
    ['charger', charger],
    [
      'charger',
      {
        ...charger,
        power: 6_900,
        currents: [10, 10, 10],
        voltages: [230, 230, 230],
        energy: 1,
        maxCurrent: 10,
        phases: 3,
        identifier: '',
        soc: 50,
      },
    ],
    ['charger', { ...charger, power: undefined, currents: undefined }],
    ['meter', { power: -5 }],
    ['meter', { power: 0, powers: [1, 2, 3], currents: [1, 2, 3], energy: 5, returnEnergy: 6, soc: 100 }],
    ['vehicle', {}],
    ['vehicle', { soc: 50, range: 300, odometer: 12_345.6, limitSoc: 80, climater: true }],
    ['tariff', []],
    [
      'tariff',
      [
        { start: 0, end: 1, price: -0.1 },
        { start: 1, end: 2, price: 0 },
        { start: 5, end: 6, price: 1 },
      ],
    ],
  ] as const)('%s %j', (kind, reading) => {
    expect(() => checkReading(kind, reading)).not.toThrow();
  });
});

describe('readings that are refused, with the field', () => {
  test.each([
    ['meter', undefined, 'the reading is undefined, not an object'],
    ['vehicle', null, 'the reading is null, not an object'],
    ['charger', 5, 'the reading is number, not an object'],
    ['charger', {}, 'status of the reading is missing; it must be A, B, C, D, E or F'],
    ['charger', { ...charger, status: 'G' }, 'status of the reading is "G"; it must be A, B, C, D, E or F'],
    ['charger', { status: 'A', enabled: 1 }, 'enabled of the reading is 1; it must be true or false'],
    ['charger', { ...charger, power: Number.NaN }, 'power of the reading is NaN; it must be a number'],
    ['charger', { ...charger, energy: '5' }, 'energy of the reading is "5"; it must be a number'],
    ['charger', { ...charger, currents: [1, 2] }, 'currents of the reading is [1,2]; it must be three numbers'],
    [
      'charger',
      { ...charger, voltages: [1, 2, null] },
      'voltages of the reading is [1,2,null]; it must be three numbers',
    ],
    ['charger', { ...charger, phases: 2 }, 'phases of the reading is 2; it must be 1 or 3'],
    ['charger', { ...charger, identifier: 7 }, 'identifier of the reading is 7; it must be a text'],
    ['charger', { ...charger, soc: null }, 'soc of the reading is null; it must be a number'],
    ['meter', {}, 'power of the reading is missing; it must be a number'],
    ['meter', { power: Number.POSITIVE_INFINITY }, 'power of the reading is Infinity; it must be a number'],
    ['meter', { power: 1, powers: 3 }, 'powers of the reading is 3; it must be three numbers'],
    ['vehicle', { soc: 'full' }, 'soc of the reading is "full"; it must be a number'],
    ['vehicle', { soc: 255 }, 'soc of the reading is 255; it must be from 0 to 100'],
    ['vehicle', { limitSoc: -1 }, 'limitSoc of the reading is -1; it must be from 0 to 100'],
    ['vehicle', { status: 'plugged' }, 'status of the reading is "plugged"; it must be A, B or C'],
    ['vehicle', { climater: 'on' }, 'climater of the reading is "on"; it must be true or false'],
    ['tariff', {}, 'the rates are not a list'],
    ['tariff', [{ start: 0, end: 1, price: '1' }], 'rates[0].price of the reading is "1"; it must be a number'],
    ['tariff', [{ start: 1, end: 1, price: 1 }], 'rates[0].end of the reading is 1; it must be a time after its start'],
    [
      'tariff',
      [
        { start: 0, end: 2, price: 1 },
        { start: 1, end: 3, price: 1 },
      ],
      'rates[1].start of the reading is 1; it must be not before the end of the rate before',
    ],
  ] as readonly [ReadableKind, unknown, string][])('%s %j', (kind, reading, message) => {
    expect(() => checkReading(kind, reading)).toThrow(
      expect.objectContaining({ code: 'EVCC_DEVICE_PROTOCOL', message }),
    );
  });
});
