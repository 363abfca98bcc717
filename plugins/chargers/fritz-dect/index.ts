import Type from 'typebox';
import type { Plugin } from '../../../core/index.ts';
import { HOST, toBase } from '../../shared/http/address.ts';
import { createHttp, describeText, type HttpClient } from '../../shared/http/client.ts';
import { authorized } from '../../shared/http/credentials.ts';
import { createSwitchCharger, SWITCH, type SwitchOptions } from '../../shared/switch-socket.ts';
import { createFritzLogin, type FritzBox } from './login.ts';

/** Options of a `fritz-dect` charger. */
export interface FritzDectChargerOptions extends SwitchOptions {
  /** Of the FRITZ!Box; default fritz.box */
  host?: string;
  /** default: the one user of boxes that want a password only */
  user?: string;
  /** Secret */
  password: string;
  /** Number of the socket */
  ain: string;
  /** Accepts the certificate that the box made itself; default false */
  insecure?: boolean;
}

declare module 'evcc' {
  interface ChargerTypes {
    'fritz-dect': FritzDectChargerOptions;
  }
}

const schema = Type.Unsafe<FritzDectChargerOptions>(
  Type.Object({
    host: Type.Optional({ ...HOST, description: 'Name or address of the FRITZ!Box', default: 'fritz.box' }),
    user: Type.Optional(
      Type.String({
        description: 'User of the FRITZ!Box; default: none, for boxes that want a password only',
        minLength: 1,
      }),
    ),
    password: Type.String({ description: 'Password of the user', minLength: 1, secret: true }),
    ain: Type.String({
      description: 'Number of the socket (AIN), as its page shows it',
      pattern: '^[0-9A-Za-z:. -]{5,30}$',
    }),
    insecure: Type.Optional(
      Type.Boolean({ description: 'Accepts the certificate that the box made itself', default: false }),
    ),
    ...SWITCH,
  }),
);

/** FRITZ!DECT sockets behind a FRITZ!Box as switches of a charger: AVM, "AHA-HTTP-Interface". */
const fritzDect: Plugin = {
  name: 'charger-fritz-dect',
  apply(evcc) {
    const http = createHttp(evcc, { pace: 0 });
    const sessions = new Map<string, HttpClient>();
    /** Sockets of one box share a session. */
    const sessionAt = (box: FritzBox): HttpClient => {
      const key = JSON.stringify(box);
      const session = sessions.get(key) ?? authorized(http, createFritzLogin(http, box, evcc), evcc, [403]);
      sessions.set(key, session);
      return session;
    };
    evcc.chargers.define('fritz-dect', {
      schema,
      create: ({ host = 'fritz.box', user = '', password, ain, insecure = false, ...options }, context) => {
        const base = toBase(host);
        const number = ain.replaceAll(' ', '');
        const box = sessionAt({ base, user, password, insecure });

        const ask = async (command: string, signal: AbortSignal): Promise<string> => {
          const query = new URLSearchParams({ ain: number, switchcmd: command });
          return (await box.text({ url: `${base}/webservices/homeautoswitch.lua?${query}`, insecure }, signal)).trim();
        };
        const refuse = (command: string, answer: string): never =>
          context.fail(
            'EVCC_DEVICE_PROTOCOL',
            `${base}, ${number}: ${command} was answered with ${describeText(answer)}`,
          );
        /** `inval`: the socket is not connected to the box now. */
        const state = (command: string, answer: string): boolean => {
          if (answer === 'inval') context.fail('EVCC_DEVICE_UNAVAILABLE', `${base}: ${number} is not connected`);
          return answer === '1' || (answer !== '0' && refuse(command, answer));
        };
        const value = async (command: string, signal: AbortSignal): Promise<number | undefined> => {
          const answer = await ask(command, signal);
          if (answer === 'inval') return undefined;
          return /^\d+$/.test(answer) ? Number(answer) : refuse(command, answer);
        };

        return createSwitchCharger(
          {
            read: async (signal) => {
              const on = state('getswitchstate', await ask('getswitchstate', signal));
              const milliwatts = await value('getswitchpower', signal);
              const power = milliwatts === undefined ? undefined : milliwatts / 1_000;
              return { on, values: { power, energy: await value('getswitchenergy', signal) } };
            },
            turn: async (on, signal) => {
              const command = on ? 'setswitchon' : 'setswitchoff';
              if (state(command, await ask(command, signal)) !== on) {
                context.fail('EVCC_DEVICE_UNAVAILABLE', `${base}: ${number} did not switch, it may be locked`);
              }
            },
          },
          options,
          context,
        );
      },
    });
    return () => http.close();
  },
};
export default fritzDect;
