import type { CheckedConfig, CheckedLoadpoint, CheckedSite, CheckedVehicle } from '../config/checked.ts';
import type { RecordedSettings } from '../cycle/replay.ts';

/** What a configuration says of the settings that users may change, by their names; absent: their defaults. */

export function siteSettings({
  residualPower,
  prioritySoc,
  bufferSoc,
  bufferStartSoc,
  smartCostLimit,
}: CheckedSite): Readonly<Record<string, unknown>> {
  return { residualPower, prioritySoc, bufferSoc, bufferStartSoc, smartCostLimit };
}

export function loadpointSettings({
  mode,
  priority,
  phases,
  minCurrent,
  maxCurrent,
  enable,
  disable,
  minSoc,
  targetSoc,
}: CheckedLoadpoint): Readonly<Record<string, unknown>> {
  return {
    mode,
    priority,
    phases,
    minCurrent,
    maxCurrent,
    enableThreshold: enable.threshold,
    disableThreshold: disable.threshold,
    enableDelay: enable.delay / 1_000,
    disableDelay: disable.delay / 1_000,
    minSoc,
    targetSoc,
  };
}

/** Those that vehicles share with loadpoints have the names of these. */
export function vehicleSettings({ settings, mode }: CheckedVehicle): Readonly<Record<string, unknown>> {
  return { ...settings, mode };
}

/** Of the whole house. */
export function configuredSettings({ site, loadpoints, vehicles }: CheckedConfig): RecordedSettings {
  return {
    site: siteSettings(site),
    loadpoints: Object.fromEntries(loadpoints.map((loadpoint) => [loadpoint.name, loadpointSettings(loadpoint)])),
    vehicles: Object.fromEntries([...vehicles.values()].map(({ name, settings }) => [name, settings])),
  };
}
