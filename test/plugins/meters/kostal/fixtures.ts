import type { BatteryMode } from '../../../../core/index.ts';
import type { InverterFixtures } from '../../../helpers/inverter.ts';

const CONTROL = [1_034, 1_035, 1_038, 1_039, 1_040, 1_041];

/** The inverter does what it was told last, for as long as it is told. */
const MODES: Readonly<Record<string, BatteryMode>> = {
  '1034 0,0': 'normal',
  // -5,000 W, low word first
  '1034 16384,50588': 'charge',
  '1038 0,0': 'holdcharge',
  '1040 0,0': 'hold',
};

export const FIXTURES: InverterFixtures = {
  device: { type: 'kostal', unit: 71 },
  contract: {
    options: { usage: 'battery', capacity: 10, maxChargePower: 5_000 },
    hardware: { power: 0, soc: 50, batteryMode: 'normal' },
    show: ({ power, soc = 0 }, put) => {
      put(5, 'u16', 0);
      put(514, 'u16', soc);
      put(582, 'i16', power);
    },
    invalid: (put) => put(582, 'u16', 0x8000),
    writable: CONTROL,
    function: 16,
    mode: (_, last) => (last ? MODES[`${last[1]} ${last.slice(2)}`] : 'normal'),
  },
  readings: [
    {
      title: 'the meter, with the low word first',
      options: { usage: 'grid' },
      raw: [
        [5, 'u16', 0],
        ...Array.from({ length: 36 }, (_, index) => [220 + index, 'u16', 0] as const),
        [252, 'f32le', -1_180],
        ...[1.71, 1.7, 1.71].map((value, index) => [222 + index * 10, 'f32le', value] as const),
        ...[-393, -393, -394].map((value, index) => [224 + index * 10, 'f32le', value] as const),
        ...[230.1, 231.2, 229.8].map((value, index) => [230 + index * 10, 'f32le', value] as const),
      ],
      reading: {
        power: -1_180,
        powers: [-393, -393, -394],
        currents: [-1.71, -1.7, -1.71],
        voltages: [230.1, 231.2, 229.8],
      },
    },
    {
      title: 'the generation, with the high word first',
      options: { usage: 'pv' },
      raw: [
        [5, 'u16', 1],
        ...Array.from({ length: 12 }, (_, index) => [1_056 + index, 'u16', 0] as const),
        [1_056, 'f32', 12_345_670],
        [1_066, 'f32', 4_500],
      ],
      reading: { power: 4_500, energy: 12_345_670 },
    },
  ],
  modes: {
    options: { maxChargePower: 5_000 },
    settings: { 5: 1, ...Object.fromEntries(CONTROL.map((address) => [address, 0])) },
    told: [
      ['hold', [16, 1_040, 0, 0]],
      ['charge', [16, 1_034, 0xc59c, 0x4000]],
      // Else the power of charging would stay in force.
      ['holdcharge', [16, 1_034, 0, 0], [16, 1_038, 0, 0]],
      ['hold', [16, 1_040, 0, 0]],
      ['normal', [16, 1_034, 0, 0]],
    ],
    repeats: [
      ['hold', 15_000],
      ['charge', 15_000],
    ],
  },
};
