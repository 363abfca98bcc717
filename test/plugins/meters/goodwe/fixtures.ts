import type { BatteryMode } from '../../../../core/index.ts';
import type { InverterFixtures } from '../../../helpers/inverter.ts';

const MODES: Readonly<Record<string, BatteryMode>> = {
  '0 0': 'normal',
  '1 0': 'normal',
  '2 0': 'hold',
  '2 5000': 'charge',
};

const pv = [
  [35_105, 'u32', 3_000],
  [35_107, 'u32', 0],
  [35_109, 'u32', 1_500],
  [35_111, 'u32', 0],
  [35_113, 'u32', 0xffffffff],
  [35_115, 'u32', 0],
  [35_117, 'u32', 0xffffffff],
  [35_191, 'u32', 123_456],
] as const;

export const FIXTURES: InverterFixtures = {
  device: { type: 'goodwe', unit: 247 },
  contract: {
    options: { usage: 'battery', capacity: 10, maxChargePower: 5_000 },
    hardware: { power: 0, soc: 50, energy: 1_000, returnEnergy: 500, batteryMode: 'normal' },
    show: ({ power, soc = 0, energy = 0, returnEnergy = 0 }, put) => {
      put(35_182, 'i32', power);
      put(35_206, 'u32', returnEnergy / 100);
      put(35_208, 'u16', 0);
      put(35_209, 'u32', energy / 100);
      put(37_007, 'u16', soc);
    },
    invalid: (put) => put(35_182, 'u32', 0x80000000),
    writable: [47_511, 47_512],
    mode: (word) => MODES[`${word(47_511)} ${word(47_512)}`],
  },
  readings: [
    {
      title: 'the meter, which counts what is fed in as positive',
      options: { usage: 'grid' },
      raw: [
        [36_015, 'f32', 5_432_100],
        [36_017, 'f32', 2_345_600],
        [36_019, 'i32', 393],
        [36_021, 'i32', 393],
        [36_023, 'i32', 394],
        [36_025, 'i32', 1_180],
        ...[2_301, 2_312, 2_298, 17, 17, 17].map((value, index) => [36_052 + index, 'u16', value] as const),
      ],
      reading: {
        power: -1_180,
        powers: [-393, -393, -394],
        currents: [-1.7, -1.7, -1.7],
        voltages: [230.1, 231.2, 229.8],
        energy: 2_345_600,
        returnEnergy: 5_432_100,
      },
    },
    {
      title: 'the meter of older firmware',
      options: { usage: 'grid', model: 'et-arm8' },
      raw: [
        ...[393, 393, 394, 1_180].map((value, index) => [36_005 + index, 'i16', value] as const),
        [36_015, 'f32', 5_432_100],
        [36_017, 'f32', 2_345_600],
      ],
      reading: { power: -1_180, powers: [-393, -393, -394], energy: 2_345_600, returnEnergy: 5_432_100 },
    },
    {
      title: 'the strings, of which two are not there',
      options: { usage: 'pv' },
      raw: pv,
      reading: { power: 4_500, energy: 12_345_600 },
    },
  ],
  modes: {
    options: { maxChargePower: 12_000 },
    settings: { 47511: 1, 47512: 0 },
    told: [
      ['hold', [6, 47_512, 0], [6, 47_511, 2]],
      // The most that the register takes
      ['charge', [6, 47_512, 10_000], [6, 47_511, 2]],
      ['normal', [6, 47_512, 0], [6, 47_511, 1]],
    ],
    refused: ['holdcharge'],
  },
};
