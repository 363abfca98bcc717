import Type from 'typebox';
import type { Plugin } from '../../../core/index.ts';
import { HOST, toBase } from '../../shared/http/address.ts';
import { createHttp } from '../../shared/http/client.ts';
import { authorized, createLogin } from '../../shared/http/credentials.ts';
import { createJsonDevices, type JsonDevice } from '../../shared/http/json-device.ts';
import { CAPACITY, toTraits, usageOption } from '../../shared/meter-options.ts';
import { toMeterReading } from '../../shared/meter-reading.ts';
import { decodeBattery, decodeGrid, decodePv, endOf, LIVE, PRODUCTION } from './protocol.ts';

/** Options of an `enphase` meter. */
export interface EnphaseMeterOptions {
  host: string;
  /** default grid */
  usage?: 'grid' | 'pv' | 'battery';
  /** Handed out by Enphase for a year */
  token?: string;
  /** Of the account at Enphase, to ask for tokens with; with `password` and `serial` */
  user?: string;
  password?: string;
  /** Serial number of the gateway */
  serial?: string;
  /** Where the account is */
  loginUrl?: string;
  /** Where tokens are handed out */
  tokenUrl?: string;
  /** kWh */
  capacity?: number;
}

declare module 'evcc' {
  interface MeterTypes {
    enphase: EnphaseMeterOptions;
  }
}

const LOGIN_URL = 'https://enlighten.enphaseenergy.com';
const TOKEN_URL = 'https://entrez.enphaseenergy.com';
const text = (description: string, more: object = {}) =>
  Type.Optional(Type.String({ description, minLength: 1, ...more }));

const schema = Type.Unsafe<EnphaseMeterOptions>(
  Type.Object({
    host: HOST,
    usage: usageOption(['grid', 'pv', 'battery']),
    token: text('Token that Enphase handed out for a year; default: asked for with user, password and serial', {
      secret: true,
    }),
    user: text('E-mail address of the account at Enphase, to ask for tokens with'),
    password: text('Its password', { secret: true }),
    serial: text('Serial number of the gateway'),
    loginUrl: text('Where the account is', { pattern: '^https?://', default: LOGIN_URL }),
    tokenUrl: text('Where tokens are handed out', { pattern: '^https?://', default: TOKEN_URL }),
    capacity: CAPACITY,
  }),
);

/** ms that answers are used again: the gateway is slow */
const KEEP = 1_000;
/** ms before the end of a token */
const MARGIN = 3_600_000;

/** Enphase Envoy and IQ Gateway: grid, generation and batteries. */
const enphase: Plugin = {
  name: 'meter-enphase',
  apply(evcc) {
    const http = createHttp(evcc);
    const devices = createJsonDevices(evcc, KEEP);
    /** One login for all meters of a gateway */
    const gateways = new Map<string, JsonDevice>();

    evcc.meters.define('enphase', {
      schema,
      create: (options, context) => {
        const { host, usage = 'grid', token, user, password, serial, capacity } = options;
        const { loginUrl = LOGIN_URL, tokenUrl = TOKEN_URL } = options;
        const account = user !== undefined && password !== undefined && serial !== undefined;
        if (!account && (user !== undefined || password !== undefined || serial !== undefined)) {
          context.fail('EVCC_CONFIG_INVALID', 'user, password and serial belong together');
        }

        const login = createLogin(
          async (signal) => {
            const session = { 'user[email]': user ?? '', 'user[password]': password ?? '' };
            const answer = await http.json(
              {
                method: 'POST',
                url: `${loginUrl}/login/login.json`,
                headers: { 'content-type': 'application/x-www-form-urlencoded' },
                body: new URLSearchParams(session).toString(),
              },
              signal,
            );
            const { session_id } = answer as { session_id?: unknown };
            const body = { session_id, serial_num: serial, username: user };
            const fresh = (await http.text({ method: 'POST', url: `${tokenUrl}/tokens`, body }, signal)).trim();
            const end = endOf(fresh);
            if (end === undefined)
              return evcc.fail('EVCC_DEVICE_PROTOCOL', `POST ${tokenUrl}/tokens: the answer is no token`);
            return { auth: { type: 'bearer', token: fresh }, until: end - MARGIN };
          },
          evcc,
          `login at ${loginUrl}`,
        );

        const open = (): JsonDevice => {
          // Firmware before 7 knows neither tokens nor encryption.
          if (!account && token === undefined) return devices.open({ base: toBase(host) }, context);
          const base = toBase(host, 'https');
          if (token !== undefined)
            return devices.open({ base, insecure: true, auth: { type: 'bearer', token } }, context);
          return devices.open({ base, insecure: true, http: authorized(http, login, evcc) }, context);
        };
        const key = JSON.stringify([host, token, user, password, serial]);
        const device = gateways.get(key) ?? open();
        gateways.set(key, device);
        const readers = {
          grid: async (signal: AbortSignal) => decodeGrid(await device.get(PRODUCTION, signal)),
          pv: async (signal: AbortSignal) => decodePv(await device.get(PRODUCTION, signal)),
          battery: async (signal: AbortSignal) => decodeBattery(await device.get(LIVE, signal)),
        };
        return {
          ...toTraits(capacity),
          read: async (signal) => toMeterReading(await readers[usage](signal), device.name, context),
        };
      },
    });
    return () => {
      http.close();
      devices.close();
    };
  },
};
export default enphase;
