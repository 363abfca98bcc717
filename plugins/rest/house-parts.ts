import type { DeviceState, MeterReading, SiteState, StateReader } from '../../core/index.ts';

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
        meter: meterValues(meter),
        vehicle: vehicleValues(name, site),
        charger: chargerValues(name, site),
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

function meterValues(meter: DeviceState<MeterReading> | undefined): HousePart['values'] {
  const { power, energy, soc, currents, voltages } = meter?.sample?.value ?? {};
  return { power, energy: inKwh(energy), soc, currents, voltages };
}

/** Loadpoints have the name of their charger, unless they are given one. */
function chargerValues(name: string, site: SiteState | undefined): HousePart['values'] {
  const { status, enabled, power, energy, currents, voltages } =
    site?.loadpoints.find((loadpoint) => loadpoint.name === name)?.charger?.value ?? {};
  return { chargeStatus: status, enabled, power, energy: inKwh(energy), currents, voltages };
}

/** Only vehicles at loadpoints are asked. */
function vehicleValues(name: string, site: SiteState | undefined): HousePart['values'] {
  const { soc, range, odometer, limitSoc } =
    site?.loadpoints.find(({ vehicle }) => vehicle?.name === name)?.vehicle?.sample?.value ?? {};
  return { soc, range, odometer, limitSoc };
}

function circuits(site: SiteState | undefined): readonly HousePart[] {
  return (site?.circuits ?? []).map(({ name, title, meter, maxPower, maxCurrent }) => ({
    name,
    title,
    reason: '',
    values: { ...meterValues(meter), maxPower, maxCurrent },
  }));
}

const inKwh = (energy: number | undefined): number | undefined => (energy === undefined ? undefined : energy / 1_000);
