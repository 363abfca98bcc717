import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { applyPlugin } from 'evcc/testing';
import { test } from 'vitest';
import acme from '../src/index.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  readonly evcc: unknown;
};

interface Option {
  readonly description: string;
  readonly default?: unknown;
}

test('package.json declares the types that the plugin defines', async () => {
  const { chargers, tariffs } = await applyPlugin(acme);
  assert.deepEqual(manifest.evcc, { chargers: chargers.names, tariffs: tariffs.names });
});

test('README.md lists every option with its default and meaning', async () => {
  const { chargers, tariffs } = await applyPlugin(acme);
  for (const schema of [chargers.schema('acme'), tariffs.schema('acme-spot')]) {
    const { properties, required } = schema as { properties: Record<string, Option>; required: readonly string[] };
    for (const [name, option] of Object.entries(properties)) {
      const row = readme.split('\n').find((line) => line.startsWith(`| \`${name}\` `));
      const [, , , preset, meaning] = (row ?? '').split('|').map((cell) => cell.trim());
      const expected = option.default === undefined ? '' : `\`${String(option.default)}\``;
      assert.equal(preset, required.includes(name) ? 'required' : expected, `default of ${name}`);
      assert.equal(meaning, option.description, `meaning of ${name}`);
    }
  }
});
