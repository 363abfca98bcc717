import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { applyPlugin } from 'evcc/testing';
import { test } from 'vitest';
import acme from '../src/index.ts';
import quiet from '../src/quiet.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  readonly evcc: unknown;
};

interface Option {
  readonly description: string;
  readonly default?: unknown;
}

test('package.json declares the types that the plugin defines', async () => {
  const { chargers, meters, vehicles, tariffs } = await applyPlugin(acme);
  assert.deepEqual(manifest.evcc, {
    chargers: chargers.names,
    meters: meters.names,
    vehicles: vehicles.names,
    tariffs: tariffs.names,
  });
});

test('README.md lists every option with its default and meaning', async () => {
  const { chargers, meters, vehicles, tariffs } = await applyPlugin(acme);
  const schemas = [
    chargers.schema('acme'),
    meters.schema('acme-battery'),
    vehicles.schema('acme-ev'),
    tariffs.schema('acme-spot'),
    quiet.section?.schema,
  ];
  for (const schema of schemas) {
    const { properties, required } = schema as { properties: Record<string, Option>; required: readonly string[] };
    for (const [name, option] of Object.entries(properties)) {
      const rows = readme.split('\n').filter((line) => line.startsWith(`| \`${name}\` `));
      const cells = rows.map((row) => row.split('|').map((cell) => cell.trim()));
      const [, , , preset, meaning] = cells.find(([, , , , said]) => said === option.description) ?? [];
      const expected = option.default === undefined ? '' : `\`${String(option.default)}\``;
      assert.equal(preset, required.includes(name) ? 'required' : expected, `default of ${name}`);
      assert.equal(meaning, option.description, `meaning of ${name}`);
    }
  }
});
