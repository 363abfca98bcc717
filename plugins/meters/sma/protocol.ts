import type { BatteryControl, Command } from '../../shared/modbus/battery.ts';
import type { BatteryLimits, InverterModel } from '../../shared/modbus/inverter.ts';
import { perPhase } from '../../shared/modbus/meter.ts';
import type { Register } from '../../shared/modbus/registers.ts';

/**
 * SMA inverters, battery inverters and data managers with their own Modbus profile (not SunSpec), unit 3: holding registers
 * (function 3), high word first. Source: SMA, Modbus parameters and measured values of the devices.
 */

export type SmaModel = 'inverter' | 'hybrid' | 'storage' | 'island' | 'data-manager';

const at = (address: number, type: Register['type'], scale = 1): Register => ({ address, type, scale });

/** At the meter of the grid, where the device has one */
const site = {
  power: [at(30_865, 'i32'), at(30_867, 'i32', -1)],
  energy: at(30_581, 'u32'),
  returnEnergy: at(30_583, 'u32'),
};

const sitePhases = [0, 1, 2].map((index) => [
  `powerL${index + 1}`,
  [at(31_265 + index * 2, 'u32'), at(31_259 + index * 2, 'u32', -1)],
]);

/** ms; a device forgets after 60 s */
const REPEAT = 30_000;

const MODE = at(40_236, 'u32');
const AUTOMATIC = 2_424;
const CHARGE = 2_289;

/** Limits of charging and discharging, at least and at most, in W */
function limited(mode: number, least: number, most: number, discharge: number): readonly Command[] {
  return [
    { to: at(40_793, 'u32'), value: least },
    { to: at(40_795, 'u32'), value: most },
    { to: at(40_797, 'u32'), value: 0 },
    { to: at(40_799, 'u32'), value: discharge },
    { to: at(40_801, 'i32'), value: 0 },
    { to: MODE, value: mode },
  ];
}

function byLimits({ maxChargePower: charge, maxDischargePower: discharge }: BatteryLimits): BatteryControl | undefined {
  if (charge === undefined || discharge === undefined) return undefined;
  return {
    modes: {
      normal: limited(AUTOMATIC, 0, charge, discharge),
      hold: limited(AUTOMATIC, 0, charge, 0),
      charge: limited(CHARGE, charge, charge, 0),
      holdcharge: limited(AUTOMATIC, 0, 0, discharge),
    },
    repeats: { hold: REPEAT, charge: REPEAT, holdcharge: REPEAT },
  };
}

/** A power that the battery shall have, which also keeps it from charging with solar power */
const setPoint = (power: number): readonly Command[] => [
  { to: at(40_149, 'i32'), value: power },
  { to: at(40_151, 'u32'), value: 802 },
];

function bySetPoint({ maxChargePower }: BatteryLimits): BatteryControl {
  return {
    modes: {
      normal: [{ to: at(40_151, 'u32'), value: 803 }],
      hold: setPoint(0),
      ...(maxChargePower !== undefined && { charge: setPoint(-maxChargePower) }),
    },
    repeats: { hold: REPEAT, charge: REPEAT },
    needs: 'it can only hold, and charge with the option maxChargePower',
  };
}

const ac = { power: at(30_775, 'i32') };
const stored = { ...ac, soc: at(30_845, 'u32') };

export const MODELS: Readonly<Record<SmaModel, InverterModel>> = {
  inverter: {
    usages: {
      pv: {
        ...ac,
        energy: at(30_513, 'u64'),
        ...perPhase('voltage', 2, at(30_783, 'u32', 0.01)),
        ...perPhase('current', 2, at(30_977, 'i32', 0.001)),
      },
      grid: site,
    },
    limits: { gap: 0 },
  },
  hybrid: {
    usages: {
      pv: { power: [at(30_773, 'i32'), at(30_961, 'i32'), at(30_967, 'i32')], energy: at(30_513, 'u64') },
      grid: {
        ...site,
        ...perPhase('voltage', 2, at(31_253, 'u32', 0.01)),
        ...Object.fromEntries(sitePhases),
        ...perPhase('current', 2, at(31_435, 'i32', 0.001)),
      },
      battery: {
        power: [at(31_395, 'u32'), at(31_393, 'u32', -1)],
        soc: at(30_845, 'u32'),
        energy: at(31_401, 'u64'),
        returnEnergy: at(31_397, 'u64'),
      },
    },
    limits: { gap: 0 },
    battery: byLimits,
  },
  storage: { usages: { battery: stored, grid: site }, limits: { gap: 0 }, battery: byLimits },
  island: { usages: { battery: stored, grid: site }, limits: { gap: 0 }, battery: bySetPoint },
  // It counts what is fed in as positive.
  'data-manager': { usages: { grid: { power: at(31_249, 'i32', -1) } } },
};
