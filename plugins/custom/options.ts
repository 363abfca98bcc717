import type { ChargerTraits } from '../../core/index.ts';
import type { PricingOptions } from '../shared/pricing/schema.ts';
import type { CustomDataSource, CustomPhases, CustomSource, CustomTargets } from '../shared/sources/options.ts';

export type * from '../shared/sources/options.ts';

/** Options of a `custom` charger. */
export interface CustomChargerOptions {
  /** A no vehicle, B connected, C charging, E error, F not available */
  status: CustomSource;
  /** Whether the charger would let a car charge */
  enabled: CustomSource;
  /** Gets true or false */
  enable: CustomTargets;
  /** Gets A per phase */
  setMaxCurrent: CustomTargets;
  /** Gets 1 or 3 */
  setPhases?: CustomTargets;
  /** Gets true, to ask a sleeping car to take up charging */
  wakeUp?: CustomTargets;
  /** Gets true while the grid operator limits the consumption, else false */
  dim?: CustomTargets;
  /** W, ≥ 0 */
  power?: CustomSource;
  /** A */
  currents?: CustomPhases;
  /** V */
  voltages?: CustomPhases;
  /** kWh, counter that never falls */
  energy?: CustomSource;
  /** A, the limit that the charger reports */
  maxCurrent?: CustomSource;
  /** 1 or 3, phases that are switched on */
  phases?: CustomSource;
  /** RFID tag or another name of the car; empty: none */
  identifier?: CustomSource;
  /** % */
  soc?: CustomSource;
  /** Facts of the charger, such as its smallest and largest current */
  traits?: ChargerTraits;
}

/** Options of a `custom` meter. */
export interface CustomMeterOptions {
  /** W. grid: + import, battery: + discharge, pv: + generation, others: + consumption */
  power: CustomSource;
  /** W, with the sign of `power` */
  powers?: CustomPhases;
  /** A, with the sign of `power` */
  currents?: CustomPhases;
  /** V */
  voltages?: CustomPhases;
  /** kWh, counter in the direction of positive power */
  energy?: CustomSource;
  /** kWh, counter in the direction of negative power */
  returnEnergy?: CustomSource;
  /** %, of a battery */
  soc?: CustomSource;
  /** kWh usable, of a battery */
  capacity?: number;
  /** Gets normal, hold, charge or holdcharge; with `map`, modes that are not listed are refused */
  setBatteryMode?: CustomTargets;
  /** Gets true while the grid operator limits the consumption, else false; of an aux or ext meter */
  dim?: CustomTargets;
  /** Gets % of the installed power that may be fed in, 100: no limit; of a PV or grid meter */
  curtail?: CustomTargets;
}

/** Options of a `custom` vehicle. */
export interface CustomVehicleOptions {
  /** % */
  soc: CustomSource;
  /** km */
  range?: CustomSource;
  /** km */
  odometer?: CustomSource;
  /** %, charge limit set in the car; 0: unknown */
  limitSoc?: CustomSource;
  /** A, B or C as the car sees its connection */
  status?: CustomSource;
  /** Climate control is running */
  climater?: CustomSource;
  /** Gets true */
  wakeUp?: CustomTargets;
}

/** Options of a `custom` tariff. Has either `price` or `forecast`; charges, tax and formula are for prices only. */
export interface CustomTariffOptions extends PricingOptions {
  /** Present price, currency per kWh, g/kWh, or °C */
  price?: CustomSource;
  /** JSON list of `{ start, end, price }` or `{ start, end, value }`; times RFC 3339, s or ms since 1970 */
  forecast?: CustomDataSource;
  /** What is told: prices, grams of CO2 per kWh, W of expected generation, or °C outdoors; default price */
  kind?: 'price' | 'co2' | 'solar' | 'temperature';
}

declare module 'evcc' {
  interface ChargerTypes {
    custom: CustomChargerOptions;
  }
  interface MeterTypes {
    custom: CustomMeterOptions;
  }
  interface VehicleTypes {
    custom: CustomVehicleOptions;
  }
  interface TariffTypes {
    custom: CustomTariffOptions;
  }
}
