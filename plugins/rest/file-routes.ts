import type { Evcc } from '../../core/index.ts';
import type { Dialect } from './dialect.ts';
import { Refusal } from './refusal.ts';
import type { Method, Route } from './route.ts';

/** What evcc lets clients change, and what stands in the file here: they are told so. */

const WRITES: readonly (readonly [Method, string, string])[] = [
  ['put', 'site', 'the site'],
  ['post', 'loadpoints', 'loadpoints'],
  ['put', 'loadpoints/:id', 'loadpoints'],
  ['delete', 'loadpoints/:id', 'loadpoints'],
  ['put', 'tariff', 'which tariff plays which part'],
];

/** They are not described, since they do nothing. */
export function fileRoutes(evcc: Evcc, dialect: Dialect): readonly Route[] {
  if (dialect.name !== 'current') return [];
  return WRITES.map(([method, path, what]) => ({
    method,
    path: `/api/config/${path}`,
    area: 'Configuration',
    name: `refuse${method}${path}`,
    summary: 'Is part of the configuration file',
    answers: {},
    handle() {
      const file = evcc.configuration.file ?? 'evcc.config.ts';
      throw new Refusal(
        400,
        `${what} can only be changed in the configuration file ${file}, which takes effect when saved`,
      );
    },
  }));
}
