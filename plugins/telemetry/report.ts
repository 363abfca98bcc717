import { arch, platform } from 'node:process';
import type { Evcc } from '../../core/index.ts';

/** What is sent: nothing in it tells one house from another of the same kind. */
export interface TelemetryReport {
  /** Of the program, e.g. `0.1.0` */
  readonly version: string;
  /** Major version, e.g. `24` */
  readonly node: string;
  /** e.g. `linux` */
  readonly platform: string;
  /** e.g. `arm64` */
  readonly architecture: string;
  /** How many there are */
  readonly loadpoints: number;
  /** How many there are of each kind, e.g. `{ charger: 2, meter: 3 }`; neither types nor names */
  readonly devices: Readonly<Record<string, number>>;
  /** kWh charged in the last 30 days, rounded to tens */
  readonly chargedEnergy: number;
  /** %, how much of that was solar and battery energy, rounded to tens */
  readonly solarPercentage: number;
}

/** The report as it would be sent now. */
export function reportOf({ state }: Pick<Evcc, 'state'>): TelemetryReport {
  const devices: Record<string, number> = {};
  const list = (state.site.get('devices') ?? []) as readonly { readonly kind: string }[];
  for (const { kind } of list) devices[kind] = (devices[kind] ?? 0) + 1;
  const stats = (state.site.get('stats') ?? {}) as Readonly<Record<string, Readonly<Record<string, number>>>>;
  const month = stats['30d'] ?? {};
  return {
    version: String(state.site.get('version') ?? ''),
    node: process.versions.node.split('.', 1)[0] ?? '',
    platform,
    architecture: arch,
    loadpoints: state.loadpoints.length,
    devices,
    chargedEnergy: toTens(month.chargedKWh),
    solarPercentage: toTens(month.solarPercentage),
  };
}

function toTens(value = 0): number {
  return Math.round(value / 10) * 10;
}
