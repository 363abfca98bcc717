import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { SETTINGS } from '../../../core/runtime/settings-table.ts';
import { controlOf, type Schema } from '../../../plugins/web/page/data/settings.ts';
import en from '../../../plugins/web/page/text/en.ts';
import { FALLBACK, LANGUAGES, pickLanguage } from '../../../plugins/web/page/text/languages.ts';
import { createText } from '../../../plugins/web/page/text/text.tsx';

const places = (text: string): string[] => [...text.matchAll(/\{\w+\}/g)].map(([place]) => place).sort();

describe.each(Object.entries(LANGUAGES))('%s', (_, load) => {
  test('has every text, none of them empty, with the same places for values', async () => {
    const { default: texts } = await load();
    expect(Object.keys(texts).sort()).toEqual(Object.keys(en).sort());
    for (const [key, text] of Object.entries(texts)) {
      expect([key, text.trim()]).not.toEqual([key, '']);
      expect([key, ...places(text)]).toEqual([key, ...places(en[key as keyof typeof en])]);
    }
  });
});

test('every file of texts is a language of the page, each with a name of its own', async () => {
  const folder = new URL('../../../plugins/web/page/text/', import.meta.url);
  const files = readdirSync(folder).filter((file) => /^[a-z]{2}\.ts$/.test(file));
  expect(files.map((file) => file.slice(0, 2)).sort()).toEqual(Object.keys(LANGUAGES).sort());
  const names = await Promise.all(Object.values(LANGUAGES).map(async (load) => (await load()).default.language));
  expect(new Set(names).size).toBe(names.length);
});

test.each([
  ['', ['de-CH', 'en'], 'de'],
  ['', ['pt-BR', 'fr'], 'fr'],
  ['', ['pt-BR'], FALLBACK],
  ['nl', ['de'], 'nl'],
  ['xx', ['de'], 'de'],
  ['', ['constructor'], FALLBACK],
])('chosen %j with a browser of %j gives %s', (chosen, preferred, language) => {
  expect(pickLanguage(chosen, preferred)).toBe(language);
});

test('every setting that the page shows has a name and an explanation', () => {
  const { maybe } = createText('en', en);
  const shown = SETTINGS.filter(
    ({ state, rest, input, schema }) => state !== null && rest?.document && !input && controlOf(schema as Schema),
  );
  const missing = shown.flatMap(({ scope, name }) =>
    ['setting', 'hint']
      .filter((kind) => !(maybe(`${kind}.${scope}.${name}`) ?? maybe(`${kind}.${name}`)))
      .map((kind) => `${kind}.${scope}.${name}`),
  );
  expect(shown.length).toBeGreaterThan(25);
  expect(missing).toEqual([]);
});

test('values take their places, unknown texts are left to others', () => {
  const { t, maybe } = createText('en', en);
  expect(t('now.title.grid', { power: '3 kW' })).toBe('Drawing 3 kW from the grid');
  expect(maybe('reason.surplus')).toBe('Charges with sun');
  expect(maybe('reason.of-a-plugin')).toBeUndefined();
});
