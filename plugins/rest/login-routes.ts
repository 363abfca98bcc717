import type { Context } from 'koa';
import Type from 'typebox';
import type { DeviceLogin, Evcc, LoginStep, ParameterShape } from '../../core/index.ts';
import { send } from './answer.ts';
import type { Dialect } from './dialect.ts';
import type { Gate } from './gate.ts';
import { parametersOf } from './path.ts';
import { Refusal } from './refusal.ts';
import type { Route } from './route.ts';

/** Logins that devices need of a person, such as at the service of a car maker. Their answers have no envelope in any dialect. */

const STEP = Type.Object({
  loginUri: Type.Optional(Type.String({ description: 'Where a person has to go; absent: the login is done already' })),
  code: Type.Optional(Type.String({ description: 'What has to be entered there' })),
  expiry: Type.Optional(Type.String({ format: 'date-time', description: 'Until when' })),
});
const KIND: ParameterShape = { description: 'Kind of device', schema: Type.String(), example: 'vehicles' };
const DEVICE: ParameterShape = {
  description: 'Place of the vehicle in `vehicles` of the state, from 1, or name of another device',
  schema: Type.String(),
  example: '1',
};
const ID: ParameterShape = {
  description: '`id` in `authProviders` of the state',
  schema: Type.String(),
  example: 'vehicles/1',
};

export function loginRoutes(evcc: Evcc, dialect: Dialect, gate: Gate): readonly Route[] {
  const find = (id: string): DeviceLogin => {
    const logins = evcc.system.logins();
    const login = logins.find((each) => each.id === id);
    if (login) return login;
    const known = logins.map((each) => each.id).join(', ') || 'there is none at all';
    throw new Refusal(404, `there is no login ${id.slice(0, 60)}; known: ${known}`);
  };
  const actions = {
    login: async (login: DeviceLogin): Promise<object> => shown(await login.begin()),
    logout: async (login: DeviceLogin): Promise<object> => {
      await login.end();
      return {};
    },
  };
  const shown = (step: LoginStep | undefined): object => ({
    ...(step && { loginUri: step.url }),
    ...(step?.code !== undefined && { code: step.code }),
    ...(step?.until !== undefined && { expiry: evcc.time.format(step.until) }),
  });
  const route = (
    action: keyof typeof actions,
    more: Pick<Route, 'method' | 'path' | 'name' | 'parameters'>,
    idOf: (ctx: Context) => string,
  ): Route => ({
    ...more,
    area: 'Access',
    summary: action === 'login' ? 'Says where to log in for a device' : 'Forgets the login of a device',
    description:
      action === 'login'
        ? 'Begins a login, or goes on with the one that was begun. That it is done is seen in the state.'
        : 'Everything that was handed out for it is forgotten; the device is not available until somebody logs in again.',
    answers: {
      200: {
        description: action === 'login' ? 'What a person has to do' : 'Forgotten',
        contents: [{ type: 'application/json', schema: action === 'login' ? STEP : Type.Object({}) }],
      },
    },
    refusals: {
      400: 'The service refuses, or cannot be reached',
      403: 'Whoever asks may not change things',
      404: 'There is no such login',
    },
    async handle(ctx) {
      // What is asked with GET for the sake of clients is a change all the same, and no link of others' pages may do it.
      const refusal = gate.refusal({ method: 'POST', headers: ctx.req.headers }, false);
      if (refusal) throw refusal;
      const { origin } = ctx.req.headers;
      if (origin === undefined && ctx.get('Sec-Fetch-Site') === 'cross-site') {
        throw new Refusal(403, 'pages of other servers may not do this');
      }
      ctx.set('Cache-Control', 'no-store');
      send(ctx, `${JSON.stringify(await actions[action](find(idOf(ctx))))}\n`);
    },
  });
  const ofPath = (ctx: Context): string => `${ctx.params.kind}/${ctx.params.device}`;
  const ofQuery = (ctx: Context): string => parametersOf(ctx).get('id') ?? '';
  const parameters = { kind: KIND, device: DEVICE };
  return [
    route('login', { method: 'post', path: '/oauth/:kind/:device/login', name: 'beginLogin', parameters }, ofPath),
    route('logout', { method: 'post', path: '/oauth/:kind/:device/logout', name: 'endLogin', parameters }, ofPath),
    ...(dialect.name === 'current'
      ? [
          route(
            'login',
            { method: 'get', path: '/providerauth/login', name: 'getLogin', parameters: { id: ID } },
            ofQuery,
          ),
          route(
            'logout',
            { method: 'get', path: '/providerauth/logout', name: 'getLogout', parameters: { id: ID } },
            ofQuery,
          ),
        ]
      : []),
  ];
}
