import Type from 'typebox';
import type { Evcc } from '../../core/index.ts';
import { send } from './answer.ts';
import type { Dialect } from './dialect.ts';
import { Refusal } from './refusal.ts';
import type { Route } from './route.ts';

const REPORT = Type.Object({
  plugins: Type.Array(Type.String(), { description: 'Names of those in force' }),
  devices: Type.Array(
    Type.Object({
      kind: Type.String(),
      name: Type.String(),
      read: Type.Union([Type.String({ format: 'date-time' }), Type.Null()], {
        description: 'Time of the last reading; null: never',
      }),
    }),
  ),
  problems: Type.Array(
    Type.Object({ path: Type.String(), value: Type.Optional(Type.Unknown()), message: Type.String() }),
    { description: 'Why the last change of the configuration is not in force' },
  ),
});

/** What runs, for people who look after the house. */
export function systemRoutes({ system, time }: Evcc, dialect: Dialect): readonly Route[] {
  const deviceOf = ({ kind, name, readAt }: ReturnType<typeof system.devices>[number]): object => ({
    kind,
    name,
    read: readAt === undefined ? null : time.format(readAt),
  });
  return [
    {
      method: 'get',
      path: '/api/system/report',
      area: 'System',
      name: 'getSystemReport',
      summary: 'Plugins, last readings of devices, and what is wrong with the configuration',
      answers: { 200: { description: 'As things are now', result: REPORT } },
      handle: (ctx) =>
        send(
          ctx,
          dialect.success({
            plugins: system.plugins(),
            devices: system.devices().map(deviceOf),
            problems: system.problems(),
          }),
        ),
    },
    {
      method: 'delete',
      path: '/api/system/cache',
      area: 'System',
      name: 'dropCache',
      summary:
        'Drops what is kept of earlier answers, so that tariffs, connected vehicles and other devices are asked again',
      description: 'Rates that are known hold until there are new ones.',
      answers: { 200: { description: 'They are asked in the next cycle', result: Type.Object({}) } },
      handle(ctx) {
        system.forget();
        send(ctx, dialect.success({}));
      },
    },
    {
      method: 'post',
      path: '/api/update',
      area: 'System',
      name: 'update',
      summary: 'Is not possible: updates come by npm',
      answers: {},
      handle() {
        throw new Refusal(
          404,
          'this program does not update itself: npm install --global evcc@latest, then restart it',
        );
      },
    },
  ];
}
