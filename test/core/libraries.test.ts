import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { BUNDLE, type BundleMap, installedState } from '../../core/libraries.ts';

const map = JSON.parse(readFileSync(new URL('map.json', BUNDLE), 'utf8')) as BundleMap;

describe('the bundled libraries that npm ci makes', () => {
  test('were made from what is installed', () => {
    expect(map.installed).toBe(installedState());
  });

  test.each(Object.entries(map.files))('%s exports what the library itself exports', async (library, file) => {
    const bundled: object = await import(new URL(file, BUNDLE).href);
    const original: object = await import(library);
    const names = (exported: object): string[] =>
      Object.keys(exported)
        .filter((name) => name !== 'module.exports')
        .sort();
    expect(names(bundled)).toEqual(names(original));
    for (const name of names(original)) {
      const kind = typeof Reflect.get(original, name);
      expect([name, typeof Reflect.get(bundled, name)]).toEqual([name, kind]);
    }
  });
});
