import { type LoadpointInputs, loadpointState } from '../../../core/cycle/loadpoint-state.ts';
import { NEW_MEMORY } from '../../../core/cycle/memory.ts';
import type {
  ChargerReading,
  LoadpointSettings,
  LoadpointState,
  Sampled,
  SettingScope,
  SiteSettings,
  SiteState,
} from '../../../core/index.ts';
import { SETTINGS } from '../../../core/runtime/settings-table.ts';

/** Parts of a house for unit tests: complete, plausible, each value replaceable. */

/** ms since the epoch of most tests */
export const NOW: number = Date.parse('2025-06-15T12:00:00Z');

/** What the rows of a scope are without configuration. */
function defaults(scope: SettingScope): Record<string, unknown> {
  const rows = SETTINGS.filter((row) => row.scope === scope);
  return Object.fromEntries(rows.map(({ name, schema }) => [name, (schema as { default?: unknown }).default ?? null]));
}

export const SITE_SETTINGS: SiteSettings = defaults('site') as unknown as SiteSettings;

export const LOADPOINT_SETTINGS: LoadpointSettings = {
  ...(defaults('loadpoint') as unknown as LoadpointSettings),
  mode: 'pv',
};

/** A reading taken just now, of a charger with a car that does not charge. */
export function sampled(reading: Partial<ChargerReading> = {}, at: number = NOW): Sampled<ChargerReading> {
  return { value: { status: 'B', enabled: false, ...reading }, at, stale: false };
}

export function inputsOf(changes: Partial<LoadpointInputs> = {}): LoadpointInputs {
  return {
    id: 1,
    name: 'lp-1',
    title: 'Garage',
    settings: LOADPOINT_SETTINGS,
    enableDelay: 60_000,
    disableDelay: 180_000,
    guardDuration: 60_000,
    charger: sampled(),
    meter: undefined,
    traits: {},
    canSwitchPhases: false,
    canWakeUp: false,
    welcome: false,
    circuit: undefined,
    phaseOrder: [1, 2, 3],
    vehicle: undefined,
    sessionEnergy: 0,
    memory: NEW_MEMORY,
    ...changes,
  };
}

/** A loadpoint as the cycle sees it, with single values replaced. */
export function stateOf(changes: Partial<LoadpointState> = {}, inputs: Partial<LoadpointInputs> = {}): LoadpointState {
  const state = loadpointState(inputsOf(inputs), 230);
  const { settings = state.settings, traits = state.traits } = changes;
  return { ...state, priority: settings.priority, currentStep: traits.currentStep ?? 1, ...changes };
}

export function siteOf(changes: Partial<SiteState> = {}): SiteState {
  return {
    now: NOW,
    interval: 10_000,
    voltage: 230,
    settings: SITE_SETTINGS,
    readings: { grid: null, pv: [], battery: [], aux: [], ext: [], consumers: [] },
    pvPower: 0,
    batteryPower: 0,
    homePower: 0,
    chargePower: 0,
    auxPower: 0,
    sitePower: { power: 0, batteryBuffered: false, batteryStart: false },
    rates: {},
    plans: new Map(),
    circuits: [],
    loadpoints: [],
    ...changes,
  };
}
