import type { InverterFixtures } from '../../../helpers/inverter.ts';

const CONTROL = [13_049, 13_050, 13_051, 33_046, 33_047];
const OWN = [
  [6, 13_050, 0xcc],
  [6, 13_049, 0],
];
const RESTORED = [
  [6, 33_046, 500],
  [6, 33_047, 600],
];

export const FIXTURES: InverterFixtures = {
  device: { type: 'sungrow', table: 'input' },
  contract: {
    options: { usage: 'battery', capacity: 10, maxChargePower: 5_000, maxDischargePower: 6_000 },
    hardware: { power: 0, soc: 50, energy: 1_000, batteryMode: 'normal' },
    show: ({ power, soc = 0, energy = 0 }, put) => {
      // Its firmware is an old one, which has the power without sign.
      put(13_000, 'u16', power < 0 ? 0b010 : power > 0 ? 0b100 : 0);
      put(13_021, 'u16', Math.abs(power));
      put(13_022, 'u16', soc * 10);
      for (const address of [13_023, 13_024, 13_025]) put(address, 'u16', 0);
      put(13_026, 'u32le', energy / 100);
    },
    invalid: (put) => put(13_021, 'u16', 0x7fff),
    writable: CONTROL,
    function: 6,
    mode: (word) => {
      if (word(13_049) === 2) return word(13_050) === 0xaa && word(13_051) === 5_000 ? 'charge' : undefined;
      return word(33_047) === 1 ? 'hold' : word(33_046) === 1 ? 'holdcharge' : 'normal';
    },
  },
  readings: [
    {
      title: 'the meter of an SH, which counts what is fed in as positive',
      options: { usage: 'grid' },
      raw: [
        [5_602, 'i32le', -393],
        [5_604, 'i32le', -393],
        [5_606, 'i32le', -394],
        [13_009, 'i32le', 1_180],
        [13_036, 'u32le', 23_456],
        [13_045, 'u32le', 54_321],
      ],
      reading: { power: -1_180, powers: [-393, -393, -394], energy: 2_345_600, returnEnergy: 5_432_100 },
    },
    {
      title: 'a meter that does not say its phases',
      options: { usage: 'grid' },
      raw: [
        ...[5_602, 5_604, 5_606].map((address) => [address, 'i32le', 0x7fffffff] as const),
        [13_009, 'i32le', 1_180],
        [13_036, 'u32le', 23_456],
        [13_045, 'u32le', 54_321],
      ],
      reading: { power: -1_180, energy: 2_345_600, returnEnergy: 5_432_100 },
    },
    {
      title: 'the generation of an SH',
      options: { usage: 'pv' },
      raw: [
        [5_016, 'u32le', 70_000],
        [13_002, 'u32le', 123_456],
      ],
      reading: { power: 70_000, energy: 12_345_600 },
    },
    {
      title: 'a battery that says the power with its sign',
      options: { usage: 'battery' },
      raw: [
        [13_000, 'u16', 0b010],
        [13_021, 'i16', -1_500],
        [13_022, 'u16', 632],
        [13_023, 'u32', 0],
        [13_025, 'u16', 0],
        [13_026, 'u32le', 1],
      ],
      reading: { power: -1_500, soc: 63.2, energy: 100 },
    },
    {
      title: 'the generation of an SG',
      options: { usage: 'pv', model: 'sg' },
      raw: [
        [5_030, 'u32le', 4_500],
        [5_003, 'u32le', 12_345],
      ],
      reading: { power: 4_500, energy: 12_345_000 },
    },
    {
      title: 'the meter of an SG',
      options: { usage: 'grid', model: 'sg' },
      raw: [
        [5_082, 'i32le', 1_180],
        [5_098, 'u32le', 23_456],
      ],
      reading: { power: 1_180, energy: 2_345_600 },
    },
  ],
  modes: {
    options: { maxChargePower: 5_000, maxDischargePower: 6_000 },
    settings: Object.fromEntries(CONTROL.map((address) => [address, 0])),
    told: [
      ['hold', ...OWN, ...RESTORED, [6, 33_047, 1]],
      ['charge', ...RESTORED, [6, 13_051, 5_000], [6, 13_050, 0xaa], [6, 13_049, 2]],
      ['holdcharge', ...OWN, ...RESTORED, [6, 33_046, 1]],
      ['normal', ...OWN, ...RESTORED],
    ],
  },
};
