import type { ChargerDevice, ChargerReading, ChargeStatus, DeviceContext, PerPhase } from '../../../core/index.ts';
import type { Answer } from '../../shared/answer.ts';
import { GOE_FORCE, GOE_KEYS, GOE_PHASES, toGoeReading } from '../../shared/go-e.ts';
import type { JsonDevice } from '../../shared/http/json-device.ts';

/**
 * go-e Charger. API v2: goecharger/go-eCharger-API-v2 (http-en.md, apikeys-en.md), firmware 051.4 and later. API v1:
 * goecharger/go-eCharger-API-v1.
 */

const TRAITS = { minCurrent: 6, maxCurrent: 32, currentStep: 1 } as const;
/** What the box regulates by itself, from the surplus that it is told by others */
const SURPLUS = 'fup';
const STATUS = `/api/status?filter=${[...GOE_KEYS, SURPLUS].join(',')}`;

/** API v2, in the local network and in the cloud. */
export function createV2(device: JsonDevice, { fail }: Pick<DeviceContext, 'fail'>): ChargerDevice {
  let regulatesItself = false;

  /** Each key is answered with true, or with the reason why it was not taken. */
  async function set(values: Readonly<Record<string, number | boolean>>, signal: AbortSignal): Promise<void> {
    const answer = await device.ask({ path: `/api/set?${toQuery(values)}` }, signal);
    for (const key of Object.keys(values)) {
      const taken = answer.at(key);
      if (!taken.absent && taken.shown === 'true') continue;
      const why = taken.absent ? 'it does not know it' : taken.shown;
      fail('EVCC_DEVICE_UNAVAILABLE', `${device.name}: the charger did not take ${key}=${values[key]}: ${why}`);
    }
  }

  return {
    traits: TRAITS,
    read: async (signal) => {
      const status = await device.get(STATUS, signal);
      const reading = toGoeReading(status);
      const surplus = status.at(SURPLUS);
      regulatesItself = !surplus.absent && surplus.flag();
      return reading;
    },
    enable: (enabled, signal) =>
      set(
        enabled ? { frc: GOE_FORCE.on, ...(regulatesItself && { [SURPLUS]: false }) } : { frc: GOE_FORCE.off },
        signal,
      ),
    setMaxCurrent: (current, signal) => set({ amp: current }, signal),
    setPhases: (phases, signal) => set({ psm: GOE_PHASES[phases] }, signal),
    // To the car it looks as if it was unplugged and plugged in again.
    wakeUp: (signal) => set({ su: true }, signal),
  };
}

const toQuery = (values: Readonly<Record<string, number | boolean>>): string =>
  Object.entries(values)
    .map(([key, value]) => `${key}=${value}`)
    .join('&');

const STATUSES: Readonly<Record<number, ChargeStatus>> = { 1: 'A', 2: 'C', 3: 'B', 4: 'B' };
/** Names of the cards by their place, from 1 */
const CARDS = ['rna', 'rnm', 'rne', 'rn4', 'rn5', 'rn6', 'rn7', 'rn8', 'rn9', 'rn1'];

/** API v1, of boxes of the generations 1 and 2. */
export function createV1(device: JsonDevice, { fail }: Pick<DeviceContext, 'fail'>): ChargerDevice {
  /** The answer is the status after the command. */
  async function set(key: string, value: number, shown: string, signal: AbortSignal): Promise<void> {
    const answer = await device.ask({ path: `/mqtt?payload=${key}=${value}` }, signal);
    const now = answer.at(shown);
    if (!now.absent && now.number() === value) return;
    const why = now.absent ? 'it does not say so' : `${shown} is ${now.shown}`;
    fail('EVCC_DEVICE_UNAVAILABLE', `${device.name}: the charger did not take ${key}=${value}: ${why}`);
  }

  return {
    traits: TRAITS,
    read: async (signal) => toV1Reading(await device.get('/status', signal)),
    enable: (enabled, signal) => set('alw', enabled ? 1 : 0, 'alw', signal),
    // `amp` would do the same, but is stored in an EEPROM, which wears out.
    setMaxCurrent: (current, signal) => set('amx', current, 'amp', signal),
  };
}

/** `GET /status`: numbers are texts; `eto` in 0.1 kWh, `dws` in 10 Ws, `nrg` in V, 0.1 A, 0.1 kW and, in all, 0.01 kW. */
export function toV1Reading(status: Answer): ChargerReading {
  const nrg = status.at('nrg').items();
  const at = (index: number): number => nrg[index]?.number() ?? status.refuse('nrg has too few values');
  const phases = (first: number, divisor: number): PerPhase => [
    at(first) / divisor,
    at(first + 1) / divisor,
    at(first + 2) / divisor,
  ];
  const card = status.at('uby').absent ? 0 : status.at('uby').number();
  const name = status.at(CARDS[card - 1] ?? '');
  return {
    status: STATUSES[status.at('car').number()] ?? 'F',
    enabled: status.at('alw').flag(),
    maxCurrent: status.at('amp').number(),
    power: Math.max(0, at(11) * 10),
    currents: phases(4, 10),
    voltages: phases(0, 1),
    energy: status.at('eto').number() * 100,
    sessionEnergy: status.at('dws').number() / 360,
    identifier: card === 0 ? '' : name.absent ? String(card) : name.text(),
  };
}
