import assert from 'node:assert/strict';
import { deviceContext } from 'evcc/testing';
import { describe, test } from 'vitest';
import { toMilliamps, toRates, toReading } from '../src/protocol.ts';

const context = deviceContext();

/** Recorded: ACME Wallbox 22, firmware 2.4.1, a car charging on three phases */
const CHARGING = {
  car: 'charging',
  on: true,
  limitMilliamps: 16_000,
  relay: 3,
  watts: 10_915,
  milliamps: [15_900, 15_800, 15_700],
  volts: [231, 230, 229],
  meterKwh: 12_345.678,
  tag: '04:ab:12',
};

describe('a status', () => {
  test('is converted to W, A, V and Wh', () => {
    assert.deepEqual(toReading(CHARGING, context), {
      status: 'C',
      enabled: true,
      power: 10_915,
      currents: [15.9, 15.8, 15.7],
      voltages: [231, 230, 229],
      energy: 12_345_678,
      maxCurrent: 16,
      phases: 3,
      identifier: '04:ab:12',
    });
  });

  test('of a model without meter leaves out what it does not know', () => {
    const { car, on } = CHARGING;
    assert.deepEqual(toReading({ car, on, watts: null, tag: null }, context), { status: 'C', enabled: true });
  });

  test.each([
    [null, 'status is no object'],
    ['on', 'status is no object'],
    [{ ...CHARGING, car: undefined }, 'status: car should be there, not missing'],
    [{ ...CHARGING, car: 'parked' }, 'status: car should be one of none, connected, charging, fault, not "parked"'],
    [{ ...CHARGING, on: 1 }, 'status: on should be true or false, not 1'],
    [{ ...CHARGING, watts: '10915' }, 'status: watts should be a number, not "10915"'],
    [{ ...CHARGING, watts: -1 }, 'status: watts should be a number, not -1'],
    [{ ...CHARGING, milliamps: [0, 0] }, 'status: milliamps should be 3 numbers, not [0,0]'],
    [{ ...CHARGING, meterKwh: Number.NaN }, 'status: meterKwh should be a number, not null'],
  ])('of another shape is refused by name: %j', (body, message) => {
    assert.throws(() => toReading(body, context), { code: 'EVCC_DEVICE_PROTOCOL', message });
  });
});

test('currents are sent in mA, without the noise of the division', () => {
  assert.deepEqual([6, 6.1, 9.3, 15.95, 32].map(toMilliamps), [6_000, 6_100, 9_300, 16_000, 32_000]);
});

describe('a price list', () => {
  const slot = (start: string, cents: number, minutes = 60) => ({ start, minutes, cents });
  const plain = { charges: 0, tax: 0 };
  const noon = Date.parse('2025-06-15T12:00:00Z');

  test('is sorted, and charges and tax are added', () => {
    const slots = [slot('2025-06-15T15:00:00+02:00', -5, 15), slot('2025-06-15T12:00:00Z', 30)];
    assert.deepEqual(toRates({ slots }, { charges: 0.1, tax: 0.5 }, context), [
      { start: noon, end: noon + 3_600_000, price: (0.3 + 0.1) * 1.5 },
      { start: noon + 3_600_000, end: noon + 4_500_000, price: (-0.05 + 0.1) * 1.5 },
    ]);
  });

  test.each([
    [{}, 'price list: slots should be a list, not missing'],
    [{ slots: [7] }, 'price list: slots[0] is no object'],
    [{ slots: [slot('noon', 30)] }, 'price list: slots[0]: start should be a time, not "noon"'],
    [{ slots: [slot('2025-06-15T12:00:00Z', 30, 0)] }, 'price list: slots[0]: minutes should be a number, not 0'],
    [
      { slots: [slot('2025-06-15T12:00:00Z', 30), slot('2025-06-15T12:30:00Z', 31)] },
      'the price list has two prices for 2025-06-15T12:30:00Z',
    ],
  ])('of another shape is refused by name: %j', (body, message) => {
    assert.throws(() => toRates(body, plain, context), { code: 'EVCC_DEVICE_PROTOCOL', message });
  });
});
