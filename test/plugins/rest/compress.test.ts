import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { encodingOf } from '../../../plugins/rest/compress.ts';
import { startRest } from './start-rest.ts';

test.each([
  ['', undefined],
  ['gzip', 'gzip'],
  ['gzip, deflate, br', 'br'],
  ['gzip;q=1.0, br;q=0.5', 'gzip'],
  ['*', 'br'],
  ['*, br;q=0', 'gzip'],
  ['*;q=0, deflate', 'deflate'],
  ['identity', undefined],
  ['GZIP ; q=0.1', 'gzip'],
  ['gzip;q=nonsense', undefined],
])('of "%s" it is %s', (accept, encoding) => {
  expect(encodingOf(accept)).toBe(encoding);
});

test('the state is compressed once per version, whoever asks', async () => {
  const { evcc, ask } = await startRest();
  const read = async () => {
    const { headers, bytes } = await ask('GET', '/api/state', { headers: { 'Accept-Encoding': 'gzip' } });
    expect(headers['content-encoding']).toBe('gzip');
    return JSON.parse(gunzipSync(bytes).toString()).result.gridPower;
  };
  evcc.set('site', 0, 'gridPower', 1);
  evcc.flush();
  expect([await read(), await read()]).toEqual([1, 1]);
  evcc.set('site', 0, 'gridPower', 2);
  evcc.flush();
  expect(await read()).toBe(2);
});
