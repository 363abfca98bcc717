import type { InverterFixtures } from '../../../helpers/inverter.ts';

const CONTROL = [1_092, 1_100, 1_101, 1_102];

export const FIXTURES: InverterFixtures = {
  device: { type: 'growatt', table: 'input' },
  contract: {
    options: { usage: 'battery', capacity: 10 },
    hardware: { power: 0, soc: 50, energy: 1_000, returnEnergy: 500, batteryMode: 'normal' },
    show: ({ power, soc = 0, energy = 0, returnEnergy = 0 }, put) => {
      put(1_009, 'u32', Math.max(0, power) * 10);
      put(1_011, 'u32', Math.max(0, -power) * 10);
      put(1_013, 'u16', 0);
      put(1_014, 'u16', soc);
      put(1_054, 'u32', energy / 100);
      put(1_056, 'u32', 0);
      put(1_058, 'u32', returnEnergy / 100);
    },
    invalid: (put) => put(1_009, 'u32', 0xffffffff),
    writable: CONTROL,
    function: 16,
    mode: (word) => (word(1_102) === 0 ? 'normal' : word(1_092) === 1 ? 'charge' : 'hold'),
  },
  readings: [
    {
      title: 'the meter of an SPH',
      options: { usage: 'grid' },
      raw: [
        [1_021, 'u32', 0],
        ...[1_023, 1_024, 1_025, 1_026, 1_027, 1_028].map((address) => [address, 'u16', 0] as const),
        [1_029, 'u32', 11_800],
        [1_046, 'u32', 23_456],
        [1_048, 'u32', 0],
        [1_050, 'u32', 54_321],
      ],
      reading: { power: -1_180, energy: 2_345_600, returnEnergy: 5_432_100 },
    },
    {
      title: 'the generation of an SPH',
      options: { usage: 'pv' },
      raw: [
        [1, 'u32', 45_000],
        [91, 'u32', 123_456],
      ],
      reading: { power: 4_500, energy: 12_345_600 },
    },
    {
      title: 'the battery of a TL-XH',
      options: { usage: 'battery', model: 'tl-xh' },
      raw: [
        [3_127, 'u32', 10],
        [3_129, 'u32', 0],
        [3_131, 'u32', 20],
        [3_171, 'u16', 63],
        ...[3_172, 3_173, 3_174, 3_175, 3_176, 3_177].map((address) => [address, 'u16', 0] as const),
        [3_178, 'u32', 0],
        [3_180, 'u32', 15_000],
      ],
      reading: { power: -1_500, soc: 63, energy: 1_000, returnEnergy: 2_000 },
    },
    {
      title: 'the meter of a TL-XH',
      options: { usage: 'grid', model: 'tl-xh' },
      raw: [
        [3_041, 'u32', 11_800],
        [3_043, 'u32', 0],
        [3_069, 'u32', 23_456],
        [3_071, 'u32', 0],
        [3_073, 'u32', 54_321],
      ],
      reading: { power: 1_180, energy: 2_345_600, returnEnergy: 5_432_100 },
    },
    {
      title: 'the generation of a TL-XH',
      options: { usage: 'pv', model: 'tl-xh' },
      raw: [
        [3_001, 'u32', 45_000],
        [3_053, 'u32', 123_456],
      ],
      reading: { power: 4_500, energy: 12_345_600 },
    },
  ],
  modes: {
    options: { model: 'tl-xh' },
    settings: { 3038: 0, 3039: 0, 3049: 0 },
    // Its memory wears out: what stands there already is not written.
    told: [
      ['hold', [16, 3_038, 0xa000, 0x173b]],
      ['charge', [16, 3_049, 1]],
      ['normal', [16, 3_038, 0x2000, 0x173b], [16, 3_049, 0]],
    ],
    refused: ['holdcharge'],
  },
};
