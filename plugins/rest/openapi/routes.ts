import { createHash } from 'node:crypto';
import type { Context } from 'koa';
import Type from 'typebox';
import type { Evcc, StateKey } from '../../../core/index.ts';
import { JSON_TYPE } from '../answer.ts';
import type { Dialect } from '../dialect.ts';
import type { Route } from '../route.ts';
import { buildOpenApi, type OpenApi } from './build.ts';
import { PAGE_POLICY, renderPage } from './page.ts';

/** A body that is made once for all who ask. */
interface Made {
  readonly bytes: Buffer;
  readonly etag: string;
}

/** The description of the API, for programs and for people; it follows `routes` and the table of keys. */
export function openApiRoutes(evcc: Evcc, dialect: Dialect, routes: () => readonly Route[]): readonly Route[] {
  const document = following(evcc, routes, () => buildOpenApi(evcc, routes(), dialect.schemas));
  const json = once(document, (present) => made(JSON.stringify(present)));
  const page = once(document, (present) => made(renderPage(present)));
  return [
    {
      method: 'get',
      path: '/api/openapi.json',
      area: 'System',
      name: 'getOpenApi',
      summary: 'This description of the API',
      answers: {
        200: {
          description: 'An OpenAPI 3.1 document',
          contents: [
            {
              type: 'application/json',
              schema: Type.Object({ openapi: Type.Literal('3.1.0') }, { additionalProperties: true }),
              example: { openapi: '3.1.0' },
            },
          ],
          headers: ETAG,
        },
      },
      handle: (ctx) => sendMade(ctx, json(), JSON_TYPE),
    },
    {
      method: 'get',
      path: '/api/docs',
      area: 'System',
      name: 'getDocs',
      summary: 'This description of the API as a page to read',
      answers: {
        200: {
          description: 'A page for browsers, which needs nothing else',
          contents: [{ type: 'text/html', schema: Type.String(), example: '<!doctype html>…' }],
          headers: ETAG,
        },
      },
      handle(ctx) {
        ctx.set('Content-Security-Policy', PAGE_POLICY);
        sendMade(ctx, page(), 'text/html; charset=utf-8');
      },
    },
  ];
}

const ETAG = { ETag: 'Of this version, to be repeated in If-None-Match' };
function sendMade(ctx: Context, { bytes, etag }: Made, type: string): void {
  ctx.status = 200;
  ctx.set('ETag', etag);
  if (ctx.fresh) {
    ctx.status = 304;
    return;
  }
  ctx.set('Content-Type', type);
  ctx.body = bytes;
}

function made(text: string): Made {
  return { bytes: Buffer.from(text), etag: `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"` };
}

const SCOPES = ['site', 'loadpoint', 'vehicle'] as const;

/** The document of what is there now; the same one as long as routes and keys are. */
function following({ state }: Evcc, routes: () => readonly Route[], build: () => OpenApi): () => OpenApi {
  let seen: readonly (readonly Route[] | readonly StateKey[])[] | undefined;
  let document: OpenApi | undefined;
  return () => {
    const present = [routes(), ...SCOPES.map((scope) => state.keys(scope))];
    if (!document || !seen || present.some((part, index) => part !== seen?.[index])) {
      seen = present;
      document = build();
    }
    return document;
  };
}

/** What is made of a source, made anew when the source is another one. */
function once<Source, Result>(source: () => Source, make: (source: Source) => Result): () => Result {
  let last: { readonly source: Source; readonly result: Result } | undefined;
  return () => {
    const present = source();
    if (!last || last.source !== present) last = { source: present, result: make(present) };
    return last.result;
  };
}
