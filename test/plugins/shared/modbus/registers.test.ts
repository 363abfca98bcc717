import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fail } from '../../../../core/errors.ts';
import { createRegisterReader, toBlocks } from '../../../../plugins/shared/modbus/blocks.ts';
import type { ModbusLink } from '../../../../plugins/shared/modbus/pool.ts';
import { decode, encode, lengthOf, type Register } from '../../../../plugins/shared/modbus/registers.ts';

const bytes = (hex: string): Buffer => Buffer.from(hex.replaceAll(' ', ''), 'hex');
const register = (more: Partial<Register>): Register => ({ address: 0, type: 'u16', ...more });
const little = { order: 'little' } as const;

test.each<[Partial<Register>, string, number | string | undefined]>([
  [{ type: 'u16' }, 'FFFE', 65_534],
  [{ type: 'u16' }, 'FFFF', undefined],
  [{ type: 'u16', nan: [] }, 'FFFF', 65_535],
  [{ type: 'u16', nan: [7] }, '0007', undefined],
  [{ type: 'i16' }, 'FFFE', -2],
  [{ type: 'i16' }, '8000', undefined],
  [{ type: 'u32' }, '0001 0002', 65_538],
  [{ type: 'u32', ...little }, '0002 0001', 65_538],
  [{ type: 'u32' }, 'FFFF FFFF', undefined],
  [{ type: 'i32' }, 'FFFF FFFE', -2],
  [{ type: 'i32', ...little }, 'FFFE FFFF', -2],
  [{ type: 'i32' }, '8000 0000', undefined],
  [{ type: 'u64' }, '0000 0001 0000 0000', 4_294_967_296],
  [{ type: 'u64', ...little }, '0000 0000 0001 0000', 4_294_967_296],
  [{ type: 'u64' }, 'FFFF FFFF FFFF FFFF', undefined],
  [{ type: 'i64' }, 'FFFF FFFF FFFF FFFE', -2],
  [{ type: 'i64' }, '8000 0000 0000 0000', undefined],
  [{ type: 'f32' }, '4366 8000', 230.5],
  [{ type: 'f32', ...little }, '8000 4366', 230.5],
  [{ type: 'f32' }, '449A 522B', 1_234.568],
  [{ type: 'f32' }, '7FC0 0000', undefined],
  [{ type: 'f32' }, '7F80 0000', undefined],
  [{ type: 'f64' }, '406C D000 0000 0000', 230.5],
  [{ type: 'string', count: 3 }, '4162 6300 5858', 'Abc'],
  [{ type: 'string', count: 2 }, '2041 6220', 'Ab'],
  [{ type: 'bcd', count: 2 }, '0012 3456', 123_456],
  [{ type: 'bits' }, '0001', 1],
  [{ type: 'bits', bit: 4, bits: 3 }, '0050', 5],
  [{ type: 'bits', bit: 15 }, 'FFFF', 1],
  [{ type: 'i16', scale: 0.1 }, '0903', 230.7],
  [{ type: 'u16', scale: 100 }, '0003', 300],
])('%j of %s is %s', (more, hex, value) => {
  assert.deepEqual(decode(register(more), bytes(hex)), { value });
});

test.each<[Partial<Register>, string, string]>([
  [{ type: 'bcd' }, '001A', '001a are no decimal digits'],
  [{ type: 'u64' }, '7FFF 0000 0000 0000', '9223090561878065152 is too large'],
  [{ max: 300, scale: 0.1 }, 'FF00', '6528 is more than the 300 that are possible'],
  [{ type: 'i16', min: -10 }, 'FFF5', '-11 is less than the -10 that are possible'],
])('%j of %s is an error', (more, hex, problem) => {
  assert.deepEqual(decode(register(more), bytes(hex)), { problem });
});

describe('encoding', () => {
  test.each<[Partial<Register>, number | string, string]>([
    [{ type: 'u16' }, 70_000, '70000 does not fit into u16'],
    [{ type: 'u16' }, -1, '-1 does not fit into u16'],
    [{ type: 'i16' }, 32_768, '32768 does not fit into i16'],
    [{ type: 'u16' }, Number.NaN, 'NaN is not a number'],
    [{ type: 'u16' }, 'on', 'on is not a number'],
    [{ type: 'u16', max: 16 }, 17, '17 is more than 16'],
    [{ type: 'u16', min: 6 }, 5, '5 is less than 6'],
    [{ type: 'string' }, 'abc', '"abc" is longer than 2 characters'],
    [{ type: 'bits' }, 1, 'bits cannot be written'],
    [{ type: 'bcd' }, 1, 'bcd cannot be written'],
  ])('%j refuses %s', (more, value, problem) => {
    assert.deepEqual(encode(register(more), value), { problem });
  });

  test('what was encoded is decoded to the same', () => {
    const kinds = fc.oneof(
      fc.record({ type: fc.constant('u16' as const), value: fc.integer({ min: 0, max: 0xfffe }) }),
      fc.record({ type: fc.constant('i16' as const), value: fc.integer({ min: -0x7fff, max: 0x7fff }) }),
      fc.record({ type: fc.constant('u32' as const), value: fc.integer({ min: 0, max: 0xfffffffe }) }),
      fc.record({ type: fc.constant('i32' as const), value: fc.integer({ min: -0x7fffffff, max: 0x7fffffff }) }),
      fc.record({ type: fc.constant('u64' as const), value: fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }) }),
      fc.record({ type: fc.constant('i64' as const), value: fc.maxSafeInteger() }),
      fc.record({ type: fc.constant('f32' as const), value: fc.integer({ min: -999_999, max: 999_999 }) }),
      fc.record({ type: fc.constant('f64' as const), value: fc.maxSafeInteger() }),
    );
    fc.assert(
      fc.property(kinds, fc.constantFrom('big' as const, 'little' as const), ({ type, value }, order) => {
        const there = register({ type, order });
        const encoded = encode(there, value);
        assert.ok('words' in encoded);
        const wire = Buffer.alloc(encoded.words.length * 2);
        for (const [index, word] of encoded.words.entries()) wire.writeUInt16BE(word, index * 2);
        assert.deepEqual(decode(there, wire), { value: value === 0 ? 0 : value });
      }),
    );
  });

  test('with a scale the raw value is written', () => {
    assert.deepEqual(encode(register({ scale: 0.001 }), 16), { words: [16_000] });
    assert.deepEqual(encode(register({ type: 'string', count: 2 }), 'ab'), { words: [0x6162, 0] });
  });
});

describe('blocks', () => {
  const someRegister = fc.record({
    address: fc.integer({ min: 0, max: 400 }),
    type: fc.constantFrom('u16' as const, 'f32' as const, 'u64' as const),
    table: fc.constantFrom('holding' as const, 'input' as const),
  });

  test('cover every register, keep to the length, and read no longer gap than allowed', () => {
    fc.assert(
      fc.property(
        fc.array(someRegister, { maxLength: 40 }),
        fc.integer({ min: 4, max: 125 }),
        fc.integer({ min: 0, max: 20 }),
        (registers, length, gap) => {
          const blocks = toBlocks(registers, { length, gap });
          for (const block of blocks) {
            assert.ok(block.count <= length);
            const wanted = new Set(
              registers
                .filter(({ table }) => table === block.table)
                .flatMap((each) => Array.from({ length: lengthOf(each) }, (_, index) => each.address + index)),
            );
            let unwanted = 0;
            for (let at = block.address; at < block.address + block.count; at += 1) {
              unwanted = wanted.has(at) ? 0 : unwanted + 1;
              assert.ok(unwanted <= gap);
            }
          }
          for (const each of registers) {
            assert.ok(
              blocks.some(
                ({ table, address, count }) =>
                  table === each.table && each.address >= address && each.address + lengthOf(each) <= address + count,
              ),
            );
          }
        },
      ),
    );
  });

  test('are as few as possible', () => {
    const at = (address: number, table: 'holding' | 'input' = 'input'): Register => ({ address, type: 'f32', table });
    assert.deepEqual(toBlocks([at(12), at(0), at(52), at(0, 'holding'), at(6)], { length: 60, gap: 10 }), [
      { table: 'input', address: 0, count: 14 },
      { table: 'input', address: 52, count: 2 },
      { table: 'holding', address: 0, count: 2 },
    ]);
  });
});

describe('a table of registers', () => {
  const link = (memory: Readonly<Record<number, number>>) => {
    const asked: string[] = [];
    const read: ModbusLink['read'] = async (table, address, count) => {
      asked.push(`${table} ${address}+${count}`);
      const answer = Buffer.alloc(count * 2);
      for (let index = 0; index < count; index += 1) answer.writeUInt16BE(memory[address + index] ?? 0, index * 2);
      return answer;
    };
    return { asked, link: { name: 'Modbus box:502 unit 1', read } as unknown as ModbusLink };
  };
  const signal = new AbortController().signal;

  test('is read in blocks; what is not available is absent', async () => {
    const { asked, link: box } = link({ 10: 2_300, 11: 0xffff, 40: 5 });
    const read = createRegisterReader(
      {
        voltage: { address: 10, type: 'u16', scale: 0.1 },
        current: { address: 11, type: 'u16' },
        name: { address: 40, type: 'u16', table: 'input' },
      },
      box,
      { fail },
    );
    assert.deepEqual(await read(signal), { voltage: 230, name: 5 });
    assert.deepEqual(asked, ['input 40+1', 'holding 10+2']);
  });

  test('a value that cannot be is an error with its name and register', async () => {
    const { link: box } = link({ 10: 9_000 });
    const read = createRegisterReader({ voltage: { address: 10, type: 'u16', max: 500 } }, box, { fail });
    await expect(read(signal)).rejects.toMatchObject({
      code: 'EVCC_DEVICE_PROTOCOL',
      message: 'Modbus box:502 unit 1, voltage (holding register 10): 9000 is more than the 500 that are possible',
    });
  });
});
