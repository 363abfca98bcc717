import type Router from '@koa/router';
import type { Context } from 'koa';
import type { Evcc } from '../../core/index.ts';
import { send } from './answer.ts';
import { bodyOf } from './body.ts';
import type { Dialect } from './dialect.ts';
import { Refusal } from './refusal.ts';
import { listSessions, nameOf, type Period, periodOf } from './sessions.ts';
import { sessionsCsv } from './sessions-csv.ts';
import { readEdit } from './sessions-edit.ts';
import { languageOf } from './sessions-language.ts';

/** Charging sessions: the list as JSON or CSV, corrections, deletion. */
export function addSessionRoutes(router: Router, evcc: Evcc, dialect: Dialect): void {
  router.get('/api/sessions', async (ctx) => {
    const query = ctx.URL.searchParams;
    const format = query.get('format') || 'json';
    if (format !== 'json' && format !== 'csv') {
      throw new Refusal(400, `format "${format.slice(0, 60)}" is not available; allowed is json, csv`);
    }
    const period = periodOf(query);
    const sessions = await listSessions(evcc.store, period, evcc.time);
    if (format === 'json') return send(ctx, dialect.success(sessions.map(dialect.session)));
    const accept = ctx.get('Accept-Language');
    const language = languageOf({ lang: query.get('lang'), accept, env: process.env });
    return sendFile(ctx, period, sessionsCsv(sessions, language, evcc.time));
  });
  router.put('/api/session/:id', async (ctx) => {
    const id = idOf(ctx);
    if (!(await evcc.store.sessions.edit(id, readEdit(bodyOf(ctx))))) throw unknown(id);
    ctx.body = '';
    ctx.remove('Content-Type');
  });
  router.delete('/api/session/:id', async (ctx) => {
    const id = idOf(ctx);
    if (!(await evcc.store.sessions.delete(id))) throw unknown(id);
    send(ctx, dialect.success(null));
  });
}

function sendFile(ctx: Context, period: Period, text: string): void {
  const name = ['session', nameOf(period)].filter((part) => part !== '').join('-');
  ctx.set('Content-Type', 'text/csv');
  ctx.set('Content-Disposition', `attachment; filename="${name}.csv"`);
  ctx.vary('Accept-Language');
  ctx.body = Buffer.from(text);
}

/** Ids that every database can have */
const LARGEST_ID = 2 ** 31 - 1;

function idOf(ctx: Context): number {
  const text = String(ctx.params.id);
  if (!/^[1-9]\d{0,9}$/.test(text) || Number(text) > LARGEST_ID) throw unknown(text.slice(0, 20));
  return Number(text);
}

function unknown(id: number | string): Refusal {
  return new Refusal(404, `there is no session ${id}`);
}
