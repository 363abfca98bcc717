import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { time } from '../../../core/clock.ts';
import type { LoadedPlugin } from '../../../core/index.ts';
import forecast from '../../../plugins/forecast/index.ts';
import history from '../../../plugins/history/index.ts';
import planner from '../../../plugins/planner/index.ts';
import { previewQueries } from '../../../plugins/planner/preview.ts';
import { createCurrentDialect } from '../../../plugins/rest/current.ts';
import type { Dialect } from '../../../plugins/rest/dialect.ts';
import { createDocumentDialect } from '../../../plugins/rest/document.ts';
import { createGate } from '../../../plugins/rest/gate.ts';
import rest from '../../../plugins/rest/index.ts';
import { createRouteList } from '../../../plugins/rest/routes.ts';
import { createFakeEvcc } from './fake-evcc.ts';

const text = await readFile(new URL('../../../docs/rest.md', import.meta.url), 'utf8');

test('docs/rest.md lists every route, and no other', async () => {
  const evcc = await createFakeEvcc();
  const plugins: readonly LoadedPlugin[] = [forecast, history, planner];
  for (const plugin of plugins) await plugin.apply(evcc, {} as never);
  const list = createRouteList(evcc, createDocumentDialect(time), createGate(evcc, []));
  const routes = list().map(({ method, path }) => `${method.toUpperCase()} ${path}`);
  // A POST without value means something only where there is a DELETE too, which the text says once for all.
  const values = new Set(
    routes.filter((route) => route.includes('/:value')).map((route) => route.replace(/\/:value.*/, '')),
  );
  const expected = routes.filter((route) => !values.has(route)).map((route) => route.replace(/:\w+/g, '<>'));
  const documented = [...text.matchAll(/^\| `((?:GET|POST|PUT|PATCH|DELETE) [^`]+)`/gm)].map(([, route = '']) =>
    route.replace(/<\w+>/g, '<>'),
  );
  expect(documented.sort()).toEqual(expected.sort());
});

test('docs/rest-current.md lists the routes that only one of the dialects has', async () => {
  const evcc = await createFakeEvcc();
  for (const query of previewQueries(evcc, () => undefined)) evcc.queries.define(query);
  const of = (dialect: Dialect): string[] =>
    createRouteList(evcc, dialect, createGate(evcc, []))()
      .map(({ method, path }) => `${method.toUpperCase()} ${path.replace(/:\w+/g, '<>')}`)
      .filter((route, _, all) => !all.includes(`${route}/<>`) && !all.includes(`${route}/<>/<>`));
  const document = of(createDocumentDialect(time));
  const current = of(createCurrentDialect(time));
  const differing = [
    ...current.filter((route) => !document.includes(route)),
    ...document.filter((route) => !current.includes(route)),
    // Of a plugin of its own
    'POST /api/loadpoints/<>/remotedemand/<>/<>',
  ];
  const page = await readFile(new URL('../../../docs/rest-current.md', import.meta.url), 'utf8');
  const documented = [...page.matchAll(/^\| `((?:GET|POST|PUT|PATCH|DELETE) [^`]+)`/gm)].map(([, route = '']) =>
    route.replace(/<\w+>/g, '<>'),
  );
  expect(documented.sort()).toEqual(differing.sort());
});

test('docs/rest.md lists every option, and no other', () => {
  const schema = rest.section?.schema as unknown as { properties: object };
  const section = text.split('## Options')[1]?.split('\n## ')[0] ?? '';
  const documented = [...section.matchAll(/^\| `(\w+)`/gm)].map(([, option]) => option);
  expect(documented).toEqual(Object.keys(schema.properties));
});
