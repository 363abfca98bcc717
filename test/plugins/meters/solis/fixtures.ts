import type { InverterFixtures } from '../../../helpers/inverter.ts';

export const FIXTURES: InverterFixtures = {
  device: { type: 'solis', table: 'input' },
  contract: {
    options: { usage: 'battery', capacity: 10 },
    hardware: { power: 0, soc: 50 },
    show: ({ power, soc = 0 }, put) => {
      for (let address = 33_135; address < 33_151; address += 1) put(address, 'u16', 0);
      put(33_135, 'u16', power < 0 ? 0 : 1);
      put(33_139, 'u16', soc);
      put(33_149, 'i32', Math.abs(power));
    },
    invalid: (put) => put(33_149, 'u32', 0x80000000),
  },
  readings: [
    {
      title: 'the meter of a hybrid inverter, which counts what is fed in as positive',
      options: { usage: 'grid' },
      raw: [
        ...Array.from({ length: 35 }, (_, index) => [33_252 + index, 'u16', 0] as const),
        ...[171, 170, 171].map((value, index) => [33_252 + index * 2, 'u16', value] as const),
        ...[393, 393, 394].map((value, index) => [33_257 + index * 2, 'i32', value] as const),
        [33_263, 'i32', 1_180],
        [33_283, 'u32', 234_560],
        [33_285, 'u32', 543_210],
      ],
      reading: {
        power: -1_180,
        powers: [-393, -393, -394],
        currents: [-1.71, -1.7, -1.71],
        energy: 2_345_600,
        returnEnergy: 5_432_100,
      },
    },
    {
      title: 'the generation of a hybrid inverter',
      options: { usage: 'pv' },
      raw: [
        [33_057, 'u32', 4_500],
        [33_029, 'u32', 12_345],
      ],
      reading: { power: 4_500, energy: 12_345_000 },
    },
    {
      title: 'an older battery, which says itself that it is charged',
      options: { usage: 'battery' },
      raw: [
        ...Array.from({ length: 16 }, (_, index) => [33_135 + index, 'u16', 0] as const),
        [33_139, 'u16', 63],
        [33_149, 'i32', -1_500],
      ],
      reading: { power: -1_500, soc: 63 },
    },
    {
      title: 'the generation of a string inverter',
      options: { usage: 'pv', model: 'string' },
      raw: [
        [3_004, 'u32', 4_500],
        [3_006, 'u32', 0],
        [3_008, 'u32', 12_345],
      ],
      reading: { power: 4_500, energy: 12_345_000 },
    },
    {
      title: 'the meter of a string inverter',
      options: { usage: 'grid', model: 'string' },
      raw: [[3_262, 'i32', 1_180]],
      reading: { power: -1_180 },
    },
  ],
};
