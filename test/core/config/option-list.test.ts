import { expect, test } from 'vitest';
import { listOptions } from '../../../core/config/option-list.ts';

test('options in their order, with those of objects instead of the objects', () => {
  const options = listOptions({
    type: 'object',
    required: ['host'],
    properties: {
      host: { type: 'string', description: 'Where' },
      poll: { type: 'object', properties: { interval: { type: 'number', default: 5, unit: 's' } } },
      password: { type: 'string', secret: true },
    },
  });
  expect(options).toEqual([
    { key: 'host', allowed: 'a text', type: 'string', required: true, secret: false, description: 'Where' },
    {
      key: 'poll.interval',
      allowed: 'a number (s)',
      type: 'number',
      unit: 's',
      required: false,
      preset: 5,
      secret: false,
      description: '',
    },
    { key: 'password', allowed: 'a text', type: 'string', required: false, secret: true, description: '' },
  ]);
});

test('what several forms of an object allow together', () => {
  const form = (usage: string, more: object = {}, required: readonly string[] = []) => ({
    type: 'object',
    required: ['usage', ...required],
    properties: { usage: { const: usage, ...(usage === 'grid' && { description: 'What for' }) }, ...more },
  });
  const options = listOptions({
    anyOf: [form('grid'), form('pv', { peak: { type: 'number' } }, ['peak']), { type: 'null' }],
  });
  expect(options).toEqual([
    {
      key: 'usage',
      allowed: 'one of "grid", "pv"',
      type: 'string',
      values: ['grid', 'pv'],
      required: true,
      secret: false,
      description: 'What for',
    },
    { key: 'peak', allowed: 'a number', type: 'number', required: false, secret: false, description: '' },
  ]);
});

test('hidden options and references', () => {
  const schema = {
    properties: { a: { type: 'string' }, b: { $ref: '#/$defs/Big' } },
    $defs: { Big: { type: 'integer' } },
  };
  expect(listOptions(schema, ['a']).map(({ key, allowed }) => [key, allowed])).toEqual([['b', 'a whole number']]);
});
