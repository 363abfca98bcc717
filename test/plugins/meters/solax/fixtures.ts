import type { InverterFixtures } from '../../../helpers/inverter.ts';

export const FIXTURES: InverterFixtures = {
  device: { type: 'solax', table: 'input' },
  contract: {
    options: { usage: 'battery', capacity: 10 },
    hardware: { power: 0, soc: 50, batteryMode: 'normal' },
    show: ({ power, soc = 0 }, put) => {
      for (let address = 0x16; address < 0x1d; address += 1) put(address, 'u16', 0);
      put(0x16, 'i16', -power);
      put(0x1c, 'u16', soc);
    },
    invalid: (put) => put(0x16, 'u16', 0x8000),
    writable: [0x1f, 0x20],
    function: 6,
    mode: (word) => (word(0x1f) === 0 ? 'normal' : word(0x20) === 1 ? 'charge' : 'hold'),
  },
  readings: [
    {
      title: 'the meter of an X3, which counts what is fed in as positive',
      options: { usage: 'grid' },
      raw: [
        [0x46, 'i32le', 1_180],
        [0x48, 'u32le', 543_210],
        [0x4a, 'u32le', 234_560],
        [0x82, 'i32le', 393],
        [0x84, 'i32le', 393],
        [0x86, 'i32le', 394],
      ],
      reading: { power: -1_180, powers: [-393, -393, -394], energy: 2_345_600, returnEnergy: 5_432_100 },
    },
    {
      title: 'the meter of an X1',
      options: { usage: 'grid', model: 'x1' },
      raw: [
        [0x46, 'i32le', -820],
        [0x48, 'u32le', 1],
        [0x4a, 'u32le', 2],
      ],
      reading: { power: 820, energy: 20, returnEnergy: 10 },
    },
    {
      title: 'the generation',
      options: { usage: 'pv' },
      raw: [
        [0x0a, 'u16', 3_000],
        [0x0b, 'u16', 1_500],
        [0x52, 'u32le', 123_456],
      ],
      reading: { power: 4_500, energy: 12_345_600 },
    },
  ],
  modes: {
    settings: { 31: 0, 32: 0 },
    told: [
      ['hold', [6, 0x20, 0], [6, 0x1f, 3]],
      ['charge', [6, 0x20, 1], [6, 0x1f, 3]],
      ['normal', [6, 0x1f, 0]],
    ],
    refused: ['holdcharge'],
  },
};
