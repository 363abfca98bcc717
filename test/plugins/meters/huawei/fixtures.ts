import type { InverterFixtures } from '../../../helpers/inverter.ts';

const CONTROL = [47_075, 47_076, 47_077, 47_078, 47_083, 47_100, 47_246, 47_247, 47_248];

/** All of the meter is there, and so is all of the battery. */
const laid = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => [from + index, 'u16', 0] as const);

const u32 = (address: number, value: number) => [16, address, value >>> 16, value & 0xffff];

export const FIXTURES: InverterFixtures = {
  device: { type: 'huawei', options: { connectDelay: 0 } },
  contract: {
    options: { usage: 'battery', capacity: 10, maxChargePower: 4_000 },
    hardware: { power: 0, soc: 50, energy: 1_000, returnEnergy: 500, batteryMode: 'normal' },
    show: ({ power, soc = 0, energy = 0, returnEnergy = 0 }, put) => {
      for (const [address, type, value] of laid(37_760, 37_784)) put(address, type, value);
      put(37_046, 'u32', 5_000);
      put(37_048, 'u32', 6_000);
      put(37_760, 'u16', soc * 10);
      put(37_765, 'i32', -power);
      put(37_780, 'u32', returnEnergy / 10);
      put(37_782, 'u32', energy / 10);
    },
    invalid: (put) => put(37_765, 'u32', 0x80000000),
    writable: CONTROL,
    mode: (word) => {
      const at = (address: number) => (word(address) ?? 0) * 65_536 + (word(address + 1) ?? 0);
      // What it was never told
      if (at(47_075) + at(47_077) === 0) return 'normal';
      if (word(47_100) === 1) return at(47_247) === 4_000 && word(47_083) === 2 ? 'charge' : undefined;
      return at(47_077) === 0 ? 'hold' : at(47_075) === 0 ? 'holdcharge' : 'normal';
    },
  },
  readings: [
    {
      title: 'the meter, which counts what is fed in as positive',
      options: { usage: 'grid' },
      raw: [
        ...laid(37_101, 37_138),
        ...[2_301, 2_312, 2_298].map((value, index) => [37_101 + index * 2, 'i32', value] as const),
        ...[171, 170, 171].map((value, index) => [37_107 + index * 2, 'i32', value] as const),
        [37_113, 'i32', 1_180],
        [37_119, 'i32', 543_210],
        [37_121, 'u32', 234_560],
        ...[393, 393, 394].map((value, index) => [37_132 + index * 2, 'i32', value] as const),
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
      title: 'the generation',
      options: { usage: 'pv' },
      raw: [...laid(32_064, 32_108), [32_064, 'i32', 4_500], [32_106, 'u32', 1_234_567]],
      reading: { power: 4_500, energy: 12_345_670 },
    },
    {
      title: 'the battery of an EMMA',
      options: { usage: 'battery', model: 'emma' },
      raw: [...laid(30_360, 30_369), [30_360, 'i32', 1_500], [30_368, 'u16', 6_320]],
      reading: { power: -1_500, soc: 63.2 },
    },
    {
      title: 'the meter of an EMMA',
      options: { usage: 'grid', model: 'emma' },
      raw: [
        ...laid(31_639, 31_659),
        ...[23_010, 23_120, 22_980].map((value, index) => [31_639 + index * 2, 'i32', value] as const),
        ...[17, 17, 17].map((value, index) => [31_651 + index * 2, 'i32', value] as const),
        [31_657, 'i32', 1_180],
        [31_679, 'i64', 234_560],
      ],
      reading: { power: 1_180, currents: [1.7, 1.7, 1.7], voltages: [230.1, 231.2, 229.8], energy: 2_345_600 },
    },
  ],
  modes: {
    options: { maxChargePower: 4_000 },
    settings: {
      ...Object.fromEntries(CONTROL.map((address) => [address, 0])),
      47076: 5_000,
      37046: 0,
      37047: 5_000,
      37048: 0,
      37049: 6_000,
    },
    // It keeps the limits: what stands there already is not written.
    told: [
      ['hold', [6, 47_100, 0], u32(47_077, 0)],
      ['charge', u32(47_247, 4_000), [6, 47_083, 2], [6, 47_246, 0], [6, 47_100, 1]],
      ['holdcharge', [6, 47_100, 0], u32(47_075, 0), u32(47_077, 6_000)],
      ['normal', [6, 47_100, 0], u32(47_075, 5_000)],
    ],
    repeats: [['charge', 30_000]],
  },
};
