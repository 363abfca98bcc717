import { writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { brotliCompressSync, brotliDecompressSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { fileAnswer } from '../../../plugins/web/files.ts';
import web from '../../../plugins/web/index.ts';
import { temporaryFolder } from '../../helpers/folder.ts';
import { createFakeEvcc } from '../rest/fake-evcc.ts';

function site() {
  const folder = temporaryFolder({
    'index.html': '<p>page</p>',
    'assets/a-1.js': 'script',
    '.secret.json': '{}',
    'plain.svg': '<svg/>',
    'notes.txt': 'notes',
  });
  writeFileSync(`${folder}/assets/a-1.js.br`, brotliCompressSync('script'));
  writeFileSync(`${folder}/assets/a-1.js.gz`, gzipSync('script'));
  const url = pathToFileURL(`${folder}/`);
  return (path: string, encoding?: string) =>
    fileAnswer(url, {
      path,
      query: new URLSearchParams(),
      headers: encoding === undefined ? {} : { 'accept-encoding': encoding },
    });
}

test('the page is asked for again each time, what is named after its content never', async () => {
  const ask = site();
  const page = await ask('/');
  expect(Buffer.from(page?.body ?? '').toString()).toBe('<p>page</p>');
  expect(page?.headers).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-cache',
    'content-security-policy': expect.stringContaining("default-src 'self'"),
  });
  expect((await ask('/assets/a-1.js'))?.headers['cache-control']).toMatch(/max-age=31536000, immutable/);
});

test.each([
  ['br, gzip', 'br'],
  ['gzip, deflate', 'gzip'],
  ['br;q=0, gzip', 'gzip'],
  ['deflate', undefined],
  [undefined, undefined],
])('a client that takes %s gets %s', async (accepted, encoding) => {
  const answer = await site()('/assets/a-1.js', accepted);
  expect(answer?.headers['content-encoding']).toBe(encoding);
  expect(answer?.headers.vary).toBe('Accept-Encoding');
  if (encoding === 'br') expect(brotliDecompressSync(answer?.body ?? '').toString()).toBe('script');
});

test('each form of a file has a tag of its own', async () => {
  const ask = site();
  const tags = await Promise.all(
    ['br', 'gzip', ''].map(async (encoding) => (await ask('/assets/a-1.js', encoding))?.headers.etag),
  );
  expect(new Set(tags).size).toBe(3);
});

test.each([
  '/nothing.js',
  '/notes.txt',
  '/.secret.json',
  '/../package.json',
  '/assets/../../x.json',
  '/assets',
  '/assets/a-1.js.br',
])('%s is not served', async (path) => expect(await site()(path)).toBeUndefined());

test('the plugin shows its page at /, without a login', async () => {
  const evcc = await createFakeEvcc();
  await web.apply(evcc, {});
  const [page] = evcc.pages.all();
  expect(page).toMatchObject({ path: '/', open: true });
  const answer = await page?.answer({ path: '/', query: new URLSearchParams(), headers: {} });
  expect(answer?.headers['content-type']).toMatch(/^text\//);
  expect(await page?.answer({ path: '/nothing', query: new URLSearchParams(), headers: {} })).toBeUndefined();
});

test('it tells where the page is, this machine first', async () => {
  const evcc = await createFakeEvcc();
  await web.apply(evcc, {});
  const urls = ['http://192.168.1.9:7070', 'http://localhost:7070'];
  evcc.services.provide('rest', { port: 7070, secure: false, local: false, urls });
  expect(evcc.announced).toEqual(['Web page: http://localhost:7070, http://192.168.1.9:7070']);
});
