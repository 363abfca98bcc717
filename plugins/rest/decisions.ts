import type { Context } from 'koa';
import Type from 'typebox';
import type { DecisionRecord, Evcc, StateValue } from '../../core/index.ts';
import { send } from './answer.ts';
import type { Dialect } from './dialect.ts';
import { loadpointOf } from './loadpoint-id.ts';
import { parametersOf } from './path.ts';
import { Refusal } from './refusal.ts';
import { LOADPOINT_ID, type Route } from './route.ts';
import { component } from './schemas.ts';

/** Changes in an answer unless the request says otherwise */
const USUAL_LIMIT = 50;
const LARGEST_LIMIT = 1_000;

/** Why a loadpoint charges as it does, now and before. */
export function decisionRoutes(evcc: Evcc, dialect: Dialect): readonly Route[] {
  const written = (record: DecisionRecord): unknown =>
    dialect.stateValue(evcc.state.describe('loadpoint', 'decision'), record as unknown as StateValue);

  return [
    {
      method: 'get',
      path: '/api/loadpoints/:id/decision',
      area: 'Loadpoints',
      name: 'getDecision',
      summary: 'Why the loadpoint charges as it does',
      parameters: { id: LOADPOINT_ID },
      answers: { 200: { description: 'The decision of the last cycle', result: component('Decision') } },
      refusals: { 404: 'There is no such loadpoint, or no cycle has ended yet' },
      handle(ctx) {
        const id = loadpointOf(ctx);
        const record = evcc.decisions.current(id);
        if (record) send(ctx, dialect.success(written(record)));
        else throw new Refusal(404, `there is no loadpoint ${id}, or no cycle has ended yet`);
      },
    },
    {
      method: 'get',
      path: '/api/loadpoints/:id/decisions',
      area: 'Loadpoints',
      name: 'listDecisions',
      summary: 'The decisions that changed something',
      parameters: {
        id: LOADPOINT_ID,
        limit: {
          description: 'How many at most',
          schema: Type.Integer({ minimum: 1, maximum: LARGEST_LIMIT, default: USUAL_LIMIT }),
          example: 10,
        },
      },
      answers: { 200: { description: 'Newest first', result: Type.Array(component('Decision')) } },
      refusals: { 400: 'The limit is not allowed', 404: 'There is no such loadpoint' },
      handle(ctx) {
        const id = loadpointOf(ctx);
        const limit = limitOf(ctx);
        const changes = evcc.decisions.changes(id);
        if (!changes) throw new Refusal(404, `there is no loadpoint ${id}`);
        send(ctx, dialect.success(changes.slice(-limit).reverse().map(written)));
      },
    },
  ];
}

function limitOf(ctx: Context): number {
  const text = parametersOf(ctx).get('limit') ?? '';
  if (text === '') return USUAL_LIMIT;
  const value = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (value >= 1 && value <= LARGEST_LIMIT) return value;
  throw new Refusal(400, `invalid limit: "${text.slice(0, 60)}"; allowed is a whole number from 1 to ${LARGEST_LIMIT}`);
}
