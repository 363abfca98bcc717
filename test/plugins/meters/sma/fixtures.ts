import type { BatteryMode } from '../../../../core/index.ts';
import type { InverterFixtures } from '../../../helpers/inverter.ts';

const CONTROL = [40_236, 40_793, 40_795, 40_797, 40_799, 40_801].flatMap((address) => [address, address + 1]);

/** What a device does with least and most power of charging and most of discharging */
function modeOf(kind: number, least: number, most: number, discharge: number): BatteryMode | undefined {
  if (kind === 2_289 && least > 0 && discharge === 0) return 'charge';
  if (kind !== 2_424 || least > 0) return undefined;
  if (most > 0 && discharge > 0) return 'normal';
  return most > 0 ? 'hold' : discharge > 0 ? 'holdcharge' : undefined;
}

/** A write of 32 bits */
const u32 = (address: number, value: number) => [16, address, value >>> 16, value & 0xffff];

const limits = (mode: number, least: number, most: number, discharge: number) => [
  u32(40_793, least),
  u32(40_795, most),
  u32(40_797, 0),
  u32(40_799, discharge),
  u32(40_801, 0),
  u32(40_236, mode),
];

export const FIXTURES: InverterFixtures = {
  device: { type: 'sma', unit: 3 },
  contract: {
    options: { usage: 'battery', model: 'hybrid', capacity: 10, maxChargePower: 5_000, maxDischargePower: 6_000 },
    hardware: { power: 0, soc: 50, energy: 1_000, returnEnergy: 500, batteryMode: 'normal' },
    show: ({ power, soc = 0, energy = 0, returnEnergy = 0 }, put) => {
      put(31_393, 'u32', Math.max(0, -power));
      put(31_395, 'u32', Math.max(0, power));
      put(31_397, 'u64', returnEnergy);
      put(31_401, 'u64', energy);
      put(30_845, 'u32', soc);
    },
    invalid: (put) => put(31_393, 'u32', 0xffffffff),
    writable: CONTROL,
    function: 16,
    mode: (word) => {
      const at = (address: number) => (word(address) ?? 0) * 65_536 + (word(address + 1) ?? 0);
      // As it leaves the works
      if (at(40_236) === 0) return 'normal';
      return modeOf(at(40_236), at(40_793), at(40_795), at(40_799));
    },
  },
  readings: [
    {
      title: 'the meter of a hybrid inverter',
      options: { usage: 'grid', model: 'hybrid' },
      raw: [
        [30_865, 'i32', 0],
        [30_867, 'i32', 1_180],
        [30_581, 'u32', 2_345_600],
        [30_583, 'u32', 5_432_100],
        [31_253, 'u32', 23_010],
        [31_255, 'u32', 23_120],
        [31_257, 'u32', 22_980],
        [31_259, 'u32', 393],
        [31_261, 'u32', 393],
        [31_263, 'u32', 394],
        [31_265, 'u32', 0],
        [31_267, 'u32', 0],
        [31_269, 'u32', 0],
        [31_435, 'i32', 1_710],
        [31_437, 'i32', 1_700],
        [31_439, 'i32', 1_710],
      ],
      reading: {
        power: -1_180,
        powers: [-393, -393, -394],
        currents: [-1.71, -1.7, -1.71],
        voltages: [230.1, 231.2, 229.8],
        energy: 2_345_600,
        returnEnergy: 5_432_100,
      },
    },
    {
      title: 'the strings of a hybrid inverter, of which one is not there',
      options: { usage: 'pv', model: 'hybrid' },
      raw: [
        [30_773, 'i32', 3_000],
        [30_961, 'i32', 1_500],
        [30_967, 'u32', 0x80000000],
        [30_513, 'u64', 12_345_678],
      ],
      reading: { power: 4_500, energy: 12_345_678 },
    },
    {
      title: 'an inverter at night',
      options: { usage: 'pv' },
      raw: [
        [30_775, 'u32', 0x80000000],
        [30_513, 'u64', 12_345_678],
        ...[30_783, 30_785, 30_787].map((address) => [address, 'u32', 0xffffffff] as const),
        ...[30_977, 30_979, 30_981].map((address) => [address, 'u32', 0x80000000] as const),
      ],
      reading: { power: 0, energy: 12_345_678 },
    },
    {
      title: 'a battery inverter',
      options: { usage: 'battery', model: 'storage' },
      raw: [
        [30_775, 'i32', -1_500],
        [30_845, 'u32', 63],
      ],
      reading: { power: -1_500, soc: 63 },
    },
    {
      title: 'a data manager, which counts what is fed in as positive',
      options: { usage: 'grid', model: 'data-manager' },
      raw: [[31_249, 'i32', 820]],
      reading: { power: -820 },
    },
  ],
  modes: {
    options: { model: 'storage', maxChargePower: 5_000, maxDischargePower: 6_000 },
    settings: Object.fromEntries(CONTROL.map((address) => [address, 0])),
    told: [
      ['hold', ...limits(2_424, 0, 5_000, 0)],
      ['charge', ...limits(2_289, 5_000, 5_000, 0)],
      ['holdcharge', ...limits(2_424, 0, 0, 6_000)],
      ['normal', ...limits(2_424, 0, 5_000, 6_000)],
    ],
    repeats: [['hold', 30_000]],
  },
};
