import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { guard } from '../../../core/cycle/guard.ts';
import { fixedPhases, type LoadpointInputs, loadpointState } from '../../../core/cycle/loadpoint-state.ts';
import { type LoadpointMemory, NEW_MEMORY } from '../../../core/cycle/memory.ts';
import { UNKNOWN_SOC } from '../../../core/cycle/soc.ts';
import type { ChargerReading, LoadpointState, VehicleState } from '../../../core/index.ts';
import { inputsOf, LOADPOINT_SETTINGS, NOW, sampled } from './builders.ts';

const state = (inputs: Partial<LoadpointInputs> = {}): LoadpointState => loadpointState(inputsOf(inputs), 230);
const CHARGING: LoadpointMemory = { ...NEW_MEMORY, status: 'C', enabled: true, offeredCurrent: 10, phasesEnabled: 3 };
const CAR: VehicleState = { name: 'car', title: 'Car', icon: '', features: [] };
const charging = (reading: Partial<ChargerReading>): Partial<LoadpointInputs> => ({
  memory: CHARGING,
  charger: sampled({ status: 'C', enabled: true, ...reading }),
});

describe('the limits of the current', () => {
  test.for([
    { title: 'nothing says anything', inputs: {}, min: 6, max: 16 },
    { title: 'the charger may go lower', inputs: { traits: { minCurrent: 1 }, setMin: 2 }, min: 2, max: 16 },
    { title: 'the charger needs more', inputs: { traits: { minCurrent: 8 } }, min: 8, max: 16 },
    { title: 'the car needs more', inputs: { vehicle: { ...CAR, minCurrent: 10 } }, min: 10, max: 16 },
    { title: 'the car takes less', inputs: { vehicle: { ...CAR, maxCurrent: 9.5 } }, min: 6, max: 9.5 },
    { title: 'the charger gives less', inputs: { traits: { maxCurrent: 13 } }, min: 6, max: 13 },
    {
      title: 'the minimum is between two steps',
      inputs: { setMin: 6.05, traits: { currentStep: 0.1 } },
      min: 6.1,
      max: 16,
    },
    { title: 'the step is an ampere', inputs: { setMin: 6.1 }, min: 7, max: 16 },
  ] as { title: string; inputs: Partial<LoadpointInputs> & { setMin?: number }; min: number; max: number }[])(
    '$title',
    ({ inputs: { setMin = 6, ...inputs }, min, max }) => {
      const settings = { ...LOADPOINT_SETTINGS, minCurrent: setMin };
      expect(state({ settings, ...inputs })).toMatchObject({ minCurrent: min, maxCurrent: max });
    },
  );

  test('the minimum can be ordered as it is, whatever the step, unless it is above the maximum', () => {
    const current = fc.integer({ min: 10, max: 320 }).map((tenths) => tenths / 10);
    fc.assert(
      fc.property(current, current, fc.constantFrom(1, 0.1, 0.01, 0.25, 0.06, 0.5, 2), (low, high, currentStep) => {
        const settings = { ...LOADPOINT_SETTINGS, minCurrent: low, maxCurrent: high };
        const { minCurrent, maxCurrent, ...rest } = state({ settings, traits: { currentStep, minCurrent: 1 } });
        expect(minCurrent).toBeGreaterThanOrEqual(low - 1e-9);
        expect(minCurrent).toBeLessThan(low + currentStep + 1e-9);
        const wanted = { current: minCurrent, reasons: [] };
        const { order } = guard(wanted, { ...rest, minCurrent, maxCurrent }, NEW_MEMORY, NOW);
        expect(order?.current).toBe(minCurrent <= maxCurrent ? minCurrent : 0);
      }),
    );
  });
});

describe('what flows', () => {
  test.for([
    { title: 'measured', reading: { power: 6_500 }, power: 6_500, effective: 10 },
    { title: 'not measured: what is offered on all phases', reading: {}, power: 6_900, effective: 10 },
    { title: 'measured below 0', reading: { power: -20 }, power: 0, effective: 10 },
    { title: 'currents below the offer', reading: { power: 3_450, currents: [5, 5, 5] }, power: 3_450, effective: 7 },
    { title: 'currents near the offer', reading: { power: 6_210, currents: [9, 9, 9] }, power: 6_210, effective: 10 },
    { title: 'one phase', reading: { power: 2_000, currents: [3, 0, 0] }, power: 2_000, effective: 5 },
  ] as { title: string; reading: Partial<ChargerReading>; power: number; effective: number }[])(
    '$title',
    ({ reading, power, effective }) => {
      expect(state(charging(reading))).toMatchObject({ chargePower: power, effectiveCurrent: effective });
    },
  );

  test('a charger that is off, or a car that does not charge, builds on nothing', () => {
    const memory: LoadpointMemory = { ...CHARGING, status: 'B' };
    expect(state({ memory }).effectiveCurrent).toBe(0);
    expect(state({ memory, charger: sampled() }).chargePower).toBe(0);
    const off = { ...charging({ power: 6_900 }), memory: { ...CHARGING, enabled: false } };
    expect(state(off)).toMatchObject({ effectiveCurrent: 0, offeredCurrent: 0, chargePower: 6_900 });
  });

  test('a meter of its own goes before the charger, until it is stale', () => {
    const inputs = charging({ power: 1, currents: [1, 1, 1] });
    const value = { power: 5_000, currents: [8, 7, 7] as const };
    expect(state({ ...inputs, meter: { value, at: NOW, stale: false } })).toMatchObject({
      chargePower: 5_000,
      chargeCurrents: [8, 7, 7],
    });
    expect(state({ ...inputs, meter: { value, at: NOW, stale: true } })).toMatchObject({ chargePower: 1 });
  });

  test('a stale charger is taken to charge on as it was told', () => {
    const { charger, ...inputs } = charging({ power: 1 });
    const stale = charger && { ...charger, stale: true };
    expect(state({ ...inputs, charger: stale })).toMatchObject({ chargePower: 6_900, charging: true });
  });
});

describe('phases', () => {
  test.for([
    { title: 'nothing known', inputs: {}, active: 3, most: 3 },
    { title: 'one is on', inputs: { enabled: 1 }, active: 1, most: 1 },
    { title: 'one is on, all could be', inputs: { enabled: 1, canSwitch: true }, active: 1, most: 3 },
    { title: 'two were measured on three', inputs: { enabled: 3, measured: 2, canSwitch: true }, active: 2, most: 2 },
    { title: 'one was measured on one', inputs: { enabled: 1, measured: 1, canSwitch: true }, active: 1, most: 3 },
    { title: 'one was measured on three', inputs: { enabled: 3, measured: 1, canSwitch: true }, active: 1, most: 1 },
    { title: 'the car has two', inputs: { enabled: 3, car: 2, canSwitch: true }, active: 2, most: 2 },
    { title: 'the car has two, one is on', inputs: { enabled: 1, car: 2, canSwitch: true }, active: 1, most: 2 },
    { title: 'one is wired', inputs: { enabled: 3, wired: 1, canSwitch: true }, active: 1, most: 1 },
    { title: 'one is set', inputs: { enabled: 3, canSwitch: true, set: 1 }, active: 3, most: 1 },
    { title: 'three are set', inputs: { enabled: 1, canSwitch: true, set: 3 }, active: 1, most: 3 },
    { title: 'one is set, but cannot be switched', inputs: { enabled: 3, set: 1 }, active: 3, most: 3 },
  ] as {
    title: string;
    inputs: { enabled?: 1 | 3; measured?: 1 | 2 | 3; car?: 1 | 2 | 3; wired?: 1 | 3; set?: 1 | 3; canSwitch?: boolean };
    active: number;
    most: number;
  }[])('$title: $active of $most', ({ inputs, active, most }) => {
    const { enabled = 0, measured, car, wired, set = 0, canSwitch = false } = inputs;
    const result = state({
      memory: { ...NEW_MEMORY, phasesEnabled: enabled, phasesMeasured: measured },
      vehicle: car && { ...CAR, phases: car },
      traits: wired ? { phases: wired } : {},
      settings: { ...LOADPOINT_SETTINGS, phases: set },
      canSwitchPhases: canSwitch,
    });
    expect(result).toMatchObject({ phasesActive: active, phasesMax: most });
  });

  test('of a charger that cannot switch are those that are set, else those that are wired, else three', () => {
    expect(fixedPhases({ phases: 1 }, { phases: 3 })).toBe(1);
    expect(fixedPhases({ phases: 0 }, { phases: 1 })).toBe(1);
    expect(fixedPhases({ phases: 0 }, {})).toBe(3);
  });
});

describe('a car with features of its own', () => {
  test('takes whole amperes, whatever the charger can offer', () => {
    const coarse: VehicleState = { ...CAR, features: ['coarseCurrent'] };
    const settings = { ...LOADPOINT_SETTINGS, minCurrent: 6.2, maxCurrent: 15.7 };
    const { minCurrent, currentStep } = state({ settings, vehicle: coarse, traits: { currentStep: 0.1 } });
    expect([minCurrent, currentStep]).toEqual([7, 1]);
    expect(state({ settings, vehicle: CAR, traits: { currentStep: 0.1 } })).toMatchObject({
      minCurrent: 6.2,
      currentStep: 0.1,
    });
    const loadpoint = state({ settings, vehicle: coarse, traits: { currentStep: 0.1 } });
    expect(guard({ current: 12.9, reasons: [] }, loadpoint, NEW_MEMORY, NOW).order?.current).toBe(12);
    expect(guard({ current: 80, reasons: [] }, loadpoint, NEW_MEMORY, NOW).order?.current).toBe(15);
  });

  test('may have a priority of its own', () => {
    const settings = { ...LOADPOINT_SETTINGS, priority: 2 };
    expect(state({ settings, vehicle: { ...CAR, priority: 7 } }).priority).toBe(7);
    expect(state({ settings, vehicle: CAR }).priority).toBe(2);
  });
});

describe('the soc', () => {
  test('is the one that is followed, with the energy that it takes', () => {
    const memory = { ...NEW_MEMORY, soc: { ...UNKNOWN_SOC, soc: 55.5, energyPerPercent: 600 } };
    expect(state({ memory, vehicle: { ...CAR, capacity: 50_000 } })).toMatchObject({
      soc: 55.5,
      chargeCapacity: 60_000,
    });
    expect(state({ vehicle: { ...CAR, capacity: 51_000 } })).toMatchObject({ soc: undefined, chargeCapacity: 60_000 });
    expect(state({ memory, vehicle: CAR }).chargeCapacity).toBeUndefined();
    expect(state({ memory }).chargeCapacity).toBeUndefined();
  });
});
