import Type, { type TArray, type TBoolean, type TNumber, type TObject, type TOptional, type TString } from 'typebox';
import type { When } from './windows.ts';

/** Charges for certain days, months and hours. */
export interface ChargesZone extends When {
  /** Currency per kWh */
  charges: number;
}

/** What a tariff makes of the prices of its source. */
export interface PricingOptions {
  /** Currency per kWh on top of the price; default 0 */
  charges?: number;
  /** Charges of certain days, months and hours; the last one that matches applies */
  chargesZones?: readonly ChargesZone[];
  /** Fraction of price and charges: 0.19 for 19 %; default 0 */
  tax?: number;
  /** In place of `(price + charges) * (1 + tax)`: calculates with these and with year, month, day, weekday and hour */
  formula?: string;
  /** Every price becomes the mean of its hour; default false */
  average?: boolean;
  /** IANA name, e.g. `Europe/Berlin`; default: that of the system */
  timezone?: string;
}

/** The texts of `When`. */
export const WHEN: { days: TOptional<TString>; months: TOptional<TString>; hours: TOptional<TString> } = {
  days: Type.Optional(Type.String({ description: 'Days such as `Mo-Fr, sun`; default: every day' })),
  months: Type.Optional(Type.String({ description: 'Months such as `Nov-Feb, jul`; default: every month' })),
  hours: Type.Optional(Type.String({ description: 'Hours such as `0-6, 22:30-0`; default: the whole day' })),
};

/** Properties of a schema for `PricingOptions`. */
export const PRICING: {
  charges: TOptional<TNumber>;
  chargesZones: TOptional<TArray<TObject<{ charges: TNumber } & typeof WHEN>>>;
  tax: TOptional<TNumber>;
  formula: TOptional<TString>;
  average: TOptional<TBoolean>;
  timezone: TOptional<TString>;
} = {
  charges: Type.Optional(Type.Number({ description: 'Charges on top of the price, currency per kWh', default: 0 })),
  chargesZones: Type.Optional(
    Type.Array(Type.Object({ charges: Type.Number({ description: 'Currency per kWh' }), ...WHEN }), {
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
  formula: Type.Optional(
    Type.String({
      description:
        'In place of `(price + charges) * (1 + tax)`: calculates with these and with year, month, day, weekday and hour',
      minLength: 1,
      maxLength: 1_000,
    }),
  ),
  average: Type.Optional(Type.Boolean({ description: 'Every price becomes the mean of its hour', default: false })),
  timezone: Type.Optional(
    Type.String({ description: 'Time zone of days and hours, e.g. `Europe/Berlin`; default: that of the system' }),
  ),
};
