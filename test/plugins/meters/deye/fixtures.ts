import type { InverterFixtures } from '../../../helpers/inverter.ts';

export const FIXTURES: InverterFixtures = {
  device: { type: 'deye' },
  contract: {
    options: { usage: 'battery', capacity: 10 },
    hardware: { power: 0, soc: 50, energy: 1_000, returnEnergy: 500 },
    show: ({ power, soc = 0, energy = 0, returnEnergy = 0 }, put) => {
      // One with three phases and a battery of low voltage
      put(0, 'u16', 5);
      put(516, 'u32le', returnEnergy / 100);
      put(518, 'u32le', energy / 100);
      put(588, 'u16', soc);
      put(589, 'u16', 0);
      put(590, 'i16', power);
    },
    invalid: (put) => put(590, 'u16', 0x8000),
  },
  readings: [
    {
      title: 'the meter of three phases',
      options: { usage: 'grid', model: '3p-lv' },
      raw: [
        [522, 'u32le', 23_456],
        [524, 'u32le', 54_321],
        ...Array.from({ length: 28 }, (_, index) => [598 + index, 'u16', 0] as const),
        ...[2_301, 2_312, 2_298].map((value, index) => [598 + index, 'u16', value] as const),
        ...[171, 170, 171].map((value, index) => [613 + index, 'i16', value] as const),
        ...[-393, -393, -394].map((value, index) => [616 + index, 'i16', value] as const),
        [625, 'i16', -1_180],
      ],
      reading: {
        power: -1_180,
        powers: [-393, -393, -394],
        currents: [-1.71, -1.7, -1.71],
        voltages: [230.1, 231.2, 229.8],
        energy: 2_345_600,
        returnEnergy: 5_432_100,
      },
    },
    {
      title: 'the generation of one with high voltage, which it says itself',
      options: { usage: 'pv' },
      raw: [
        [0, 'u16', 6],
        [534, 'u32le', 123_456],
        ...[300, 150, 0, 0].map((value, index) => [672 + index, 'u16', value] as const),
      ],
      reading: { power: 4_500, energy: 12_345_600 },
    },
    {
      title: 'the meter of one phase, which it says itself',
      options: { usage: 'grid' },
      raw: [
        [0, 'u16', 0x0300],
        // Half of a counter says nothing else by this.
        [78, 'u16', 0xffff],
        [79, 'u16', 0xffff],
        [80, 'u16', 1],
        [81, 'u32le', 2],
        [169, 'i16', 820],
      ],
      reading: { power: 820, energy: 13_107_100, returnEnergy: 200 },
    },
  ],
};
