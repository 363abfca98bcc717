import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalTarget } from '../../../plugins/rest/path.ts';

test.each([
  ['/api/state', '/api/state', ''],
  ['/api/state/', '/api/state', ''],
  ['//api///state', '/api/state', ''],
  ['/', '/', ''],
  ['', '/', ''],
  ['*', '/*', ''],
  ['/api/l%6fadpoints/1/mode/p%76', '/api/loadpoints/1/mode/pv', ''],
  ['/api/sessions?year=2025&month=6', '/api/sessions', 'year=2025&month=6'],
  ['/api/sessions?a=?&b=/', '/api/sessions', 'a=?&b=/'],
  ['/api/state#top?x', '/api/state', ''],
  ['http://evcc.local:7070/api/state?x', '/api/state', 'x'],
  ['HTTPS://evcc/api/state', '/api/state', ''],
  ['/target/time/2030-01-01T00:00:00+02:00', '/target/time/2030-01-01T00%3A00%3A00%2B02%3A00', ''],
  ['/target/time/2030-01-01T00:00:00%2B02:00', '/target/time/2030-01-01T00%3A00%3A00%2B02%3A00', ''],
  ['/a%2Fb/c', '/a%2Fb/c', ''],
  ['/%2525', '/%2525', ''],
])('%s is understood as %s', (target, path, query) => {
  expect(canonicalTarget(target)).toEqual({ path, query });
});

test.each(['/api/%', '/api/%zz', '/api/%c3%28', '/%e4', '/api/loadpoints/1/mode/%ff'])(
  '%s has no meaning',
  (target) => {
    expect(canonicalTarget(target)).toBeUndefined();
  },
);

test('the form of a path does not change any more, and its segments read back the same', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ minLength: 1, unit: 'grapheme' })), (segments) => {
      const path = `/${segments.map(encodeURIComponent).join('/')}`;
      const once = canonicalTarget(path);
      expect(once?.path.split('/').slice(1).filter(Boolean).map(decodeURIComponent)).toEqual(segments);
      expect(canonicalTarget(once?.path ?? '')).toEqual(once);
    }),
  );
});
