import { createHash } from 'node:crypto';
import Type from 'typebox';
import { expect, test } from 'vitest';
import { DOCUMENT_SCHEMAS } from '../../../../plugins/rest/document-schemas.ts';
import { buildOpenApi } from '../../../../plugins/rest/openapi/build.ts';
import { renderPage } from '../../../../plugins/rest/openapi/page.ts';
import { inWords } from '../../../../plugins/rest/openapi/words.ts';
import { createFakeEvcc } from '../fake-evcc.ts';
import { startRest } from '../start-rest.ts';

const hashOf = (code: string): string => `'sha256-${createHash('sha256').update(code).digest('base64')}'`;

test('the page explains every operation and needs nothing but itself', async () => {
  const { ask } = await startRest();
  const { status, headers, text } = await ask('GET', '/api/docs');
  expect(status).toBe(200);
  expect(headers['content-type']).toBe('text/html; charset=utf-8');
  expect(text).toMatch(/^<!doctype html>\n<html lang="en">/);
  const { json } = await ask('GET', '/api/openapi.json');
  const { paths } = json as { paths: Record<string, Record<string, { operationId: string }>> };
  const ids = Object.values(paths).flatMap((methods) => Object.values(methods).map(({ operationId }) => operationId));
  const shown = [...text.matchAll(/ id="([\w-]+)"/g)].map(([, id]) => id);
  expect(shown).toEqual(expect.arrayContaining([...ids, 'State', 'Loadpoint', 'Session']));
  expect(new Set(shown).size).toBe(shown.length);
  const links = [...text.matchAll(/href="#([\w-]+)"/g)].map(([, id]) => id);
  expect(links.filter((id) => !shown.includes(id))).toEqual([]);
  expect(text).not.toMatch(/(src|href)="(https?:)?\/\//);
  expect(text).not.toMatch(/url\(|@import|<link|<img/);
});

test('the page may run only what is written in it', async () => {
  const { ask } = await startRest();
  const { headers, text } = await ask('GET', '/api/docs');
  const [, style = ''] = /<style>(.*?)<\/style>/s.exec(text) ?? [];
  const [, script = ''] = /<script>(.*?)<\/script>/s.exec(text) ?? [];
  const policy = String(headers['content-security-policy']);
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain(`style-src ${hashOf(style)}`);
  expect(policy).toContain(`script-src ${hashOf(script)}`);
  expect(policy).toContain("connect-src 'self'");
});

test('an operation comes with ranges, a command line and example answers', async () => {
  const { ask } = await startRest();
  const { text } = await ask('GET', '/api/docs');
  const part = (id: string): string => text.split(`id="${id}"`)[1]?.split('<details')[0] ?? '';
  expect(part('setLoadpointMinCurrent')).toContain('number from 1 to 80 (A), default 6');
  expect(part('setLoadpointMinCurrent')).toContain('curl -X POST http://localhost:7070/api/loadpoints/1/mincurrent/6');
  expect(part('setLoadpointMinCurrent')).toContain('{\n  &quot;result&quot;: 6\n}');
  expect(part('setLoadpointMode')).toContain('off, pv, minpv, now');
  expect(part('editSession')).toContain(
    'curl -X PUT http://localhost:7070/api/session/1 -H &#39;Content-Type: application/json&#39; -d &#39;{&quot;vehicle&quot;:&quot;EV6&quot;}&#39;',
  );
  expect(part('listDecisions')).toContain('<form data-path="/api/loadpoints/{id}/decisions">');
  expect(part('setLoadpointMode')).not.toContain('<form');
});

test('texts of plugins are shown as they are, whatever they contain', async () => {
  const evcc = await createFakeEvcc();
  const strange = '<script>alert("1")</script> & \'more\'';
  const page = renderPage(
    buildOpenApi(
      evcc,
      [
        {
          method: 'get',
          path: '/api/strange',
          area: 'System',
          name: 'getStrange',
          summary: strange,
          description: strange,
          parameters: { name: { description: strange, schema: Type.String({ examples: [strange] }) } },
          answers: { 200: { description: strange, result: Type.String({ examples: [strange] }) } },
          handle() {},
        },
      ],
      DOCUMENT_SCHEMAS,
    ),
  );
  expect(page).not.toContain('<script>alert');
  expect(page).toContain('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;more&#39;');
});

test.each([
  [{ type: 'number', minimum: 0, maximum: 100, 'x-unit': '%', default: 50 }, 'number from 0 to 100 (%), default 50'],
  [{ type: 'integer', minimum: 1 }, 'whole number from 1'],
  [{ type: 'number', exclusiveMinimum: 0, maximum: 5 }, 'number above 0 to 5'],
  [{ type: 'number', maximum: 5, 'x-unit': 'A' }, 'number up to 5 (A)'],
  [{ type: ['number', 'null'], 'x-unit': 'W' }, 'number (W) or null'],
  [{ type: 'string', maxLength: 5 }, 'text of up to 5 characters'],
  [{ type: 'string', format: 'date-time' }, 'RFC 3339 time'],
  [{ enum: ['', 'soft', 'hard'] }, 'empty, soft, hard'],
  [{ type: 'array', items: { $ref: '#/components/schemas/Session' } }, 'list of Session'],
  [{ type: 'object', properties: { a: {}, b: {} } }, '{ a, b }'],
  [{ type: 'object', additionalProperties: { type: 'boolean' } }, 'by name: true or false'],
  [{}, 'anything'],
])('%j is said as "%s"', (schema, words) => {
  expect(inWords(schema)).toBe(words);
});
