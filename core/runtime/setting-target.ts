import { can } from '../devices.ts';
import type { SettingScope, SettingTarget } from '../settings.ts';
import type { Equipment } from './equipment.ts';
import type { Vehicles } from './vehicles.ts';

/** What rows may look at; `undefined`: there is no such loadpoint or vehicle. */
export function settingTarget(
  { battery, vehicles, loadpoints }: Equipment,
  of: { readonly scope: SettingScope; readonly id: number; readonly values: SettingTarget['values'] },
  now: number,
  choices: Pick<Vehicles, 'select' | 'detect' | 'tellSoc'>,
): SettingTarget | undefined {
  const site = {
    now,
    values: of.values,
    hasBattery: battery.length > 0,
    canControlBattery: battery.some(({ handle: { device } }) => !device || can(device, 'setBatteryMode')),
    vehicles: [...vehicles.values()].map(({ spec }) => ({ name: spec.name, title: spec.title })),
  };
  if (of.scope === 'site') return site;
  if (of.scope === 'vehicle') return of.id >= 1 && of.id <= vehicles.size ? site : undefined;
  const loadpoint = loadpoints[of.id - 1];
  if (!loadpoint) return undefined;
  const { device } = loadpoint.charger;
  return {
    ...site,
    loadpoint: {
      canSwitchPhases: loadpoint.canSwitchPhases,
      phasesEnabled: loadpoint.memory.phasesEnabled,
      mayHeat: !device || device.traits?.heating === true,
      largestCurrent: device?.traits?.maxCurrent ?? Number.POSITIVE_INFINITY,
      selectVehicle: (name) => choices.select(loadpoint, name),
      detectVehicle: () => choices.detect(loadpoint, now),
      tellSoc: (soc) => choices.tellSoc(loadpoint, soc, now),
    },
  };
}
