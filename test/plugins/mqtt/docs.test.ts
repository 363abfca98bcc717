import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'vitest';
import { SETTINGS } from '../../../core/runtime/settings-table.ts';
import broker from '../../../plugins/broker/index.ts';
import mqttPlugin from '../../../plugins/mqtt/index.ts';

const text = readFileSync(new URL('../../../docs/mqtt.md', import.meta.url), 'utf8');
const [options = '', topics = '', commands = '', embedded = ''] = text.split(/^## /m).slice(1);

/** What stands in backquotes in the first column of a section's tables. */
function firstColumn(section: string): string[] {
  return [...section.matchAll(/^\| (`[^|]*`) \|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name),
  );
}

test('the page lists every command, and no other', () => {
  const prefix = { site: 'site', loadpoint: 'loadpoints/<id>', vehicle: 'vehicles/<name>' };
  const rows = SETTINGS.flatMap(({ scope, mqtt, mqttToo }) =>
    [mqtt, mqttToo].flatMap((name) => (name === undefined ? [] : [`${prefix[scope]}/${name}/set`])),
  );
  assert.deepEqual(firstColumn(commands).sort(), rows.sort());
});

test('the page lists every option of both plugins, with its default', () => {
  for (const [plugin, section] of [
    [mqttPlugin, options],
    [broker, embedded],
  ] as const) {
    const schema: unknown = plugin.section?.schema;
    const { properties } = schema as { properties: Record<string, { default?: unknown }> };
    assert.deepEqual(firstColumn(section).sort(), Object.keys(properties).sort());
    for (const [name, property] of Object.entries(properties)) {
      if (property.default === undefined) continue;
      const row = section.split('\n').find((line) => line.startsWith(`| \`${name}\``)) ?? '';
      assert.ok(row.split('|')[3]?.includes(String(property.default)), row);
    }
  }
});

test('the page names the topics besides the keys', () => {
  assert.deepEqual(firstColumn(topics), [
    '<root>/status',
    '<root>/updated',
    '<root>/loadpoints',
    '<root>/vehicles',
    '<root>/site/<key>',
    '<root>/loadpoints/<id>/<key>',
    '<root>/vehicles/<name>/<key>',
  ]);
});
