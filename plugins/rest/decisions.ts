import type Router from '@koa/router';
import type { Context } from 'koa';
import type { DecisionRecord, Evcc, StateValue } from '../../core/index.ts';
import { send } from './answer.ts';
import type { Dialect } from './dialect.ts';
import { loadpointOf } from './loadpoint-id.ts';
import { Refusal } from './refusal.ts';

/** Changes in an answer unless the request says otherwise */
const USUAL_LIMIT = 50;
const LARGEST_LIMIT = 1_000;

/** Why a loadpoint charges as it does, now and before. */
export function addDecisionRoutes(router: Router, evcc: Evcc, dialect: Dialect): void {
  const written = (record: DecisionRecord): unknown =>
    dialect.stateValue(evcc.state.describe('loadpoint', 'decision'), record as unknown as StateValue);

  router.get('/api/loadpoints/:id/decision', (ctx) => {
    const id = loadpointOf(ctx);
    const record = evcc.decisions.current(id);
    if (record) send(ctx, dialect.success(written(record)));
    else throw new Refusal(404, `there is no loadpoint ${id}, or no cycle has ended yet`);
  });
  router.get('/api/loadpoints/:id/decisions', (ctx) => {
    const id = loadpointOf(ctx);
    const limit = limitOf(ctx);
    const changes = evcc.decisions.changes(id);
    if (!changes) throw new Refusal(404, `there is no loadpoint ${id}`);
    send(ctx, dialect.success(changes.slice(-limit).reverse().map(written)));
  });
}

function limitOf(ctx: Context): number {
  const text = ctx.URL.searchParams.get('limit') ?? '';
  if (text === '') return USUAL_LIMIT;
  const value = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (value >= 1 && value <= LARGEST_LIMIT) return value;
  throw new Refusal(400, `invalid limit: "${text.slice(0, 60)}"; allowed is a whole number from 1 to ${LARGEST_LIMIT}`);
}
