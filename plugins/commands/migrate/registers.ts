import { lineOf } from './address.ts';
import type { Draft, Fields } from './draft.ts';
import { missing } from './request.ts';
import type { Section } from './section.ts';

/** Registers and SunSpec points, which sources and targets share. */

const DECODE: Readonly<Record<string, string>> = {
  int16: 'i16',
  uint16: 'u16',
  int32: 'i32',
  uint32: 'u32',
  int64: 'i64',
  uint64: 'u64',
  float32: 'f32',
  float64: 'f64',
};

/** Address, table, type and word order of a register. */
export function registerOf(section: Section, draft: Draft): Fields | undefined {
  const register = section.section('register');
  const address = register?.number('address');
  if (!register || address === undefined) return missing(section, 'register with an address', draft);
  const type = (register.text('type') ?? 'holding').toLowerCase();
  const written = (register.text('decode') ?? 'uint16').toLowerCase();
  const [, plain = written, swapped] = /^(.*?)(s)?(?:nan)?$/.exec(written) ?? [];
  const mask = register.text('bitmask');
  register.close();
  const fields: Fields = { ...lineOf(section), address };
  const answer = section.seconds('timeout');
  if (answer !== undefined) fields.answerTimeout = answer;
  if (type.includes('coil')) return { ...fields, table: 'coil' };
  if (type.includes('discrete')) return { ...fields, table: 'discrete' };
  if (type.includes('input')) fields.table = 'input';
  if (type.startsWith('writemultiple')) fields.multiple = true;
  if (plain === 'bool16' || mask !== undefined) {
    const bits = Number(mask ?? 1);
    const first = Math.log2(bits & -bits);
    const count = Math.log2(bits / (bits & -bits) + 1);
    if (Number.isInteger(first) && Number.isInteger(count) && first + count <= 16) {
      return { ...fields, type: 'bits', bit: first, bits: count };
    }
  }
  const decode = DECODE[plain];
  if (decode === undefined) {
    draft.lost(register.path, register.line, `decoding "${written}" has no counterpart`);
    return undefined;
  }
  return { ...fields, type: decode, ...(swapped && { order: 'little' }) };
}

/** `103:W`, or `160:1:DCW` with the number of a repeated group; a list of alternatives with the same point */
export function pointOf(section: Section, draft: Draft): Fields | undefined {
  const values = section.texts('value').map((value) => value.split(':'));
  const [first] = values;
  if (!first) return missing(section, 'value', draft);
  const models = values.map(([model]) => Number(model));
  const point = first.at(-1) ?? '';
  const same = values.every((each) => each.at(-1) === point && each.length === first.length);
  if (!same || models.some((model) => !Number.isInteger(model)) || first.length < 2) {
    draft.lost(section.path, section.line, 'value is no list of models with the same point');
    return undefined;
  }
  const [model = 0] = models;
  return {
    ...lineOf(section),
    model: models.length === 1 ? model : models,
    point,
    ...(first.length === 3 && { module: Number(first[1]) }),
  };
}
