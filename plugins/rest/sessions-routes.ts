import type { Context } from 'koa';
import Type from 'typebox';
import type { Evcc, ParameterShape } from '../../core/index.ts';
import { send } from './answer.ts';
import { bodyOf } from './body.ts';
import type { Dialect } from './dialect.ts';
import { parametersOf } from './path.ts';
import { Refusal } from './refusal.ts';
import type { Route } from './route.ts';
import { component } from './schemas.ts';
import { listSessions, nameOf, type Period, periodOf } from './sessions.ts';
import { sessionsCsv } from './sessions-csv.ts';
import { EDIT, readEdit } from './sessions-edit.ts';
import { languageOf } from './sessions-language.ts';
import { createSessionsXlsx } from './sessions-xlsx.ts';

/** How the list is written, with the types of files */
const FORMATS = {
  json: 'application/json',
  csv: 'text/csv',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
} as const;
type Format = keyof typeof FORMATS;

/** Charging sessions: the list as JSON or as a file for spreadsheet programs, corrections, deletion. */
export function sessionRoutes(evcc: Evcc, dialect: Dialect): readonly Route[] {
  const workbooks = createSessionsXlsx(evcc.clock);
  evcc.hooks.stop.tapPromise('rest', async () => workbooks.close());
  return [
    {
      method: 'get',
      path: '/api/sessions',
      area: 'Sessions',
      name: 'listSessions',
      summary: 'Charging sessions, newest first',
      description: 'Sessions with less than 0.05 kWh are not listed.',
      parameters: {
        year: {
          description: `The year in which they began, ${dialect.localPeriods ? 'by the clocks of the house' : 'in UTC'}; absent: all`,
          schema: Type.Integer({ minimum: 1, maximum: 9999 }),
          example: 2025,
        },
        month: {
          description: 'The month of that year; without a year it means nothing',
          schema: Type.Integer({ minimum: 1, maximum: 12 }),
          example: 6,
        },
        vehicle: {
          description: 'Only those of this vehicle; empty: of none that is known',
          schema: Type.String(),
          example: 'EV6',
        },
        loadpoint: { description: 'Only those of this loadpoint', schema: Type.String(), example: 'Garage' },
        format: {
          description: 'How the list is written',
          schema: Type.Enum(Object.keys(FORMATS), { default: 'json' }),
        },
        lang: {
          description:
            'Language of captions, and of the numbers of CSV, as language tag; absent: the first of Accept-Language, else that of the server',
          schema: Type.String(),
          example: 'de',
        },
      },
      answers: {
        200: {
          description: 'The list, or a file',
          result: Type.Array(component('Session')),
          contents: [
            { type: FORMATS.csv, schema: Type.String() },
            { type: FORMATS.xlsx, schema: Type.String({ contentMediaType: FORMATS.xlsx }) },
          ],
        },
      },
      refusals: { 400: 'A parameter is not allowed', 503: 'The database failed, or too many ask at once' },
      heavy: true,
      async handle(ctx) {
        const query = parametersOf(ctx);
        const asked = query.get('format');
        const format = asked || 'json';
        if (!isFormat(format)) {
          const allowed = Object.keys(FORMATS).join(', ');
          throw new Refusal(400, `format "${format.slice(0, 60)}" is not available; allowed is ${allowed}`);
        }
        const period = periodOf(query);
        const listed = await listSessions(evcc.store, period, evcc.time, dialect.localPeriods);
        const sessions = listed.filter((session) =>
          (['vehicle', 'loadpoint'] as const).every((of) => session[of] === (query.get(of) ?? session[of])),
        );
        if (format === 'json') {
          // Whoever asks for the format in this dialect wants a file.
          if (asked && dialect.name === 'current') ctx.set('Content-Disposition', attachment(period, 'json'));
          return send(ctx, dialect.success(sessions.map(dialect.session)));
        }
        const accept = ctx.get('Accept-Language');
        const language = languageOf({ lang: query.get('lang'), accept, env: process.env });
        if (format === 'csv') {
          return sendFile(ctx, period, format, Buffer.from(sessionsCsv(sessions, language, evcc.time)));
        }
        if (!language) throw new Refusal(400, 'lang is no language tag; allowed are such as de or fr-CA');
        return sendFile(ctx, period, format, await workbooks.write(sessions, language, evcc.time));
      },
    },
    {
      method: 'put',
      path: '/api/session/:id',
      area: 'Sessions',
      name: 'editSession',
      summary: 'Corrects a session',
      parameters: { id: SESSION_ID },
      body: { type: 'application/json', schema: EDIT, example: { vehicle: 'EV6' }, required: true },
      answers: { 200: { description: 'Corrected; there is no body' } },
      refusals: {
        400: 'The body is not allowed',
        404: 'There is no such session',
        503: 'The database failed',
      },
      async handle(ctx) {
        const id = idOf(ctx);
        if (!(await evcc.store.sessions.edit(id, readEdit(bodyOf(ctx))))) throw unknown(id);
        ctx.body = '';
        ctx.remove('Content-Type');
      },
    },
    {
      method: 'delete',
      path: '/api/session/:id',
      area: 'Sessions',
      name: 'deleteSession',
      summary: 'Deletes a session',
      parameters: { id: SESSION_ID },
      answers: { 200: { description: 'Deleted', result: Type.Null() } },
      refusals: { 404: 'There is no such session', 503: 'The database failed' },
      async handle(ctx) {
        const id = idOf(ctx);
        if (!(await evcc.store.sessions.delete(id))) throw unknown(id);
        send(ctx, dialect.success(null));
      },
    },
  ];
}

function isFormat(text: string): text is Format {
  return Object.hasOwn(FORMATS, text);
}

function attachment(period: Period, format: Format): string {
  const name = ['session', nameOf(period)].filter((part) => part !== '').join('-');
  return `attachment; filename="${name}.${format}"`;
}

function sendFile(ctx: Context, period: Period, format: Format, bytes: Buffer): void {
  ctx.set('Content-Type', FORMATS[format]);
  ctx.set('Content-Disposition', attachment(period, format));
  ctx.vary('Accept-Language');
  ctx.body = bytes;
}

/** Ids that every database can have */
const LARGEST_ID = 2 ** 31 - 1;

const SESSION_ID: ParameterShape = {
  description: 'Number of the session, its `id` in the list',
  schema: Type.Integer({ minimum: 1, maximum: LARGEST_ID }),
  example: 1,
};

function idOf(ctx: Context): number {
  const text = String(ctx.params.id);
  if (!/^[1-9]\d{0,9}$/.test(text) || Number(text) > LARGEST_ID) throw unknown(text.slice(0, 20));
  return Number(text);
}

function unknown(id: number | string): Refusal {
  return new Refusal(404, `there is no session ${id}`);
}
