import type { DeviceState, MeterReading, SiteState, TariffState } from '../../core/index.ts';

/** What is recorded of a house. */

export interface SeriesKind {
  /** Of the series, or what those of several things begin with: `chargePower.garage` */
  readonly name: string;
  /** W series have an energy, too. `currency` stands for the configured one. */
  readonly unit: 'W' | '%' | 'currency/kWh' | 'g/kWh' | '°C';
  readonly description: string;
}

export const SERIES: readonly SeriesKind[] = [
  { name: 'gridImport', unit: 'W', description: 'Taken from the grid' },
  { name: 'gridExport', unit: 'W', description: 'Fed into the grid' },
  { name: 'pvPower', unit: 'W', description: 'Generation of all PV meters' },
  { name: 'batteryCharge', unit: 'W', description: 'Charging of the home batteries' },
  { name: 'batteryDischarge', unit: 'W', description: 'Discharging of the home batteries' },
  { name: 'homePower', unit: 'W', description: 'Consumption other than charging' },
  { name: 'chargePower', unit: 'W', description: 'Charging, by name of the loadpoint' },
  { name: 'consumerPower', unit: 'W', description: 'Metered consumers, by name of the meter' },
  { name: 'batterySoc', unit: '%', description: 'Soc of the home batteries, weighted by capacity' },
  { name: 'vehicleSoc', unit: '%', description: 'Soc of connected vehicles, by name' },
  { name: 'tariffGrid', unit: 'currency/kWh', description: 'Import price' },
  { name: 'tariffFeedIn', unit: 'currency/kWh', description: 'Feed-in price' },
  { name: 'tariffCo2', unit: 'g/kWh', description: 'CO2 intensity of the grid' },
  { name: 'tariffSolar', unit: 'W', description: 'Generation that was expected' },
  { name: 'tariffTemperature', unit: '°C', description: 'Outdoor temperature by the forecast' },
];

/** What kind a series is of; `undefined`: there is none like it. */
export function kindOf(series: string): SeriesKind | undefined {
  const dot = series.indexOf('.');
  const name = dot < 0 ? series : series.slice(0, dot);
  return SERIES.find((kind) => kind.name === name);
}

/** Series of a loadpoint's power. */
export const chargePowerOf = (loadpoint: string): string => `chargePower.${loadpoint}`;

/** Hands out every value that is known in a cycle, with the title of what it belongs to; stale readings are not known. */
export function sample(site: SiteState, put: (series: string, value: number, title: string) => void): void {
  const { readings, rates, now } = site;
  const add = (series: string, value: number | undefined, title = ''): void => {
    if (value !== undefined && Number.isFinite(value)) put(series, value, title);
  };
  const apart = (positive: string, negative: string, power: number): void => {
    add(positive, Math.max(0, power));
    add(negative, Math.max(0, -power));
  };
  if (readings.grid && site.gridPower !== undefined) apart('gridImport', 'gridExport', site.gridPower);
  const generation = readings.pv.length > 0 && readings.pv.every(isFresh);
  if (generation) add('pvPower', site.pvPower);
  const batteries = readings.battery.length > 0 && readings.battery.every(isFresh);
  if (batteries) apart('batteryDischarge', 'batteryCharge', site.batteryPower);
  const complete = (readings.pv.length === 0 || generation) && (readings.battery.length === 0 || batteries);
  if (complete && (!readings.grid || site.gridPower !== undefined)) add('homePower', site.homePower);
  if (readings.battery.length > 0) add('batterySoc', site.batterySoc);
  for (const meter of readings.consumers) {
    if (isFresh(meter)) add(`consumerPower.${meter.name}`, meter.sample?.value.power, meter.title);
  }
  for (const { name, title, charger, chargePower, connected, vehicle, soc, traits } of site.loadpoints) {
    if (charger && !charger.stale) add(chargePowerOf(name), chargePower, title);
    // Of a heater it is a temperature.
    if (vehicle && connected && !traits.heating) add(`vehicleSoc.${vehicle.name}`, soc, vehicle.title);
  }
  add('tariffGrid', present(rates.grid, now));
  add('tariffFeedIn', present(rates.feedin, now));
  add('tariffCo2', present(rates.co2, now));
  add('tariffSolar', present(rates.solar, now));
  add('tariffTemperature', present(rates.temperature, now));
}

function isFresh({ sample }: DeviceState<MeterReading>): boolean {
  return sample !== undefined && !sample.stale;
}

function present(tariff: TariffState | undefined, now: number): number | undefined {
  return tariff?.rates.find(({ start, end }) => start <= now && now < end)?.price;
}
