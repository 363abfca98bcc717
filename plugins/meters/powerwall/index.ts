import Type from 'typebox';
import type { Plugin } from '../../../core/index.ts';
import { HOST, toBase } from '../../shared/http/address.ts';
import { createHttp } from '../../shared/http/client.ts';
import { authorized, cookiesOf, createLogin } from '../../shared/http/credentials.ts';
import { createJsonDevices, type JsonDevice, known } from '../../shared/http/json-device.ts';
import { CAPACITY, toTraits, usageOption } from '../../shared/meter-options.ts';
import { toMeterReading } from '../../shared/meter-reading.ts';
import { decode } from './protocol.ts';

/** Options of a `powerwall` meter. */
export interface PowerwallMeterOptions {
  host: string;
  /** default grid */
  usage?: 'grid' | 'pv' | 'battery';
  /** Of the customer: mostly the last five characters on the label of the gateway */
  password: string;
  /** kWh */
  capacity?: number;
}

declare module 'evcc' {
  interface MeterTypes {
    powerwall: PowerwallMeterOptions;
  }
}

const schema = Type.Unsafe<PowerwallMeterOptions>(
  Type.Object({
    host: HOST,
    usage: usageOption(['grid', 'pv', 'battery']),
    password: Type.String({
      description: 'Password of the customer: mostly the last five characters on the label of the gateway',
      minLength: 1,
      secret: true,
    }),
    capacity: CAPACITY,
  }),
);

/** Tesla Powerwall 1 and 2 and Powerwall+, over their gateway. */
const powerwall: Plugin = {
  name: 'meter-powerwall',
  apply(evcc) {
    const http = createHttp(evcc);
    const devices = createJsonDevices(evcc);
    /** One login for all meters of a gateway, which soon refuses who logs in too often */
    const gateways = new Map<string, JsonDevice>();

    evcc.meters.define('powerwall', {
      schema,
      create: ({ host, usage = 'grid', password, capacity }, context) => {
        const base = toBase(host, 'https');
        const key = JSON.stringify([base, password]);

        const login = createLogin(
          async (signal) => {
            const url = `${base}/api/login/Basic`;
            const body = { username: 'customer', email: 'customer@customer.domain', password, force_sm_off: false };
            const { status, headers } = await http.answer({ method: 'POST', url, body, insecure: true }, signal);
            if (status === 401 || status === 403)
              evcc.fail('EVCC_DEVICE_AUTH', `POST ${url}: the password was refused`);
            if (status !== 200) evcc.fail('EVCC_DEVICE_UNAVAILABLE', `POST ${url}: answered with status ${status}`);
            const value = cookiesOf(headers);
            if (value === '') evcc.fail('EVCC_DEVICE_PROTOCOL', `POST ${url}: the answer has no cookie`);
            return { auth: { type: 'header', name: 'cookie', value } };
          },
          evcc,
          `login at ${base}`,
        );

        const open = (): JsonDevice =>
          devices.open({ base, insecure: true, http: authorized(http, login, evcc, [401, 403]) }, context);
        const device = gateways.get(key) ?? open();
        gateways.set(key, device);
        return {
          ...toTraits(capacity),
          read: async (signal) => {
            const [meters, soe] = await Promise.all([
              device.get('/api/meters/aggregates', signal),
              usage === 'battery' ? device.get('/api/system_status/soe', signal) : undefined,
            ]);
            return toMeterReading({ ...decode(meters, usage), soc: soe && known(soe.at('percentage')) }, base, context);
          },
        };
      },
    });
    return () => {
      http.close();
      devices.close();
    };
  },
};
export default powerwall;
