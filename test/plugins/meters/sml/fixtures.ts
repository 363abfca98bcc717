import type { MeterReading } from '../../../../core/index.ts';
import { type SmlEntry, type SmlOptions, writeSml } from '../../../helpers/sml.ts';

interface Fixture {
  readonly entries: readonly SmlEntry[];
  readonly options?: SmlOptions;
  readonly reading: MeterReading;
}

const FIXTURES: Readonly<Record<string, Fixture>> = {
  'with signed power and counters in 0.1 Wh': {
    entries: [
      ['0100010800ff', 30, -1, 12_345_678],
      ['0100020800ff', 30, -1, 98_765],
      ['0100100700ff', 27, 0, -1_834],
    ],
    reading: { power: -1_834, energy: 1_234_567.8, returnEnergy: 9_876.5 },
  },
  'with eight bytes, tariffs and three phases': {
    entries: [
      ['0100010801ff', 30, -1, 50_000],
      ['0100010802ff', 30, -1, 25_000],
      // Of yesterday
      ['010001080060', 30, 0, 1],
      // Of a gas meter
      ['0700030000ff', 13, 0, 5],
      ['0100240700ff', 27, -1, 1_000],
      ['0100380700ff', 27, -1, 2_000],
      ['01004c0700ff', 27, -1, -5_000],
      ['0100100700ff', 27, -1, -2_000],
      ['01001f0700ff', 33, -2, 44],
      ['0100330700ff', 33, -2, 88],
      ['0100470700ff', 33, -2, 219],
      ['0100200700ff', 35, -1, 2_301],
      ['0100340700ff', 35, -1, 2_312],
      ['0100480700ff', 35, -1, 2_298],
      ['01000e0700ff', 44, -1, 499],
      ['0100600100ff', 0, 0, 1],
      ['0100010700ff', 27, 0, 7],
    ],
    options: { bytes: 8 },
    reading: {
      power: -200,
      powers: [100, 200, -500],
      currents: [0.44, 0.88, -2.19],
      voltages: [230.1, 231.2, 229.8],
      energy: 7_500,
    },
  },
  'of a Holley DTZ541, whose times and checksums are not as the standard says': {
    entries: [
      ['0100010800ff', 30, -1, 14_439_208],
      ['0100020800ff', 30, -1, 0],
      ['0100100700ff', 27, 0, 259],
    ],
    options: { crc: 0, time: '65011c1eb7' },
    reading: { power: 259, energy: 1_443_920.8, returnEnergy: 0 },
  },
};

/** Files that meters send, composed after SML 1.04 and from what owners of meters reported, and what they mean. */
export const FILES: readonly (readonly [string, Buffer, MeterReading])[] = Object.entries(FIXTURES).map(
  ([name, { entries, options, reading }]) => [name, writeSml(entries, options), reading],
);
