import type { ChargerDevice, ChargerReading, DeviceContext, Phases } from '../../../core/index.ts';
import type { JsonDevice } from '../../shared/http/json-device.ts';
import { createPausedCharger } from '../../shared/pause.ts';
import { type Measured, NO_CONTROL, toIdentifier, toMeasured, toOldMeasured, toStatus } from './protocol.ts';

/**
 * Asks the box first what it has. `manager`: the WARP Energy Manager that switches the phases of a WARP 1 or 2, or the box itself.
 */
export async function createWarp(
  box: JsonDevice,
  manager: JsonDevice | undefined,
  { fail, signal: begin }: Pick<DeviceContext, 'fail' | 'signal'>,
): Promise<ChargerDevice> {
  const features = new Set((await box.get('/info/features', begin)).items().map((feature) => feature.text()));
  const switcher = manager ?? (features.has('phase_switch') ? box : undefined);
  let ids: readonly number[] = [];

  const put = async (device: JsonDevice, path: string, body: object, signal: AbortSignal): Promise<void> => {
    await device.send({ path, method: 'PUT', body }, signal);
  };

  async function measure(signal: AbortSignal): Promise<Measured> {
    if (features.has('meters')) {
      const values = (await box.get('/meters/0/values', signal)).items();
      // What a meter measures is found out by the box after its start, and changes with its settings.
      if (ids.length !== values.length) {
        ids = (await box.get('/meters/0/value_ids', signal)).items().map((id) => id.number());
      }
      return toMeasured(ids, values);
    }
    if (!features.has('meter')) return {};
    const all = features.has('meter_all_values') ? await box.get('/meter/all_values', signal) : undefined;
    return toOldMeasured(await box.get('/meter/values', signal), all);
  }

  /** A car that is connected, but held back until somebody shows a card. */
  async function waitsForCard(signal: AbortSignal): Promise<boolean> {
    if (!(await box.get('/evse/user_enabled', signal)).at('enabled').flag()) return false;
    return (await box.get('/evse/user_current', signal)).at('current').number() === 0;
  }

  async function read(signal: AbortSignal): Promise<Omit<ChargerReading, 'enabled'> & { maxCurrent: number }> {
    const status = toStatus(await box.get('/evse/state', signal));
    if (!(await box.get('/evse/external_enabled', signal)).at('enabled').flag()) {
      fail('EVCC_DEVICE_UNAVAILABLE', `${box.name}: external control is switched off in the settings of the charger`);
    }
    const current = (await box.get('/evse/external_current', signal)).at('current').number() / 1_000;
    const values = await measure(signal);
    const waits = features.has('nfc') && status === 'B' && (await waitsForCard(signal));
    const soc = features.has('iso15118') ? (await box.get('/ev/state', signal)).at('soc') : undefined;
    return {
      status,
      maxCurrent: current,
      ...values,
      ...(features.has('nfc') && { identifier: toIdentifier(await box.get('/charge_tracker/current_charge', signal)) }),
      ...(waits && { statusReason: 'waitingforauthorization' }),
      ...(soc && !soc.absent && { soc: soc.number() }),
      ...(switcher && { phases: await phasesOf(switcher, signal) }),
    };
  }

  const charger = createPausedCharger({
    traits: { minCurrent: 6, maxCurrent: 32, currentStep: 0.1 },
    read,
    write: (current, signal) => put(box, '/evse/external_current', { current: Math.round(current * 1_000) }, signal),
  });
  if (!switcher) return charger;
  return {
    ...charger,
    setPhases: async (phases, signal) => {
      const state = (await switcher.get('/power_manager/state', signal)).at('external_control').number();
      if (state !== 0) {
        fail('EVCC_DEVICE_UNAVAILABLE', `${switcher.name}: ${NO_CONTROL[state] ?? 'phases cannot be switched now'}`);
      }
      await put(switcher, '/power_manager/external_control', { phases_wanted: phases }, signal);
    },
  };
}

async function phasesOf(switcher: JsonDevice, signal: AbortSignal): Promise<Phases> {
  return (await switcher.get('/power_manager/low_level_state', signal)).at('is_3phase').flag() ? 3 : 1;
}
