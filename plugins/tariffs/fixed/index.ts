import { Temporal } from 'temporal-polyfill';
import Type from 'typebox';
import type { Plugin } from '../../../core/index.ts';
import type { OptionsOf } from '../../shared/options.ts';
import { createRates, type ZoneValue } from './rates.ts';
import { parseWindow, type When } from './windows.ts';

const when = {
  days: Type.Optional(Type.String({ description: 'Days such as `Mo-Fr, sun`; default: every day' })),
  months: Type.Optional(Type.String({ description: 'Months such as `Nov-Feb, jul`; default: every month' })),
  hours: Type.Optional(Type.String({ description: 'Hours such as `0-6, 22:30-0`; default: the whole day' })),
};

const schema = Type.Object({
  price: Type.Number({ description: 'Price where no zone applies, currency per kWh; may be negative' }),
  zones: Type.Optional(
    Type.Array(Type.Object({ price: Type.Number({ description: 'Currency per kWh' }), ...when }), {
      description: 'Prices of certain days, months and hours',
    }),
  ),
  charges: Type.Optional(Type.Number({ description: 'Charges on top of the price, currency per kWh', default: 0 })),
  chargesZones: Type.Optional(
    Type.Array(Type.Object({ charges: Type.Number({ description: 'Currency per kWh' }), ...when }), {
      description:
        'Charges of certain days, months and hours, in place of `charges`; the last one that matches applies',
    }),
  ),
  tax: Type.Optional(
    Type.Number({
      description: 'Tax on price and charges as a fraction: 0.19 for 19 %',
      minimum: 0,
      maximum: 1,
      default: 0,
    }),
  ),
  timezone: Type.Optional(
    Type.String({ description: 'Time zone of days and hours, e.g. `Europe/Berlin`; default: that of the system' }),
  ),
});

/** A price for certain days, months and hours. */
export interface FixedTariffZone extends When {
  /** Currency per kWh */
  price: number;
}

/** Charges for certain days, months and hours. */
export interface FixedTariffChargesZone extends When {
  /** Currency per kWh */
  charges: number;
}

/** Options of a `fixed` tariff. */
export interface FixedTariffOptions {
  /** Currency per kWh where no zone applies */
  price: number;
  /** Prices of certain days, months and hours */
  zones?: readonly FixedTariffZone[];
  /** Currency per kWh on top of the price; default 0 */
  charges?: number;
  /** Charges of certain days, months and hours; the last one that matches applies */
  chargesZones?: readonly FixedTariffChargesZone[];
  /** Fraction of price and charges: 0.19 for 19 %; default 0 */
  tax?: number;
  /** IANA name, e.g. `Europe/Berlin`; default: that of the system */
  timezone?: string;
}

declare module 'evcc' {
  interface TariffTypes {
    fixed: FixedTariffOptions;
  }
}

/** A tariff whose prices are known from the contract: one price, or prices by day, month and hour. */
const fixed: Plugin = {
  name: 'tariff-fixed',
  apply(evcc) {
    evcc.tariffs.define('fixed', {
      schema,
      create(options: OptionsOf<typeof schema, FixedTariffOptions>, { clock, fail }) {
        const { price, zones = [], charges = 0, chargesZones = [], tax = 0 } = options;
        const timezone = options.timezone ?? Temporal.Now.timeZoneId();
        const problems: string[] = [];
        const read = (list: string, index: number, value: number, zone: When): ZoneValue => ({
          value,
          window: parseWindow(zone, (name, problem) => problems.push(`${list}[${index}].${name}: ${problem}`)),
        });
        const schedule = {
          price,
          zones: zones.map((zone, index) => read('zones', index, zone.price, zone)),
          charges,
          chargesZones: chargesZones.map((zone, index) => read('chargesZones', index, zone.charges, zone)),
          tax,
          timezone,
        };
        if (!isTimeZone(timezone)) {
          problems.push(`timezone: "${timezone}" is no time zone: use an IANA name such as Europe/Berlin`);
        }
        if (problems.length > 0) fail('EVCC_CONFIG_INVALID', problems.join('; '));
        const ratesAt = createRates(schedule);
        return {
          kind: zones.length + chargesZones.length > 0 ? 'priceforecast' : 'pricestatic',
          rates: async () => ratesAt(clock.now()),
        };
      },
    });
  },
};

export default fixed;

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
