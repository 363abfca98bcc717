import type { InverterFixtures } from '../../../helpers/inverter.ts';

const CONTROL = [2_704, 2_716, 2_717];

export const FIXTURES: InverterFixtures = {
  device: { type: 'victron', unit: 100 },
  contract: {
    options: { usage: 'battery', capacity: 10, maxChargePower: 5_000, maxDischargePower: 6_000 },
    hardware: { power: 0, soc: 50, batteryMode: 'normal' },
    show: ({ power, soc = 0 }, put) => {
      put(842, 'i16', -power);
      put(843, 'u16', soc);
    },
    invalid: (put) => put(842, 'u16', 0x8000),
    writable: CONTROL,
    mode: (word, last) => {
      if (!last || word(2_717) === 5_000) return last ? 'charge' : 'normal';
      return word(2_704) === 0 ? 'hold' : 'normal';
    },
  },
  readings: [
    {
      title: 'the grid of a house with one phase',
      options: { usage: 'grid' },
      raw: [
        [820, 'i16', -1_180],
        [821, 'i16', 0],
        [822, 'i16', 0],
      ],
      reading: { power: -1_180, powers: [-1_180, 0, 0] },
    },
    {
      title: 'generation at the output, at the input and at the battery',
      options: { usage: 'pv' },
      raw: [...[100, 0, 0, 20, 0, 0].map((value, index) => [808 + index, 'u16', value] as const), [850, 'u16', 3]],
      reading: { power: 123 },
    },
  ],
  modes: {
    options: { maxChargePower: 5_000, maxDischargePower: 6_000 },
    settings: Object.fromEntries(CONTROL.map((address) => [address, 0])),
    told: [
      ['hold', [16, 2_716, 0, 0], [6, 2_704, 0]],
      ['charge', [6, 2_704, 600], [16, 2_716, 0, 5_000]],
      ['normal', [16, 2_716, 0, 0], [6, 2_704, 600]],
    ],
    refused: ['holdcharge'],
  },
};
