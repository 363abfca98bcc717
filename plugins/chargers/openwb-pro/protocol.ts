import type { ChargerDevice, ChargerReading, DeviceContext } from '../../../core/index.ts';
import type { Answer } from '../../shared/answer.ts';
import { type JsonDevice, known } from '../../shared/http/json-device.ts';
import { createKeepAlive } from '../../shared/keep-alive.ts';
import { createPausedCharger } from '../../shared/pause.ts';
import { perPhase } from '../../shared/per-phase.ts';

/** openWB Pro: `connect.php`, as the control of openWB 2 uses it. */

const PATH = '/connect.php';
/** ms; the box stops charging when it hears nothing for about 60 s */
const HEARTBEAT = 30_000;
/** s between the soc of a car and the answer beyond which it is of the past */
const OLD_SOC = 300;

export interface OpenWbProSettings {
  /** The box stops when it hears nothing any more. */
  readonly heartbeat: boolean;
  readonly phaseSwitching: boolean;
}

export function createOpenWbPro(
  device: JsonDevice,
  { heartbeat, phaseSwitching }: OpenWbProSettings,
  context: Pick<DeviceContext, 'clock' | 'log' | 'signal'>,
): ChargerDevice {
  const send = async (fields: Readonly<Record<string, string>>, signal: AbortSignal): Promise<void> => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    await device.send({ path: PATH, method: 'POST', headers, body: new URLSearchParams(fields).toString() }, signal);
  };
  const end = heartbeat
    ? createKeepAlive(
        device.name,
        async (signal) => {
          await send({ heartbeatenabled: '1' }, signal);
          return HEARTBEAT;
        },
        context,
      )
    : () => {};
  const charger = createPausedCharger({
    traits: { minCurrent: 6, maxCurrent: 32, currentStep: 0.1 },
    read: async (signal) => toReading(await device.get(PATH, signal)),
    write: (current, signal) => send({ ampere: String(current) }, signal),
  });
  return {
    ...charger,
    ...(phaseSwitching && {
      setPhases: (phases: 1 | 3, signal: AbortSignal) => send({ phasetarget: String(phases) }, signal),
    }),
    // The control pilot is interrupted for some seconds, which cars take for a new connection.
    wakeUp: (signal) => send({ cp_interrupt: 'true', cp_interrupt_version: '0V', cp_interrupt_duration: '4' }, signal),
    close: end,
  };
}

export function toReading(status: Answer): Omit<ChargerReading, 'enabled'> & { maxCurrent: number } {
  const energy = known(status.at('imported'));
  const currents = perPhase(status.at('currents'));
  const voltages = perPhase(status.at('voltages'));
  const soc = known(status.at('soc_value'));
  const socAge = (known(status.at('timestamp')) ?? 0) - (known(status.at('soc_timestamp')) ?? Number.NaN);
  const phases = known(status.at('phases_target'));
  return {
    status: status.at('charge_state').flag() ? 'C' : status.at('plug_state').flag() ? 'B' : 'A',
    maxCurrent: status.at('offered_current').number(),
    power: Math.max(0, status.at('power_all').number()),
    identifier: identify(status),
    ...(energy !== undefined && { energy }),
    ...(currents && { currents }),
    ...(voltages && { voltages }),
    ...((phases === 1 || phases === 3) && { phases }),
    ...(soc !== undefined && Math.abs(socAge) <= OLD_SOC && { soc }),
  };
}

/** The MAC address or id of the car, which boxes with ISO 15118 know, else the card that was read last. */
function identify(status: Answer): string {
  for (const key of ['vehicle_id', 'rfid_tag']) {
    const place = status.at(key);
    const text = place.absent ? '' : place.text();
    if (text !== '' && text !== '--') return text;
  }
  return '';
}
