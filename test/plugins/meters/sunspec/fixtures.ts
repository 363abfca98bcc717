import type { ModbusDevice } from '../../../helpers/modbus-device.ts';

/** A model as it lies in a device: its number, its length and words by their offset from the ID register. */
export interface ModelWords {
  readonly model: number;
  readonly length: number;
  readonly words: Readonly<Record<number, readonly number[]>>;
}

const NOT_THERE = 0x8000;

/** Puts a chain of models into a device; gives the address of each ID register. */
export function layOut(box: ModbusDevice, models: readonly ModelWords[], base = 40_000): number[] {
  box.set('holding', base, [0x5375, 0x6e53]);
  let address = base + 2;
  const addresses = models.map(({ model, length, words }) => {
    const at = address;
    box.set('holding', at, [model, length, ...Array.from({ length }, () => NOT_THERE)]);
    for (const [offset, values] of Object.entries(words)) box.set('holding', at + Number(offset), values);
    address += 2 + length;
    return at;
  });
  box.set('holding', address, [0xffff, 0]);
  return addresses;
}

export const COMMON: ModelWords = { model: 1, length: 65, words: { 2: [0x4163, 0x6d65] } };

/** An inverter of three phases that generates 6,950 W, composed from the model's reference. */
export const INVERTER: ModelWords = {
  model: 103,
  length: 50,
  words: {
    2: [305, 102, 101, 102, 0xfffe],
    7: [0xffff, 0xffff, 0xffff, 2_305, 2_311, 2_298, 0xffff],
    14: [6_950, 0, 4_998, 0xfffe],
    24: [0x0013, 0x2a4f, 0],
    31: [7_120, 0],
    38: [4],
  },
};

/** A hybrid inverter: 3,000 W and 1,500 W from the roof, 1,200 W into the battery at 63.2 %. */
export const MODULES: ModelWords = {
  model: 160,
  length: 88,
  words: {
    2: [0, 0, 0, 0],
    8: [4],
    21: [3_000, 0, 4_000],
    41: [1_500, 0, 2_000],
    61: [1_200, 0, 700],
    81: [0, 0, 500],
  },
};

export const STORAGE: ModelWords = {
  model: 124,
  length: 24,
  words: {
    2: [5_000],
    5: [0],
    8: [6_320],
    12: [10_000, 10_000],
    15: [0],
    17: [0, 0],
    22: [0xfffe],
    25: [0xfffe],
  },
};

/** The limit counts in 0.01 %. */
export const CONTROLS: ModelWords = { model: 123, length: 24, words: { 5: [10_000], 9: [0], 23: [0xfffe] } };

export const BATTERY: ModelWords = {
  model: 802,
  length: 62,
  words: { 11: [575], 47: [0xfe0c], 56: [0xffff], 63: [0] },
};
