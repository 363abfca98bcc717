import type { InverterFixtures } from '../../../helpers/inverter.ts';

export const FIXTURES: InverterFixtures = {
  device: { type: 'sofar' },
  contract: {
    options: { usage: 'grid' },
    hardware: { power: 0, powers: [0, 0, 0], energy: 1_000 },
    show: ({ power, powers = [], energy = 0 }, put) => {
      put(0x0488, 'i16', power / -10);
      for (const [index, value] of powers.entries()) put(0x0493 + index * 0x0b, 'i16', value / -10);
      put(0x068e, 'u32', energy / 100);
    },
    invalid: (put) => put(0x0488, 'u16', 0x8000),
  },
  readings: [
    {
      title: 'the meter, which counts what is fed in as positive',
      options: { usage: 'grid' },
      raw: [
        [0x0488, 'i16', 118],
        [0x0493, 'i16', 39],
        [0x049e, 'i16', 39],
        [0x04a9, 'i16', 40],
        [0x068e, 'u32', 23_456],
      ],
      reading: { power: -1_180, powers: [-390, -390, -400], energy: 2_345_600 },
    },
  ],
};
