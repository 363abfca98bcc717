import type { BatteryControl, Command } from '../../shared/modbus/battery.ts';
import type { BatteryLimits } from '../../shared/modbus/inverter.ts';
import type { MeterTable } from '../../shared/modbus/meter.ts';
import type { Register } from '../../shared/modbus/registers.ts';

/**
 * SolarEdge inverters: inverter and meters are SunSpec models, batteries and their control holding registers (function 3) with the
 * low word first. Meters count what is fed in as positive, batteries what is charged. Source: SolarEdge, SunSpec Logging in
 * SolarEdge Inverters; StorEdge Charge/Discharge Policies; Power Control Open Protocol.
 */

/** What a float says that is not there */
const NOT_THERE = [-3.402823e38];

const float = (address: number, scale = 1): Register => ({
  address,
  type: 'f32',
  order: 'little',
  scale,
  nan: NOT_THERE,
});
const u16 = (address: number): Register & { readonly multiple: true } => ({ address, type: 'u16', multiple: true });

/** Of the first or second battery */
const first = (battery: 1 | 2): number => (battery === 1 ? 0xe100 : 0xe200);

/** W of a battery, + discharge */
export function batteryPower(battery: 1 | 2): Register {
  return float(first(battery) + 0x74, -1);
}

export function batteryTable(battery: 1 | 2): MeterTable {
  const base = first(battery);
  return {
    power: batteryPower(battery),
    energy: { address: base + 0x76, type: 'u64', order: 'little' },
    returnEnergy: { address: base + 0x7a, type: 'u64', order: 'little' },
    soc: float(base + 0x84),
  };
}

/** s after which the battery goes on by itself, and ms after which it is told again */
const LAPSE = 120;
const REPEAT = 60_000;

const REMOTE = 4;
const SELF_CONSUMPTION = 7;
const CHARGE = 3;

/** What the inverter keeps: that it is controlled from outside, and what it does when it hears nothing */
const prepared: readonly Command[] = [
  { to: u16(0xe004), value: REMOTE, differing: true },
  { to: u16(0xe00a), value: SELF_CONSUMPTION, differing: true },
  { to: { address: 0xe00b, type: 'u32', order: 'little' }, value: LAPSE, differing: true },
];

const told = (mode: number, discharge: number | Register): readonly Command[] => [
  { to: float(0xe010), value: discharge },
  { to: u16(0xe00d), value: mode },
];

export function batteryControl({ maxChargePower, maxDischargePower }: BatteryLimits): BatteryControl {
  const most = maxDischargePower ?? float(0xe146);
  return {
    modes: {
      normal: told(SELF_CONSUMPTION, most),
      hold: [...prepared, ...told(SELF_CONSUMPTION, 0)],
      charge: [...prepared, { to: float(0xe00e), value: maxChargePower ?? float(0xe144) }, ...told(CHARGE, 0)],
    },
    repeats: { hold: REPEAT, charge: REPEAT },
  };
}

/** Limits what it generates to a share of its nominal power. */
export function curtail(percent: number): readonly Command[] {
  return [
    { to: u16(0xf001), value: Math.round(percent) },
    { to: u16(0xf100), value: 1 },
  ];
}
