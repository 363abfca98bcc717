import type { Context } from 'koa';
import Type from 'typebox';
import type { Evcc, StoreCopy } from '../../core/index.ts';
import { BackupError } from '../shared/storage/backup.ts';
import { checkBackup, restoreBackup } from '../shared/storage/backup-file.ts';
import { keptRows } from '../shared/storage/replacement.ts';
import { guardOf, refused } from './auth-routes.ts';
import { bodyOf } from './body.ts';
import type { Gate } from './gate.ts';
import { Refusal } from './refusal.ts';
import type { Route } from './route.ts';
import { LARGEST_UPLOAD, receiveFile } from './upload.ts';

/**
 * What puts something else in the place of the database. It is checked as a whole before anything changes, comes into force as
 * a whole or not at all, and the house then starts anew with it.
 */

/** Routes that take in their body themselves, since it may be large */
export const UPLOAD_ROUTES: ReadonlySet<string> = new Set(['POST /api/db/restore']);

/** ms that the client has to take the answer before the house starts anew */
const FAREWELL = 2_000;

const PARTS = ['sessions', 'settings'] as const;
const PASSWORD = Type.Optional(Type.String({ description: 'Confirms who asks, where there is a password' }));

export function restoreRoutes(evcc: Evcc, gate: Gate): readonly Route[] {
  let busy = false;

  /** Does something to the database with what was sent, one thing at a time. */
  const alone = async <T>(
    ctx: Context,
    receive: (ctx: Context) => Promise<T>,
    work: (copy: StoreCopy, sent: T) => Promise<void>,
  ): Promise<void> => {
    const close = { Connection: 'close' };
    // Forms are sent without asking before, so that any page in the world could.
    if (!gate.origins.trusts(ctx.req.headers)) {
      throw new Refusal(403, `pages of ${ctx.req.headers.origin} may not do this; see rest.allowedOrigins`, close);
    }
    const { copy } = evcc.store;
    if (!copy) throw new Refusal(404, 'the database keeps nothing: there is nowhere to restore to', close);
    if (busy) throw new Refusal(429, 'the database is being replaced already', { 'Retry-After': '10', ...close });
    busy = true;
    ctx.set('Connection', 'close');
    try {
      const sent = await receive(ctx);
      // It may take longer than a connection may be silent otherwise, and is the last thing that is asked of this one.
      ctx.req.socket.setTimeout(0);
      await work(copy, sent);
    } finally {
      busy = false;
    }
  };
  const confirm = async (ctx: Context, password: string | undefined): Promise<void> => {
    if (!password || !gate.guard()?.hasPassword) return;
    const result = await guardOf(gate).login(password, ctx.state.client);
    if ('denied' in result) throw refused(result);
  };
  const startAnew = (ctx: Context, why: string): void => {
    evcc.log.warn(`${why}; the house starts anew`);
    ctx.status = 204;
    const cancel = evcc.clock.after(FAREWELL, () => evcc.system.restart());
    ctx.res.once('close', () => {
      cancel();
      evcc.system.restart();
    });
  };

  return [
    {
      method: 'post',
      path: '/api/db/restore',
      area: 'System',
      name: 'restoreDatabase',
      summary: 'Puts a backup in the place of everything that the database holds, and starts the house anew',
      description: `The body is the file of a backup, or a form (multipart/form-data) with it, up to ${LARGEST_UPLOAD / 2 ** 20} MiB. It is read to its end before anything changes. A form may have a field \`password\`, which confirms who asks.`,
      body: {
        type: 'application/gzip',
        schema: Type.String({ contentMediaType: 'application/gzip' }),
        required: true,
      },
      answers: { 204: { description: 'The database holds what was in the backup, and the house starts anew' } },
      refusals: {
        400: 'It is no backup, a damaged one, or one of a newer release; nothing was changed',
        401: 'The password is wrong',
        403: 'The page that asks is of another origin',
        404: 'The database keeps nothing',
        413: 'The file is too large',
        429: 'The database is being replaced already',
        503: 'The database failed; nothing was changed',
      },
      handle: (ctx) =>
        alone(
          ctx,
          ({ req }) => receiveFile(req),
          async (copy, { read, fields, close }) => {
            try {
              await confirm(ctx, fields.password);
              const { header } = await checkBackup(read(), copy.version, () => {}).catch(asRefusal);
              await restoreBackup(copy, read());
              startAnew(ctx, `the database is as it was at ${header.created}`);
            } finally {
              await close();
            }
          },
        ),
    },
    {
      method: 'post',
      path: '/api/db/reset',
      area: 'System',
      name: 'resetDatabase',
      summary: 'Deletes charging sessions, settings or both, and starts the house anew',
      description:
        'Password and tokens stay. The body is JSON or a form. History is kept, and so is what the house knows of tariffs and of the sessions that are under way.',
      body: {
        type: 'application/json',
        schema: Type.Object({
          sessions: Type.Optional(Type.Boolean({ description: 'All charging sessions', default: false })),
          settings: Type.Optional(Type.Boolean({ description: 'Everything that was set', default: false })),
          password: PASSWORD,
        }),
        example: { sessions: true, settings: false },
        required: true,
      },
      answers: { 204: { description: 'It is deleted, and the house starts anew' } },
      refusals: {
        400: 'Nothing is named that could be deleted; nothing was changed',
        401: 'The password is wrong',
        403: 'The page that asks is of another origin',
        404: 'The database keeps nothing',
        429: 'The database is being replaced already',
        503: 'The database failed; nothing was changed',
      },
      handle: (ctx) =>
        alone(ctx, readReset, async (copy, { password, ...parts }) => {
          await confirm(ctx, password);
          await copy.replace(keptRows(copy, parts, () => evcc.clock.sleep(0)));
          const named = PARTS.filter((part) => parts[part]).join(' and ');
          startAnew(ctx, `${named} were deleted`);
        }),
    },
  ];
}

/** What is wrong with the file of a client is no fault of ours. */
function asRefusal(error: unknown): never {
  const { code = '', message } = error as { readonly code?: string; readonly message: string };
  if (error instanceof BackupError || code.startsWith('Z_')) throw new Refusal(400, message);
  throw error;
}

interface Reset {
  readonly sessions: boolean;
  readonly settings: boolean;
  readonly password?: string;
}

/** Flags as JSON has them, and as forms do */
const FLAGS: ReadonlyMap<unknown, boolean> = new Map<unknown, boolean>([
  ...[true, 'true', '1', 'on'].map((text) => [text, true] as const),
  ...[false, 'false', '0', 'off', ''].map((text) => [text, false] as const),
]);

async function readReset(ctx: Context): Promise<Reset> {
  const { password, ...flags } = await fieldsOf(ctx);
  const unknown = Object.keys(flags).find((name) => !PARTS.some((part) => part === name));
  if (unknown !== undefined) {
    throw new Refusal(400, `there is no "${unknown.slice(0, 60)}" to delete; allowed is ${PARTS.join(', ')}`);
  }
  const [sessions, settings] = PARTS.map((part) => {
    const flag = FLAGS.get(flags[part] ?? false);
    if (flag === undefined) throw new Refusal(400, `${part} must be true or false`);
    return flag;
  });
  if (!sessions && !settings) {
    throw new Refusal(400, `say what to delete: {"${PARTS.join('":true} or {"')}":true}`);
  }
  if (password !== undefined && typeof password !== 'string') throw new Refusal(400, 'password must be a text');
  return { sessions: sessions === true, settings: settings === true, ...(password !== undefined && { password }) };
}

async function fieldsOf(ctx: Context): Promise<Readonly<Record<string, unknown>>> {
  const bytes = bodyOf(ctx);
  const type = ctx.get('Content-Type');
  try {
    if (/^(multipart\/form-data|application\/x-www-form-urlencoded)\b/i.test(type)) {
      return Object.fromEntries(await new Response(bytes, { headers: { 'Content-Type': type } }).formData());
    }
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  } catch {
    // Said below.
  }
  throw new Refusal(400, 'the body must be a JSON object or a form');
}
