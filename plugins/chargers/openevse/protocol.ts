import type { ChargerDevice, ChargerReading, ChargeStatus } from '../../../core/index.ts';
import type { Answer } from '../../shared/answer.ts';
import { type JsonDevice, known } from '../../shared/http/json-device.ts';
import { createPausedCharger } from '../../shared/pause.ts';

/** OpenEVSE with an ESP32 gateway, firmware 7.0 and later: OpenEVSE/ESP32_WiFi_V4.x, api.yml. */

/** `state` where it says more than whether a car is there */
const STATUSES: Readonly<Record<number, ChargeStatus>> = { 1: 'A', 3: 'C', 4: 'D' };
/** 2: connected; 254: sleeping; 255: disabled */
const QUIET = [2, 254, 255];

export function createOpenEvse(device: JsonDevice, phases: 1 | 3): ChargerDevice {
  return createPausedCharger({
    traits: { phases, minCurrent: 6, currentStep: 1 },
    read: async (signal) => toReading(await device.get('/status', signal), phases),
    // An override stands above the schedule and the limits of the box, and here it stays until it is replaced.
    write: async (current, signal) => {
      const limit = current > 0 ? { state: 'active', charge_current: current } : { state: 'disabled' };
      await device.send({ path: '/override', method: 'POST', body: { ...limit, auto_release: false } }, signal);
    },
  });
}

export function toReading(status: Answer, phases: 1 | 3): Omit<ChargerReading, 'enabled'> & { maxCurrent: number } {
  const state = status.at('state').number();
  const voltage = known(status.at('voltage'));
  /** A; the box measures one phase, and the others are much the same */
  const current = known(status.at('amp'), 1 / 1_000);
  const energy = known(status.at('total_energy'), 1_000);
  const sessionEnergy = known(status.at('session_energy'));
  const active = status.at('status').text() === 'active';
  return {
    status: QUIET.includes(state) ? (status.at('vehicle').flag() ? 'B' : 'A') : (STATUSES[state] ?? 'F'),
    maxCurrent: active ? status.at('pilot').number() : 0,
    ...(current !== undefined && { currents: phases === 1 ? [current, 0, 0] : [current, current, current] }),
    ...(current !== undefined && voltage !== undefined && { power: Math.max(0, current * voltage * phases) }),
    ...(energy !== undefined && { energy }),
    ...(sessionEnergy !== undefined && { sessionEnergy }),
  };
}
