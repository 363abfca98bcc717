import Type from 'typebox';
import type { Evcc } from '../../core/index.ts';
import { send } from './answer.ts';
import type { Dialect } from './dialect.ts';
import { parametersOf } from './path.ts';
import type { Route } from './route.ts';

/** Lines that are kept */
const MOST_LINES = 500;
/** Characters of a message that are kept; some devices answer with whole pages */
const LONGEST_MESSAGE = 1_000;

interface Line {
  readonly area: string;
  readonly text: string;
}

/** The last warnings and errors of the log. */
export function logRoutes(evcc: Evcc, dialect: Dialect): readonly Route[] {
  const lines: Line[] = [];
  let end = (): void => {};
  evcc.hooks.setup.tapPromise('rest', async () => {
    end = evcc.onLog(({ level, area, message }) => {
      const text = `[${area.padEnd(6)}] ${level.toUpperCase()} ${evcc.time.formatLocal(evcc.clock.now())} ${message.slice(0, LONGEST_MESSAGE)}`;
      lines.push({ area, text });
      if (lines.length > MOST_LINES) lines.shift();
    });
  });
  evcc.hooks.stop.tapPromise('rest', async () => end());
  const answers = (description: string) => ({ 200: { description, result: Type.Array(Type.String()) } });
  return [
    {
      method: 'get',
      path: '/api/system/log',
      area: 'System',
      name: 'getLog',
      summary: 'The last warnings and errors',
      parameters: {
        area: {
          description: 'Only those of an area; it may be given several times',
          schema: Type.String(),
          example: 'site',
        },
      },
      answers: answers('Newest first'),
      handle(ctx) {
        const areas = parametersOf(ctx).getAll('area');
        const wanted = lines.filter(({ area }) => areas.length === 0 || areas.includes(area));
        send(ctx, dialect.success(wanted.map(({ text }) => text).reverse()));
      },
    },
    {
      method: 'get',
      path: '/api/system/log/areas',
      area: 'System',
      name: 'listLogAreas',
      summary: 'The areas that warnings and errors came from',
      answers: answers('In alphabetical order'),
      handle: (ctx) => send(ctx, dialect.success([...new Set(lines.map(({ area }) => area))].sort())),
    },
  ];
}
