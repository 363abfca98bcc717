import type {
  BatteryDecision,
  CycleRecord,
  DecidedCycle,
  LoadpointRecord,
  RecordedHouse,
} from '../../../core/index.ts';
import { difference, type Patch, patched, type Write } from './delta.ts';

/**
 * A recording is a text file, one JSON object per line. A header opens each part; after it comes a key frame, which says
 * everything, then frames that say what changed since the frame before. Memories follow from each other within a cycle:
 * what nothing touched is not written.
 */

export const FORMAT = 1;

/** First line of a part: a new file, a start of the house, or a changed configuration. */
export interface Header {
  /** Version of the format */
  readonly recording: number;
  /** Version of the program that wrote it */
  readonly evcc: string;
  readonly house: Omit<RecordedHouse, 'hide'>;
}

interface Frame {
  /** 1: it says everything */
  readonly k?: 1;
  /** What the whole house has in common */
  readonly c?: Patch;
  /** By place */
  readonly l: readonly LoadpointFrame[];
  readonly b?: Patch;
}

/** Inputs and facts, order; then the memory before, once observed, when the decision began, and after it. */
interface LoadpointFrame {
  readonly i?: Patch;
  readonly r?: Patch;
  readonly m?: readonly (Patch | 0)[];
}

export function headerLine(evcc: string, { hide: _, ...house }: RecordedHouse): string {
  const header: Header = { recording: FORMAT, evcc, house };
  return JSON.stringify(header);
}

/** Writes cycles as lines. */
export interface Encoder {
  /** `key`: without relation to the cycles before */
  encode(record: CycleRecord, key: boolean): string;
}

type Memory = LoadpointRecord['memory'];

/** What was last written, of a loadpoint. */
interface Written {
  readonly inputs?: object;
  readonly order?: object | undefined;
  readonly memory?: Memory;
}

/** `identify` gives what is written instead of a card number or address that a car was identified by. */
export function createEncoder(identify: (identifier: string) => string): Encoder {
  let common: object | undefined;
  let battery: BatteryDecision | undefined;
  let written: readonly Written[] = [];
  let plans: { readonly from: CycleRecord['plans']; readonly list: readonly unknown[] } | undefined;

  return {
    encode(record, key) {
      const { house, loadpoints, battery: decided, ...rest } = record;
      if (key) {
        common = undefined;
        battery = undefined;
        written = [];
      }
      if (plans?.from !== rest.plans) plans = { from: rest.plans, list: [...rest.plans] };
      const shared = { ...rest, plans: plans.list };
      const write: Write = (text, key) =>
        key === 'identifier' && text !== '' ? identify(text) : withoutAddresses(house.hide(text));
      const next = loadpoints.map((loadpoint): Written => {
        const { order, memory } = loadpoint;
        return { inputs: inputsOf(loadpoint), order, memory };
      });
      const frames = loadpoints.map((loadpoint, place): LoadpointFrame => {
        const { inputs, order, memory } = written[place] ?? {};
        const i = difference(inputs, next[place]?.inputs, write);
        const r = difference(order, loadpoint.order, write);
        const m = chain(
          [memory, loadpoint.before, loadpoint.observed, loadpoint.inputs.memory, loadpoint.memory],
          write,
        );
        return { ...(i !== undefined && { i }), ...(r !== undefined && { r }), ...(m && { m }) };
      });
      const c = difference(common, shared, write);
      const b = difference(battery, decided, write);
      common = shared;
      battery = decided;
      written = next;
      const frame: Frame = {
        ...(key && { k: 1 }),
        ...(c !== undefined && { c }),
        l: frames,
        ...(b !== undefined && { b }),
      };
      return JSON.stringify(frame);
    },
  };
}

/** Who is where, and by which name, is nobody's business: an address in a title, for example. */
function withoutAddresses(text: string): string {
  return text.includes('://') ? text.replace(/[a-z][\w+.-]*:\/\/\S*[^\s.,;:!?)]/gi, '***') : text;
}

/** Inputs without the memory, which is written apart. */
function inputsOf({ inputs, facts }: LoadpointRecord): object {
  return { ...inputs, memory: undefined, facts };
}

/** How each memory follows from the one before; `undefined`: all are the same. */
function chain(memories: readonly (Memory | undefined)[], write: Write): (Patch | 0)[] | undefined {
  const links: (Patch | 0)[] = [];
  for (let index = 1; index < memories.length; index += 1) {
    links.push(difference(memories[index - 1], memories[index], write) ?? 0);
  }
  return links.some((link) => link !== 0) ? links : undefined;
}

/** Reads frames one after the other; the first one must be a key frame. */
export interface Decoder {
  /** Errors: `TypeError` when the line is no frame, or does not follow from the one before. */
  decode(line: string): DecidedCycle;
}

type Fields = Readonly<Record<string, unknown>>;

interface Read {
  readonly inputs?: Fields;
  readonly order?: unknown;
  readonly memories?: readonly unknown[];
}

export function createDecoder(): Decoder {
  let common: unknown;
  let battery: unknown;
  let read: readonly Read[] = [];
  let plans: { readonly from: unknown; readonly map: DecidedCycle['plans'] } | undefined;

  return {
    decode(line) {
      const frame = frameOf(JSON.parse(line));
      if (frame.k === 1) {
        common = undefined;
        battery = undefined;
        read = [];
      } else if (common === undefined) throw new TypeError('there is no key frame before it');
      common = patched(common, frame.c);
      battery = patched(battery, frame.b);
      const before = read;
      read = frame.l.map(({ i, r, m }, place): Read => {
        const { inputs, order, memories } = before[place] ?? {};
        return {
          inputs: patched(inputs, i) as Fields,
          order: patched(order, r),
          memories: linked(memories?.at(-1), m),
        };
      });
      const { plans: list } = common as Fields;
      const known = plans && plans.from === list ? plans : { from: list, map: new Map(list as [number, never][]) };
      plans = known;
      return {
        ...(common as Fields),
        plans: known.map,
        loadpoints: read.map(toLoadpoint),
        battery,
      } as unknown as DecidedCycle;
    },
  };
}

/** Memories of a cycle, in their order. */
const MEMORIES = 4;

function linked(memory: unknown, links: readonly unknown[] | undefined): unknown[] {
  const memories: unknown[] = [];
  let last = memory;
  for (let index = 0; index < MEMORIES; index += 1) {
    const link = links?.[index];
    if (link !== undefined && link !== 0) last = patched(last, link);
    memories.push(last);
  }
  return memories;
}

function toLoadpoint({ inputs, order, memories = [] }: Read): unknown {
  const [before, observed, memory, after] = memories;
  if (inputs === undefined || typeof after !== 'object') throw new TypeError('a loadpoint is not complete');
  return { before, facts: inputs.facts, observed, inputs: { ...inputs, memory }, order, memory: after };
}

function frameOf(value: unknown): Frame {
  const { l } = (value ?? {}) as Partial<Frame>;
  if (!Array.isArray(l)) throw new TypeError('it is no frame');
  return value as Frame;
}

/** The header that a line is; `undefined`: it is something else. */
export function headerOf(value: unknown): Header | undefined {
  const { recording } = (value ?? {}) as Partial<Header>;
  return typeof recording === 'number' ? (value as Header) : undefined;
}
