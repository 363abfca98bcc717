import Type from 'typebox';
import type { Evcc, StateReader, StateValue } from '../../core/index.ts';
import { send, sendBytes } from './answer.ts';
import type { Dialect } from './dialect.ts';
import { createJq, type Jq } from './jq.ts';
import { parametersOf } from './path.ts';
import type { Route } from './route.ts';
import { component } from './schemas.ts';
import { createStateBody } from './state-body.ts';

/** The whole state, or what a jq filter makes of it. */
export function stateRoutes(evcc: Evcc, dialect: Dialect): readonly Route[] {
  const stateBody = createStateBody(evcc.state, dialect, evcc.clock.now());
  let jq: Jq | undefined;
  evcc.hooks.stop.tapPromise('rest', async () => jq?.close());
  return [
    {
      method: 'get',
      path: '/api/state',
      area: 'State',
      name: 'getState',
      summary: 'Everything that is published',
      parameters: {
        jq: {
          description:
            'Filter whose only value is the answer, as it is; it sees the state alone. See https://jqlang.org/manual/v1.7/',
          schema: Type.String(),
          example: '.siteTitle',
        },
      },
      answers: {
        200: {
          description:
            'The keys of the site, and of each loadpoint in `loadpoints`; with `jq`, what it gives, as it is',
          result: component('State'),
          headers: { ETag: 'Of this version of the state, to be repeated in If-None-Match' },
        },
      },
      refusals: {
        400: 'The jq filter is none, fails, takes too long or gives no value or several',
        503: 'Too many jq filters wait for their turn, or this one waited for too long',
      },
      ready: stateBody,
      async handle(ctx) {
        const { bytes, etag, bare } = stateBody();
        const filter = parametersOf(ctx).get('jq');
        if (filter) {
          jq ??= createJq(evcc.clock);
          return send(ctx, `${await jq.run(filter, bare())}\n`);
        }
        ctx.status = 200;
        ctx.set('ETag', etag);
        if (ctx.fresh) ctx.status = 304;
        else sendBytes(ctx, bytes);
      },
    },
    {
      method: 'get',
      path: '/api/vehicles',
      area: 'State',
      name: 'listVehicles',
      summary: 'What is published of each vehicle, connected or not',
      answers: { 200: { description: 'Their keys, by name', result: Type.Record(Type.String(), Type.Object({})) } },
      handle: (ctx) => send(ctx, dialect.success(vehicles(evcc.state, dialect))),
    },
  ];
}

function vehicles(state: StateReader, dialect: Dialect): object {
  const written = ([key, value]: readonly [string, StateValue]): [string, unknown] => [
    key,
    dialect.stateValue(state.describe('vehicle', key), value),
  ];
  return Object.fromEntries(
    [...state.vehicles].map(([name, values]) => [name, Object.fromEntries([...values].map(written))]),
  );
}
