import type { DeviceContext } from '../../../core/index.ts';
import { createRegisterReader } from '../modbus/blocks.ts';
import type { ModbusLink } from '../modbus/pool.ts';
import { encode, type Register } from '../modbus/registers.ts';
import { locate } from './models.ts';

/** A point of a device by the name that SunSpec gives it. */
export interface PointRef {
  /** Number of its model; of several the first one that the device has */
  readonly model: number | readonly number[];
  readonly point: string;
  /** Which of the repeated groups of the model, from 1 */
  readonly module?: number;
  /** Which of several such models in the device, from 1; absent: 1 */
  readonly occurrence?: number;
}

/** A device with SunSpec models. Where they are is found out with the first question. Errors: those of the link. */
export interface SunSpecDevice {
  /** Points in their units, after scaling; absent: the device does not have it or says "not available". */
  read<Name extends string>(
    points: Readonly<Record<Name, PointRef>>,
    signal: AbortSignal,
  ): Promise<Readonly<Partial<Record<Name, number>>>>;
  /** Whether the device has one of the models. */
  has(model: PointRef['model'], signal: AbortSignal): Promise<boolean>;
  /** Other errors: `EVCC_NOT_SUPPORTED` for a point that is not there or a value that it cannot take. */
  write(point: PointRef, value: number, signal: AbortSignal): Promise<void>;
}

interface ModelBlock {
  readonly model: number;
  /** Of the ID register */
  readonly address: number;
  /** Registers behind ID and length */
  readonly length: number;
}

/** Where the chain of models may begin, and the two words that say so: "SunS" */
const BASES = [40_000, 50_000, 0];
const MARK = 0x53756e53;
const END = 0xffff;
/** Models of one device, for chains that never end */
const MOST_MODELS = 100;

export function createSunSpec(link: ModbusLink, { fail }: Pick<DeviceContext, 'fail'>): SunSpecDevice {
  let known: readonly ModelBlock[] | undefined;

  const chain = async (signal: AbortSignal): Promise<readonly ModelBlock[]> => {
    known ??= await discover(link, fail, signal);
    return known;
  };

  const find = (blocks: readonly ModelBlock[], ref: PointRef): ReturnType<typeof locate> => {
    const { point, module, occurrence = 1 } = ref;
    const block = blocksOf(blocks, ref.model)[occurrence - 1];
    const place = block && locate(block.model, block.address, point, module);
    // Fewer groups than asked for: what stands there belongs to the next model.
    const end = block && block.address + 2 + block.length;
    return place && end !== undefined && place.value.address < end ? place : undefined;
  };

  return {
    has: async (model, signal) => blocksOf(await chain(signal), model).length > 0,
    read: async (points, signal) => {
      const blocks = await chain(signal);
      const registers: Record<string, Register> = {};
      const names = Object.keys(points) as (keyof typeof points)[];
      for (const name of names) {
        const place = find(blocks, points[name]);
        if (place) registers[name] = place.value;
        if (place?.scaleFactor) registers[`scale of ${name}`] = place.scaleFactor;
      }
      try {
        const values = (await createRegisterReader(
          registers,
          link,
          { fail },
          { length: 120, gap: 60 },
        )(signal)) as Readonly<Record<string, number>>;
        return Object.fromEntries(
          names.flatMap((name) => {
            const raw = values[name];
            const scaled = `scale of ${name}` in registers;
            const exponent = scaled ? values[`scale of ${name}`] : 0;
            return raw === undefined || exponent === undefined
              ? []
              : [[name, Number((raw * 10 ** exponent).toPrecision(12))]];
          }),
        ) as Partial<Record<keyof typeof points, number>>;
      } catch (error) {
        // Another firmware may have put its models elsewhere.
        if (isProtocol(error)) known = undefined;
        throw error;
      }
    },
    write: async (ref, value, signal) => {
      const name = `${link.name}, ${ref.point}`;
      const place = find(await chain(signal), ref);
      if (!place) return fail('EVCC_NOT_SUPPORTED', `${name}: the device does not have this point`);
      let scale = 1;
      if (place.scaleFactor) {
        const read = createRegisterReader({ factor: place.scaleFactor }, link, { fail });
        const { factor } = await read(signal);
        if (factor === undefined) return fail('EVCC_NOT_SUPPORTED', `${name}: the device has no scale for this point`);
        scale = 10 ** factor;
      }
      const encoded = encode({ ...place.value, scale }, value);
      if ('problem' in encoded) return fail('EVCC_NOT_SUPPORTED', `${name}: ${encoded.problem}`);
      const [first = 0] = encoded.words;
      if (encoded.words.length === 1) await link.writeRegister(place.value.address, first, signal);
      else await link.writeRegisters(place.value.address, encoded.words, signal);
    },
  };
}

/** Blocks of the first model that the device has. */
function blocksOf(blocks: readonly ModelBlock[], model: PointRef['model']): readonly ModelBlock[] {
  const numbers = typeof model === 'number' ? [model] : model;
  const first = numbers.find((number) => blocks.some((block) => block.model === number));
  return blocks.filter((block) => block.model === first);
}

async function discover(link: ModbusLink, fail: DeviceContext['fail'], signal: AbortSignal): Promise<ModelBlock[]> {
  for (const base of BASES) {
    const mark = await link.read('holding', base, 2, signal).catch((error: unknown) => {
      // A device without these registers refuses to read them.
      if (isProtocol(error)) return undefined;
      throw error;
    });
    if (mark?.readUInt32BE() === MARK) return models(link, base + 2, signal);
  }
  return fail('EVCC_DEVICE_PROTOCOL', `${link.name}: the device has no SunSpec models at 40000, 50000 or 0`);
}

async function models(link: ModbusLink, start: number, signal: AbortSignal): Promise<ModelBlock[]> {
  const blocks: ModelBlock[] = [];
  let address = start;
  while (blocks.length < MOST_MODELS && address < 0xfffe) {
    const head = await link.read('holding', address, 2, signal);
    const model = head.readUInt16BE(0);
    const length = head.readUInt16BE(2);
    if (model === END) break;
    blocks.push({ model, address, length });
    address += 2 + length;
  }
  return blocks;
}

function isProtocol(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'EVCC_DEVICE_PROTOCOL';
}
