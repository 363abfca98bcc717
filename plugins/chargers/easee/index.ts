import Type from 'typebox';
import type { DeviceContext, Evcc, Plugin } from '../../../core/index.ts';
import { Answer } from '../../shared/answer.ts';
import { createHttp, type HttpClient } from '../../shared/http/client.ts';
import { authorized, type Credentials, createLogin } from '../../shared/http/credentials.ts';
import { share } from '../../shared/http/sharing.ts';
import type { OptionsOf } from '../../shared/options.ts';
import { createPausedCharger } from '../../shared/pause.ts';
import { toReading } from './protocol.ts';

/** Options of an `easee` charger. */
export interface EaseeChargerOptions {
  /** Of the Easee account: e-mail address or telephone number */
  user: string;
  /** Secret */
  password: string;
  /** Serial number, such as `EH123456` */
  charger: string;
  /** Of the service; default `https://api.easee.com/api` */
  url?: string;
}

declare module 'evcc' {
  interface ChargerTypes {
    easee: EaseeChargerOptions;
  }
}

const SERVICE = 'https://api.easee.com/api';

const schema = Type.Object({
  user: Type.String({ description: 'Of the Easee account: e-mail address or telephone number', minLength: 1 }),
  password: Type.String({ description: 'Of the Easee account', minLength: 1, secret: true }),
  charger: Type.String({ description: 'Serial number, such as `EH123456`', pattern: '^[A-Za-z0-9]+$' }),
  url: Type.Optional(Type.String({ description: 'Of the service', pattern: '^https?://[^\\s?#]+$', default: SERVICE })),
});

/** ms for which a snapshot is used again */
const KEEP = 10_000;

/** Easee Home, Charge, One and Max over the Easee Cloud. */
const easee: Plugin = {
  name: 'charger-easee',
  apply(evcc) {
    const http = createHttp(evcc);
    /** Chargers of one account share its log-in. */
    const accounts = new Map<string, HttpClient>();
    evcc.chargers.define('easee', {
      schema,
      create: (options: OptionsOf<typeof schema, EaseeChargerOptions>, context) => {
        const { user, password, charger, url = SERVICE } = options;
        const key = JSON.stringify([url, user, password]);
        const account = accounts.get(key) ?? authorized(http, logIn(http, url, user, password, evcc), evcc);
        accounts.set(key, account);
        return createEasee(account, `${url}/chargers/${charger}`, context);
      },
    });
    return () => http.close();
  },
};
export default easee;

function createEasee(http: HttpClient, url: string, context: DeviceContext): ReturnType<typeof createPausedCharger> {
  const name = `GET ${url}/state`;
  const snapshots = share((signal) => http.json({ url: `${url}/state` }, signal), context, { name, keep: KEEP });
  return createPausedCharger({
    traits: { minCurrent: 6, maxCurrent: 32 },
    read: async (signal) => {
      const reading = toReading(new Answer(await snapshots.get(signal), name, context));
      return reading ?? context.fail('EVCC_DEVICE_UNAVAILABLE', `${name}: the charger is offline`);
    },
    // The one that lives in memory: all other settings wear the flash of the charger.
    write: async (current, signal) => {
      const body = { dynamicChargerCurrent: current };
      // What was read before it is out of date, also when the answer to it is lost.
      await http.text({ url: `${url}/settings`, method: 'POST', body }, signal).finally(snapshots.forget);
    },
  });
}

/** A token from the one before, as long as the service takes that, and else from user and password. */
function logIn(
  http: HttpClient,
  url: string,
  user: string,
  password: string,
  evcc: Pick<Evcc, 'clock' | 'time' | 'fail'>,
): Credentials {
  let tokens: { readonly accessToken: string; readonly refreshToken: string } | undefined;
  return createLogin(async (signal) => {
    const ask = (path: string, body: object) => http.answer({ url: `${url}${path}`, method: 'POST', body }, signal);
    let path = '/accounts/refresh_token';
    let answer = tokens && (await ask(path, tokens));
    tokens = undefined;
    if (!answer || answer.status >= 400) {
      path = '/accounts/login';
      answer = await ask(path, { userName: user, password });
    }
    const name = `POST ${url}${path}`;
    const { status, text } = answer;
    if ([400, 401, 403].includes(status)) evcc.fail('EVCC_DEVICE_AUTH', `${name}: user or password were refused`);
    if (status > 299) evcc.fail('EVCC_DEVICE_UNAVAILABLE', `${name}: answered with status ${status}`);
    const found = new Answer(parse(text), name, evcc);
    tokens = { accessToken: found.at('accessToken').text(), refreshToken: found.at('refreshToken').text() };
    const life = found.at('expiresIn').number() * 1_000;
    return { auth: { type: 'bearer', token: tokens.accessToken }, until: evcc.clock.now() + life * 0.9 };
  }, evcc);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
