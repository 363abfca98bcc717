import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { asJson } from '../../core/config/json-schema.ts';
import { checkOptions } from '../../core/config/options.ts';
import { EVENTS } from '../../plugins/messaging/events.ts';
import { FORMATS } from '../../plugins/messaging/format.ts';
import { SCHEMA, SERVICES } from '../../plugins/messaging/schema.ts';
import { EVENT_VALUES } from '../../plugins/messaging/values.ts';
import { fillIn, table } from './tables.ts';

const FILE = fileURLToPath(new URL('../../docs/messaging.md', import.meta.url));
const text = readFileSync(FILE, 'utf8');

/** A table of cells; `|` in them is escaped. */
const rows = (head: readonly string[], lines: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...lines]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n');

const described = asJson(SCHEMA).properties?.events?.properties ?? {};
const PARTS: ReadonlyMap<string, string> = new Map([
  [
    'events',
    rows(
      ['event', 'when', 'usual title', 'usual message'],
      Object.entries(EVENTS).map(([name, { title, message }]) => [
        `\`${name}\``,
        described[name]?.description ?? '',
        title,
        `\`${message}\``,
      ]),
    ),
  ],
  [
    'values',
    rows(
      ['name', 'meaning'],
      Object.entries(EVENT_VALUES).map(([name, { description, unit }]) => [
        `\`${name}\``,
        unit === undefined ? description : `${description}, ${unit}`,
      ]),
    ),
  ],
  [
    'formats',
    rows(
      ['word', 'writes'],
      Object.entries(FORMATS).map(([word, meaning]) => [`\`${word}\``, meaning]),
    ),
  ],
  [
    'services',
    SERVICES.map((schema) => {
      const { type, ...options } = asJson(schema).properties ?? {};
      return `### \`${String(type?.const)}\`\n\n${table({ ...asJson(schema), properties: options })}`;
    }).join('\n\n'),
  ],
]);

describe('docs/messaging.md', () => {
  test('lists the events, values, formats and services that the code has (npx vitest run test/docs/messaging.test.ts -u)', async () => {
    await expect(fillIn(text, PARTS)).toMatchFileSnapshot(FILE);
    for (const name of PARTS.keys()) expect(text).toContain(`<!-- begin ${name} -->`);
  });

  test('shows examples without problems', () => {
    const blocks = [...text.matchAll(/```ts\n(.*?)```/gs)].map(([, block = '']) => block);
    expect(blocks).toHaveLength(2);
    for (const block of blocks) {
      const inner = /messaging: (\{[\s\S]*\}),\n\}\)/.exec(block)?.[1] ?? `{ events: {}, ${block} }`;
      const options: unknown = new Function('env', `return ${inner}`)((name: string) => `https://${name}`);
      expect(checkOptions('messaging', SCHEMA, options).problems).toEqual([]);
    }
  });

  test('describes the events that the configuration knows', () => {
    expect(Object.keys(described)).toEqual(Object.keys(EVENTS));
  });
});
