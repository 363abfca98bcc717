import type { InverterFixtures } from '../../../helpers/inverter.ts';

const CONTROL = [44_000, 44_001, 44_002, 44_003];

export const FIXTURES: InverterFixtures = {
  device: { type: 'foxess', unit: 247 },
  contract: {
    options: { usage: 'battery', capacity: 10, maxChargePower: 5_000 },
    hardware: { power: 0, soc: 50, batteryMode: 'normal' },
    show: ({ power, soc = 0 }, put) => {
      put(31_036, 'i16', power);
      put(31_037, 'u16', 0);
      put(31_038, 'u16', soc);
    },
    invalid: (put) => put(31_036, 'u16', 0x8000),
    writable: CONTROL,
    mode: (word) => {
      if (word(44_000) === 0) return 'normal';
      return word(44_003) === 0 ? 'hold' : word(44_003) === 0xec78 && word(44_002) === 0xffff ? 'charge' : undefined;
    },
  },
  readings: [
    {
      title: 'the meter, which counts what is fed in as positive',
      options: { usage: 'grid' },
      raw: [...[393, 393, 394].map((value, index) => [31_026 + index, 'i16', value] as const), [32_012, 'u32', 23_456]],
      reading: { power: -1_180, powers: [-393, -393, -394], energy: 2_345_600 },
    },
    {
      title: 'the generation',
      options: { usage: 'pv' },
      raw: [
        [31_002, 'i16', 3_000],
        [31_003, 'u32', 0],
        [31_005, 'i16', 1_500],
      ],
      reading: { power: 4_500 },
    },
  ],
  modes: {
    options: { maxChargePower: 5_000 },
    settings: Object.fromEntries(CONTROL.map((address) => [address, 0])),
    told: [
      ['hold', [6, 44_001, 120], [16, 44_002, 0, 0], [6, 44_000, 1]],
      ['charge', [6, 44_001, 120], [16, 44_002, 0xffff, 0xec78], [6, 44_000, 1]],
      ['normal', [6, 44_000, 0]],
    ],
    refused: ['holdcharge'],
    repeats: [['hold', 60_000]],
  },
};
