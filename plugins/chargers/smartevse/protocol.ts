import type { ChargerDevice, ChargerReading, DeviceContext, PerPhase, Phases } from '../../../core/index.ts';
import type { Answer } from '../../shared/answer.ts';
import { type JsonDevice, known } from '../../shared/http/json-device.ts';
import { createPausedCharger } from '../../shared/pause.ts';

/** SmartEVSE 3 and 3.5: REST API of dingo35/SmartEVSE-3.5, docs/REST_API.md. */

const PATH = '/settings';
/** `mode_id`: 0 off, 1 normal, 2 solar, 3 smart, 4 pause */
const MODE = { normal: 1, pause: 4 } as const;
/** Modes in which the box lets cars charge; in 2 and 3 it regulates by itself */
const ACTIVE = [1, 2, 3];
/** `evse.state_id` in which current may flow: C, D, and the agreements about C between several boxes */
const CHARGING = [2, 3, 6, 7, 10];
/** `enable_C2`: the contactor of L2 and L3 */
const CONTACTOR = { 1: 1, 3: 3 } as const;

export function createSmartEvse(
  device: JsonDevice,
  phaseSwitching: boolean,
  { fail }: Pick<DeviceContext, 'fail'>,
): ChargerDevice {
  let mode: number | undefined;

  /** Commands are queries of a POST whose body has to be empty. */
  async function set(key: string, value: number, signal: AbortSignal): Promise<void> {
    const answer = await device.send({ path: `${PATH}?${key}=${value}`, method: 'POST' }, signal);
    if (!/not allowed/i.test(answer)) return;
    fail('EVCC_DEVICE_UNAVAILABLE', `${device.name}: the charger does not allow ${key}=${value}`);
  }
  /** A pause is sent always: the mode may be known from a reading that was late. */
  async function switchTo(wanted: number, signal: AbortSignal): Promise<void> {
    if (mode === wanted && wanted !== MODE.pause) return;
    mode = undefined;
    await set('mode', wanted, signal);
    mode = wanted;
  }

  const charger = createPausedCharger({
    traits: { minCurrent: 6, currentStep: 0.1 },
    read: async (signal) => {
      const status = await device.get(PATH, signal);
      mode = status.at('mode_id').number();
      return toReading(status);
    },
    // The current first: in mode normal without one, the box would offer what is set in it.
    write: async (current, signal) => {
      if (current > 0) await set('override_current', Math.round(current * 10), signal);
      await switchTo(current > 0 ? MODE.normal : MODE.pause, signal);
    },
  });
  return {
    ...charger,
    ...(phaseSwitching && {
      setPhases: (phases: Phases, signal: AbortSignal) => set('enable_C2', CONTACTOR[phases], signal),
    }),
  };
}

export function toReading(status: Answer): Omit<ChargerReading, 'enabled'> & { maxCurrent: number } {
  const evse = status.at('evse');
  const settings = status.at('settings');
  const override = known(settings.at('override_current')) ?? 0;
  /** 0.1 A */
  const offered = override > 0 ? override : settings.at('charge_current').number();
  const phases = known(evse.at('nrofphases'));
  const card = evse.at('rfid_lastread');
  const tag = card.absent ? '' : card.shown.replaceAll('"', '');
  const charging = CHARGING.includes(evse.at('state_id').number());
  return {
    status: status.at('car_connected').flag() ? (charging ? 'C' : 'B') : 'A',
    maxCurrent: ACTIVE.includes(status.at('mode_id').number()) ? offered / 10 : 0,
    ...((phases === 1 || phases === 3) && { phases }),
    ...measured(status.at('ev_meter')),
    identifier: /^0*$/.test(tag) ? '' : tag,
  };
}

/** What the meter of the box says, if it has one: W, Wh, 0.1 A. */
function measured(meter: Answer): Pick<ChargerReading, 'power' | 'energy' | 'currents'> {
  if (meter.absent || meter.at('description').shown === '"Disabled"') return {};
  const power = known(meter.at('import_active_power'));
  const energy = known(meter.at('import_active_energy'));
  const currents = meter.at('currents');
  const phase = (name: string): number => currents.at(name).number() / 10;
  const values: PerPhase | undefined = currents.absent ? undefined : [phase('L1'), phase('L2'), phase('L3')];
  return {
    ...(power !== undefined && { power: Math.max(0, power) }),
    ...(energy !== undefined && { energy }),
    ...(values && { currents: values }),
  };
}
