import type { MeterReading } from '../../../../core/index.ts';
import type { RegisterPeerOptions } from '../../../helpers/register-device.ts';

/** Words by address, composed from the register map of a B23, and what they mean. */
export const B23: {
  readonly registers: readonly (readonly [address: number, words: readonly number[]])[];
  readonly reading: MeterReading;
} = {
  registers: [
    // 2,345.6 and 5,432.1 kWh at 0.01
    [0x5000, [0, 0, 0x0003, 0x9440, 0, 0, 0x0008, 0x49ea]],
    // 230.1, 231.2 and 229.8 V; three voltages between phases; 1.71, 1.70, 1.71 A and of N
    [0x5b00, [0, 0x08fd, 0, 0x0908, 0, 0x08fa, 0, 0x0f97, 0, 0x0f91, 0, 0x0fa0]],
    [0x5b0c, [0, 171, 0, 170, 0, 171, 0, 0]],
    // -1,180 W, of which -393, -393 and -394, at 0.01
    [0x5b14, [0xfffe, 0x3310, 0xffff, 0x667c, 0xffff, 0x667c, 0xffff, 0x6618]],
  ],
  reading: {
    power: -1_180,
    powers: [-393, -393, -394],
    currents: [-1.71, -1.7, -1.71],
    voltages: [230.1, 231.2, 229.8],
    energy: 2_345_600,
    returnEnergy: 5_432_100,
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
    for (let address = 0x5b00; address < 0x5b1c; address += 2) put(address, 'u32', 0);
    for (const [index, value] of voltages.entries()) put(0x5b00 + index * 2, 'u32', value * 10);
    for (const [index, value] of currents.entries()) put(0x5b0c + index * 2, 'u32', Math.abs(value) * 100);
    for (const [index, value] of powers.entries()) put(0x5b16 + index * 2, 'i32', value * 100);
    put(0x5b14, 'i32', power * 100);
    put(0x5000, 'u64', energy / 10);
    put(0x5004, 'u64', returnEnergy / 10);
  },
  invalid: (put) => put(0x5b14, 'u32', 0x80000000),
};
