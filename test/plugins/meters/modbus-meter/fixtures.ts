import type { MeterReading } from '../../../../core/index.ts';
import type { RegisterPeerOptions, WireType } from '../../../helpers/register-device.ts';

interface Fixture {
  readonly model: string;
  readonly table: 'holding' | 'input';
  /** Raw values by address, composed from the register map */
  readonly values: readonly (readonly [address: number, type: WireType, value: number])[];
  readonly reading: MeterReading;
}

/** The same load at all of them: 1,180 W are fed in. */
const reading: MeterReading = {
  power: -1_180,
  powers: [-393, -393, -394],
  currents: [-1.71, -1.7, -1.71],
  voltages: [230.1, 231.2, 229.8],
  energy: 2_345_600,
  returnEnergy: 5_432_100,
};
const { powers: _, ...whole } = reading;

const three = (first: number, type: WireType, values: readonly number[]): Fixture['values'] =>
  values.map((value, index) => [first + index * 2, type, value]);

export const METERS: readonly Fixture[] = [
  {
    model: 'dzg-dvh4013',
    table: 'holding',
    values: [
      [0x0000, 'u32', 0],
      [0x0002, 'u32', 11_800],
      ...three(0x0004, 'u32', [23_010, 23_120, 22_980]),
      ...three(0x000a, 'u32', [1_710, 1_700, 1_710]),
      [0x4000, 'u32', 2_345_600],
      [0x4100, 'u32', 5_432_100],
    ],
    reading: whole,
  },
  {
    model: 'finder-7m',
    table: 'input',
    values: [
      ...three(2_500, 'f32', [230.1, 231.2, 229.8]),
      ...three(2_516, 'f32', [1.71, 1.7, 1.71]),
      ...three(2_530, 'f32', [-393, -393, -394]),
      [2_536, 'f32', -1_180],
      [2_752, 'f32', 2_345_600],
      [2_756, 'f32', 5_432_100],
    ],
    reading,
  },
  {
    model: 'inepro-pro380',
    table: 'holding',
    values: [
      ...three(0x5002, 'f32', [230.1, 231.2, 229.8]),
      ...three(0x500c, 'f32', [1.71, 1.7, 1.71]),
      [0x5012, 'f32', -1.18],
      ...three(0x5014, 'f32', [-0.393, -0.393, -0.394]),
      [0x600c, 'f32', 2_345.6],
      [0x6018, 'f32', 5_432.1],
    ],
    reading,
  },
  {
    model: 'inepro-pro1',
    table: 'holding',
    values: [
      [0x5012, 'f32', -1.18],
      [0x600c, 'f32', 2_345.6],
      [0x6018, 'f32', 5_432.1],
    ],
    reading: { power: -1_180, energy: 2_345_600, returnEnergy: 5_432_100 },
  },
  ...['orno-we516', 'orno-we517'].map(
    (model): Fixture => ({
      model,
      table: 'holding',
      values: [
        ...three(0x0e, 'f32', [230.1, 231.2, 229.8]),
        ...three(0x16, 'f32', [1.71, 1.7, 1.71]),
        [0x1c, 'f32', -1.18],
        ...three(0x1e, 'f32', [-0.393, -0.393, -0.394]),
        [0x108, 'f32', 2_345.6],
        [0x110, 'f32', 5_432.1],
      ],
      reading,
    }),
  ),
  {
    model: 'mpm3pm',
    table: 'input',
    values: [
      [0x02, 'u32', 234_560],
      [0x04, 'u32', 543_210],
      ...three(0x08, 'u32', [2_301, 2_312, 2_298]),
      ...three(0x0e, 'u32', [171, 170, 171]),
      ...three(0x14, 'i32', [-39_300, -39_300, -39_400]),
      [0x26, 'i32', -118_000],
    ],
    reading,
  },
  {
    model: 'chint-dtsu666',
    table: 'holding',
    values: [
      ...three(0x2006, 'f32', [2_301, 2_312, 2_298]),
      ...three(0x200c, 'f32', [1_710, 1_700, 1_710]),
      [0x2012, 'f32', -11_800],
      ...three(0x2014, 'f32', [-3_930, -3_930, -3_940]),
      [0x101e, 'f32', 2_345.6],
      [0x1028, 'f32', 5_432.1],
    ],
    reading,
  },
];

/** A Bernecker MPM3PM as the contract sees it. */
export const MPM3PM: Omit<RegisterPeerOptions, 'type'> = {
  options: { model: 'mpm3pm' },
  table: 'input',
  hardware: {
    power: 0,
    powers: [0, 0, 0],
    currents: [0, 0, 0],
    voltages: [230, 230, 230],
    energy: 1_000,
    returnEnergy: 500,
  },
  show: ({ power, powers = [], currents = [], voltages = [], energy = 0, returnEnergy = 0 }, put) => {
    put(0x02, 'u32', energy / 10);
    put(0x04, 'u32', returnEnergy / 10);
    for (const [index, value] of voltages.entries()) put(0x08 + index * 2, 'u32', value * 10);
    for (const [index, value] of currents.entries()) put(0x0e + index * 2, 'u32', Math.abs(value) * 100);
    for (const [index, value] of powers.entries()) put(0x14 + index * 2, 'i32', value * 100);
    put(0x26, 'i32', power * 100);
  },
  invalid: (put) => put(0x26, 'u32', 0x80000000),
};
