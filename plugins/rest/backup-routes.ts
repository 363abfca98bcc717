import Type from 'typebox';
import type { Evcc } from '../../core/index.ts';
import { writeBackup } from '../shared/storage/backup.ts';
import type { Gate } from './gate.ts';
import { Refusal } from './refusal.ts';
import type { Method, Route } from './route.ts';

/** The whole database as a file, by each of its paths. */
export function backupRoutes(evcc: Evcc, gate: Gate): readonly Route[] {
  let busy = false;
  const route = (method: Method, path: string, name: string): Route => ({
    method,
    path,
    area: 'System',
    name,
    summary: 'Everything that the database holds, as a file for evcc restore',
    description: 'Only for those who may change things: it holds what is needed to log in.',
    answers: {
      200: {
        description: 'The file',
        contents: [{ type: 'application/gzip', schema: Type.String({ contentMediaType: 'application/gzip' }) }],
      },
    },
    refusals: { 404: 'The database keeps nothing', 429: 'Another one is being made', 503: 'The database failed' },
    handle(ctx) {
      // What is in it may change more than any command.
      const refusal = gate.refusal({ method: 'POST', headers: ctx.req.headers }, false);
      if (refusal) throw refusal;
      const { copy } = evcc.store;
      if (!copy) throw new Refusal(404, 'the database keeps nothing that could be saved');
      if (busy) throw new Refusal(429, 'a backup is being made already', { 'Retry-After': '10' });
      busy = true;
      const now = evcc.clock.now();
      const bytes = writeBackup(copy, { release: evcc.version, created: evcc.time.format(now) });
      bytes.once('close', () => {
        busy = false;
      });
      ctx.set('Content-Type', 'application/gzip');
      ctx.set('Cache-Control', 'no-store');
      const day = evcc.time.formatLocal(now).slice(0, 10);
      ctx.set('Content-Disposition', `attachment; filename="evcc-backup-${day}.gz"`);
      ctx.body = bytes;
    },
  });
  return [route('get', '/api/backup', 'getBackup'), route('post', '/api/db/backup', 'makeBackup')];
}
