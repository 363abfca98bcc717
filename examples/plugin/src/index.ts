import type { Phases, Plugin } from 'evcc';
import { defineBattery } from './battery.ts';
import { defineCar } from './car.ts';
import { createHttp } from './http.ts';
import { type Control, toMilliamps, toRates, toReading } from './protocol.ts';

export type { AcmeBatteryOptions } from './battery.ts';
export type { AcmeEvOptions } from './car.ts';

/** Options of a charger of type `acme`. */
export interface AcmeOptions {
  /** Host name or IP address, with `:port` unless it is 80 */
  host: string;
  /** Access token from the settings page of the wallbox; absent: it asks for none */
  token?: string;
  /** It has the relay that switches between one phase and three; default false */
  relay?: boolean;
  /** A per phase that its installer allowed; default 16 */
  maxCurrent?: number;
}

/** Options of a tariff of type `acme-spot`. */
export interface AcmeSpotOptions {
  /** Address of the price list */
  url: string;
  /** Currency per kWh on top of each price, before tax; default 0 */
  charges?: number;
  /** Fraction of price and charges: 0.19 for 19 %; default 0 */
  tax?: number;
}

// What makes editors complete and check these options in evcc.config.ts.
declare module 'evcc' {
  interface ChargerTypes {
    acme: AcmeOptions;
  }
  interface TariffTypes {
    'acme-spot': AcmeSpotOptions;
  }
}

// What evcc checks before it creates a device: plain JSON Schema.
const charger = {
  type: 'object',
  required: ['host'],
  properties: {
    host: { type: 'string', minLength: 1, description: 'Host name or IP address, with `:port` unless it is 80' },
    token: { type: 'string', minLength: 1, secret: true, description: 'Access token, if the wallbox asks for one' },
    relay: { type: 'boolean', default: false, description: 'It can switch between one phase and three' },
    maxCurrent: { type: 'number', minimum: 6, maximum: 32, unit: 'A', default: 16, description: 'Allowed per phase' },
  },
} as const;

const tariff = {
  type: 'object',
  required: ['url'],
  properties: {
    url: { type: 'string', pattern: '^https?://', description: 'Address of the price list' },
    charges: { type: 'number', default: 0, description: 'Currency per kWh on top of each price, before tax' },
    tax: { type: 'number', minimum: 0, maximum: 1, default: 0, description: 'Fraction: 0.19 for 19 %' },
  },
} as const;

const acme: Plugin = {
  name: 'acme',
  apply(evcc) {
    defineBattery(evcc);
    defineCar(evcc);

    evcc.chargers.define('acme', {
      schema: charger,
      create({ host, token, relay = false, maxCurrent = 16 }: AcmeOptions, context) {
        const http = createHttp(context, token);
        const put = (control: Control, signal: AbortSignal) => http.put(`http://${host}/v2/control`, control, signal);
        return {
          traits: { maxCurrent, currentStep: 0.1 },
          read: async (signal) => toReading(await http.get(`http://${host}/v2/status`, signal), context),
          enable: (enabled, signal) => put({ on: enabled }, signal),
          setMaxCurrent: (current, signal) => put({ limitMilliamps: toMilliamps(current) }, signal),
          ...(relay && { setPhases: (phases: Phases, signal: AbortSignal) => put({ relay: phases }, signal) }),
        };
      },
    });

    evcc.tariffs.define('acme-spot', {
      schema: tariff,
      create({ url, charges = 0, tax = 0 }: AcmeSpotOptions, context) {
        const http = createHttp(context);
        return {
          kind: 'priceforecast',
          rates: async (signal) => toRates(await http.get(url, signal), { charges, tax }, context),
        };
      },
    });
  },
};

export default acme;
