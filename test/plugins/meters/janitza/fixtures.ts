import type { MeterReading } from '../../../../core/index.ts';
import type { RegisterPeerOptions } from '../../../helpers/register-device.ts';

/** Words by address, composed from the register map of a UMG 604, and what they mean. */
export const UMG: {
  readonly registers: readonly (readonly [address: number, words: readonly number[]])[];
  readonly reading: MeterReading;
} = {
  registers: [
    [19_000, [0x4366, 0x8000, 0x4367, 0x0000, 0x4366, 0x0000]],
    [19_012, [0x4120, 0x0000, 0x4120, 0x0000, 0x4120, 0x0000]],
    [19_020, [0x4510, 0x1000, 0x4510, 0x6000, 0x450e, 0x9000, 0x45d6, 0x1000]],
    [19_068, [0x4996, 0xb438]],
    [19_076, [0x475d, 0xd500]],
  ],
  reading: {
    power: 6_850,
    powers: [2_305, 2_310, 2_281],
    currents: [10, 10, 10],
    voltages: [230.5, 231, 230],
    energy: 1_234_567,
    returnEnergy: 56_789,
  },
};

/** A meter as the contract sees it. */
export const METER: Omit<RegisterPeerOptions, 'type'> = {
  hardware: {
    power: 0,
    powers: [0, 0, 0],
    currents: [0, 0, 0],
    voltages: [230, 230, 230],
    energy: 1_000,
    returnEnergy: 500,
  },
  show: ({ power, powers = [], currents = [], voltages = [], energy = 0, returnEnergy = 0 }, put) => {
    for (let address = 19_000; address < 19_080; address += 2) put(address, 'f32', 0);
    for (const [index, value] of voltages.entries()) put(19_000 + index * 2, 'f32', value);
    for (const [index, value] of currents.entries()) put(19_012 + index * 2, 'f32', Math.abs(value));
    for (const [index, value] of powers.entries()) put(19_020 + index * 2, 'f32', value);
    put(19_026, 'f32', power);
    put(19_068, 'f32', energy);
    put(19_076, 'f32', returnEnergy);
  },
  invalid: (put) => put(19_026, 'u32', 0x7fc00000),
};
