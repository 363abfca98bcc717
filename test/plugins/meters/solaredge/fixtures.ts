import type { InverterFixtures } from '../../../helpers/inverter.ts';
import { wordsOf } from '../../../helpers/register-device.ts';
import type { ModelWords } from '../sunspec/fixtures.ts';

const CONTROL = [0xe004, 0xe00a, 0xe00b, 0xe00c, 0xe00d, 0xe00e, 0xe00f, 0xe010, 0xe011];

/** A meter that says 1,180 W from the grid, the other way round than most */
export const METER: ModelWords = {
  model: 203,
  length: 105,
  words: {
    2: [0xfe00, 0xff55, 0xff56, 0xff55, 0xfffe],
    8: [2_301, 2_312, 2_298],
    15: [0xffff],
    18: [0xfb64, 0xfe77, 0xfe77, 0xfe76, 0],
    38: [0x0052, 0xe324],
    46: [0x0023, 0xca80],
    54: [0],
  },
};

const float = (address: number, value: number) => [16, address, ...wordsOf('f32le', value)];
const PREPARED = [
  [16, 0xe004, 4],
  [16, 0xe00a, 7],
  [16, 0xe00b, 120, 0],
];

export const FIXTURES: InverterFixtures = {
  device: { type: 'solaredge' },
  contract: {
    options: { usage: 'battery', capacity: 9.7, maxDischargePower: 5_000, maxChargePower: 4_000 },
    hardware: { power: 0, soc: 50, energy: 1_000, returnEnergy: 500, batteryMode: 'normal' },
    show: ({ power, soc = 0, energy = 0, returnEnergy = 0 }, put) => {
      for (let address = 0xe174; address < 0xe186; address += 1) put(address, 'u16', 0);
      put(0xe174, 'f32le', -power);
      put(0xe176, 'u64le', energy);
      put(0xe17a, 'u64le', returnEnergy);
      put(0xe184, 'f32le', soc);
    },
    invalid: (put) => put(0xe174, 'u32le', 0xff7fffff),
    writable: CONTROL,
    function: 16,
    mode: (word, last) => {
      if (!last) return 'normal';
      const limit = `${word(0xe010)},${word(0xe011)}`;
      if (limit === wordsOf('f32le', 5_000).join()) return word(0xe00d) === 7 ? 'normal' : undefined;
      if (word(0xe004) !== 4 || word(0xe00a) !== 7 || word(0xe00b) !== 120 || limit !== '0,0') return undefined;
      return word(0xe00d) === 7 ? 'hold' : word(0xe00d) === 3 ? 'charge' : undefined;
    },
  },
  readings: [
    {
      title: 'the second battery',
      options: { usage: 'battery', battery: 2 },
      raw: [
        ...Array.from({ length: 20 }, (_, index) => [0xe274 + index, 'u16', 0] as const),
        [0xe274, 'f32le', 1_500],
        [0xe276, 'u64le', 70_000],
        [0xe27a, 'u64le', 80_000],
        [0xe284, 'f32le', 63.5],
      ],
      reading: { power: -1_500, soc: 63.5, energy: 70_000, returnEnergy: 80_000 },
    },
  ],
  modes: {
    settings: {
      ...Object.fromEntries(CONTROL.map((address) => [address, 0])),
      // What the battery takes and gives at most, 5,000 W each
      57668: 16_384,
      57669: 17_820,
      57670: 16_384,
      57671: 17_820,
    } as Readonly<Record<number, number>>,
    told: [
      ['hold', ...PREPARED, float(0xe010, 0), [16, 0xe00d, 7]],
      ['charge', float(0xe00e, 5_000), float(0xe010, 0), [16, 0xe00d, 3]],
      ['normal', float(0xe010, 5_000), [16, 0xe00d, 7]],
    ],
    refused: ['holdcharge'],
  },
};
