import type {
  ChargerReading,
  DeviceState,
  Evcc,
  MeterReading,
  SiteState,
  StateReader,
  VehicleReading,
} from '../../core/index.ts';

/** The devices of the house, as they are published and measured. */

export const CLASSES = ['charger', 'meter', 'vehicle', 'tariff', 'circuit', 'messenger'] as const;
export type DeviceClass = (typeof CLASSES)[number];

export interface HousePart {
  /** In the configuration */
  readonly name: string;
  readonly title: string;
  /** Absent: circuits have none */
  readonly type?: string;
  /** Why it is not available; empty: it is */
  readonly reason: string;
  /** In public units; `undefined`: unknown */
  readonly values: Readonly<Record<string, unknown>>;
}

export interface Reading {
  readonly value: unknown;
  /** Empty: none */
  readonly error: string;
}

/** As it stands in the published list of devices */
interface Report {
  readonly kind: string;
  readonly name: string;
  readonly type: string;
  readonly reason: string;
}

/** Those of a class; `site`: what was measured last. */
export function devicesOf(
  of: DeviceClass,
  { site: published, vehicles }: Pick<StateReader, 'site' | 'vehicles'>,
  site: SiteState | undefined,
): readonly HousePart[] {
  if (of === 'circuit') return circuits(site);
  const reports = (published.get('devices') ?? []) as unknown as readonly Report[];
  return reports
    .filter(({ kind }) => kind === of)
    .map(({ name, type, reason }): HousePart => {
      const meter = of === 'meter' ? metersOf(site).find((each) => each.name === name) : undefined;
      const title = of === 'vehicle' ? vehicles.get(name)?.get('title') : meter?.title;
      const values = {
        meter: meterValues(meter?.sample?.value),
        // Only vehicles at loadpoints are asked.
        vehicle: vehicleValues(site?.loadpoints.find(({ vehicle }) => vehicle?.name === name)?.vehicle?.sample?.value),
        // Loadpoints have the name of their charger, unless they are given one.
        charger: chargerValues(site?.loadpoints.find((loadpoint) => loadpoint.name === name)?.charger?.value),
      };
      return {
        name,
        title: typeof title === 'string' ? title : name,
        type,
        reason,
        values: of in values ? values[of as keyof typeof values] : {},
      };
    });
}

/** What it says, by name; what it does not say is left out. */
export function readingOf({ values, reason }: HousePart): Readonly<Record<string, Reading>> {
  const known = Object.entries(values).filter(([, value]) => value !== undefined);
  if (known.length === 0) return reason === '' ? {} : { status: { value: null, error: reason } };
  return Object.fromEntries(known.map(([name, value]) => [name, { value, error: reason }]));
}

function metersOf(site: SiteState | undefined): readonly DeviceState<MeterReading>[] {
  if (!site) return [];
  const { grid, pv, battery, aux, ext, consumers } = site.readings;
  const ofCircuits = site.circuits.flatMap(({ meter }) => meter ?? []);
  return [...(grid ? [grid] : []), ...pv, ...battery, ...aux, ...ext, ...consumers, ...ofCircuits];
}

type Values = HousePart['values'];

const meterValues = ({ power, energy, soc, currents, voltages }: Partial<MeterReading> = {}): Values => ({
  power,
  energy: inKwh(energy),
  soc,
  currents,
  voltages,
});

const chargerValues = (reading: Partial<ChargerReading> = {}): Values => {
  const { status, enabled, power, energy, currents, voltages } = reading;
  return { chargeStatus: status, enabled, power, energy: inKwh(energy), currents, voltages };
};

const vehicleValues = ({ soc, range, odometer, limitSoc }: VehicleReading = {}): Values => ({
  soc,
  range,
  odometer,
  limitSoc,
});

/** What a reading says, by name, in public units. */
export function valuesOf(of: 'charger' | 'meter' | 'vehicle', reading: unknown): Values {
  if (of === 'charger') return chargerValues(reading as ChargerReading);
  return of === 'meter' ? meterValues(reading as MeterReading) : vehicleValues(reading as VehicleReading);
}

/** What was measured last; `undefined`: nothing yet. */
export function followHouse({ hooks }: Pick<Evcc, 'hooks'>): () => SiteState | undefined {
  let latest: SiteState | undefined;
  hooks.measured.tap('rest', (site) => {
    latest = site;
  });
  return () => latest;
}

function circuits(site: SiteState | undefined): readonly HousePart[] {
  return (site?.circuits ?? []).map(({ name, title, meter, maxPower, maxCurrent }) => ({
    name,
    title,
    reason: '',
    values: { ...meterValues(meter?.sample?.value), maxPower, maxCurrent },
  }));
}

const inKwh = (energy: number | undefined): number | undefined => (energy === undefined ? undefined : energy / 1_000);
