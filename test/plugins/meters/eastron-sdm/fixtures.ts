import type { MeterReading } from '../../../../core/index.ts';

/** Words by address, composed from the register map of the Eastron SDM630, and what they mean. */
interface Fixture {
  readonly registers: readonly (readonly [address: number, words: readonly number[]])[];
  readonly reading: MeterReading;
}

export const SDM630: Fixture = {
  registers: [
    [0x00, [0x4366, 0x8000, 0x4367, 0x0000, 0x4366, 0x0000]],
    [0x06, [0x4120, 0x0000, 0x4120, 0x0000, 0x4120, 0x0000]],
    [0x0c, [0x4510, 0x1000, 0x4510, 0x6000, 0x450e, 0x9000]],
    [0x34, [0x45d6, 0x1000]],
    [0x46, [0x4248, 0x0000]],
    [0x48, [0x449a, 0x5225]],
    [0x4a, [0x4263, 0x27f0]],
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
