import { createHash, randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import Type from 'typebox';
import type { Evcc, Plugin } from '../../core/index.ts';
import { createEncoder, headerLine } from '../shared/recording/format.ts';
import { createJournal, type Journal } from './journal.ts';

/** Options of `record`; a text is the file. */
export type RecordOptions =
  | string
  | {
      /** File to append to, relative to the configuration */
      file: string;
      /** MB of the file from which a new one is begun; default 20 */
      maxSize?: number;
      /** Full files to keep, compressed, as FILE.1.gz (the newest) and so on; default 10 */
      keep?: number;
    };

declare module 'evcc' {
  interface PluginSections {
    /** Writes down everything that enters the decisions, for `evcc replay` */
    record?: RecordOptions | false;
  }
}

const file = { minLength: 1, description: 'File to append to, relative to the configuration' };
const schema = Type.Union([
  Type.String(file),
  Type.Object({
    file: Type.String(file),
    maxSize: Type.Optional(
      Type.Number({
        minimum: 0.1,
        maximum: 10_000,
        default: 20,
        unit: 'MB',
        description: 'Size of the file from which a new one is begun',
      }),
    ),
    keep: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 10_000,
        default: 10,
        description: 'Full files to keep, compressed, as FILE.1.gz (the newest), FILE.2.gz and so on',
      }),
    ),
  }),
]);

const MB = 1_000_000;
/** Cycles between two frames that say everything: what is damaged before one does not matter after it */
const KEY_EVERY = 1_000;

/** Appends everything that entered the cycles to a file. */
const record: Plugin<RecordOptions> = {
  name: 'record',
  section: { key: 'record', schema },
  apply(evcc, options) {
    const { file, maxSize = 20, keep = 10 } = typeof options === 'string' ? { file: options } : options;
    const path = resolve(evcc.directory, file);
    const journal = createJournal(path, { maxSize: maxSize * MB, keep, log: evcc.log, clock: evcc.clock });
    observe(evcc, journal);
    evcc.announce(`Recording: ${path}`);
    return () => journal.close();
  },
};

export default record;

function observe({ hooks, version }: Evcc, journal: Journal): void {
  const encoder = createEncoder(disguise());
  let house: object | undefined;
  let untilKey = 0;
  hooks.cycled.tap('record', (cycle) => {
    if (!journal.ready) {
      // What follows must not build on what was not written.
      untilKey = 0;
      return;
    }
    const opens = journal.full || cycle.house !== house;
    if (opens) {
      house = cycle.house;
      untilKey = 0;
      journal.open(headerLine(version, cycle.house));
    }
    untilKey -= 1;
    const key = untilKey < 0;
    if (key) untilKey = KEY_EVERY;
    journal.write(encoder.encode(cycle, key));
  });
}

/** What identifies a car opens chargers too: it is replaced by a word that is the same for the same card. */
function disguise(): (identifier: string) => string {
  const salt = randomBytes(16);
  const known = new Map<string, string>();
  return (identifier) => {
    const word =
      known.get(identifier) ?? createHash('sha256').update(salt).update(identifier).digest('hex').slice(0, 12);
    known.set(identifier, word);
    return word;
  };
}
