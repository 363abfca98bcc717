import type { ChargerDevice, ChargerReading, ChargeStatus, DeviceContext, PerPhase } from '../../../core/index.ts';
import type { Answer } from '../../shared/answer.ts';
import { type JsonDevice, known } from '../../shared/http/json-device.ts';
import { createPausedCharger } from '../../shared/pause.ts';

/** SimpleEVSE-WiFi and smartWB: HTTP API of CurtRod/SimpleEVSE-WiFi. */

const STATUSES: Readonly<Record<number, ChargeStatus>> = { 1: 'A', 2: 'B', 3: 'C', 4: 'D' };

/** Asks the box first: whether currents have steps of 1 A or 0.01 A depends on what is built in. */
export async function createEvseWifi(
  device: JsonDevice,
  { fail, signal: begin }: Pick<DeviceContext, 'fail' | 'signal'>,
): Promise<ChargerDevice> {
  const parameters = async (signal: AbortSignal): Promise<Answer> => {
    const answer = await device.get('/getParameters', signal);
    return answer.at('list').items()[0] ?? answer.refuse('list is empty');
  };
  /** Answers begin with `S0_`, or `E` and a number. */
  const send = async (command: string, signal: AbortSignal): Promise<void> => {
    const answer = await device.send({ path: `/${command}` }, signal);
    if (answer.startsWith('S0_')) return;
    fail('EVCC_DEVICE_UNAVAILABLE', `${device.name}: the charger did not take ${command}: ${answer.slice(0, 60)}`);
  };

  const first = await parameters(begin);
  const fine = !first.at('actualCurrentMA').absent;
  const maxCurrent = first.at('maxCurrent').number();
  const charger = createPausedCharger({
    traits: { minCurrent: 6, maxCurrent, currentStep: fine ? 0.1 : 1 },
    read: async (signal) => {
      const values = await parameters(signal);
      if (values.at('alwaysActive').flag()) return toReading(values);
      return fail('EVCC_DEVICE_UNAVAILABLE', `${device.name}: the charger has to be set to "always active"`);
    },
    write: (current, signal) => send(`setCurrent?current=${fine ? Math.round(current * 100) : current}`, signal),
  });
  return { ...charger, wakeUp: (signal) => send('interruptCp', signal) };
}

export function toReading(values: Answer): Omit<ChargerReading, 'enabled'> & { maxCurrent: number } {
  const card = values.at('RFIDUID');
  return {
    status: STATUSES[values.at('vehicleState').number()] ?? 'F',
    maxCurrent: known(values.at('actualCurrentMA'), 1 / 100) ?? values.at('actualCurrent').number(),
    ...(values.at('useMeter').flag() && measured(values)),
    identifier: card.absent ? '' : card.text(),
  };
}

/** kW and kWh */
function measured(
  values: Answer,
): Pick<ChargerReading, 'power' | 'energy' | 'sessionEnergy' | 'currents' | 'voltages'> {
  const phases = (name: string): PerPhase | undefined => {
    const [l1, l2 = 0, l3 = 0] = [1, 2, 3].map((phase) => known(values.at(`${name}P${phase}`)));
    return l1 === undefined ? undefined : [l1, l2, l3];
  };
  const power = known(values.at('actualPower'), 1_000);
  const energy = known(values.at('meterReading'), 1_000);
  const sessionEnergy = known(values.at('energy'), 1_000);
  const currents = phases('current');
  const voltages = phases('voltage');
  return {
    ...(power !== undefined && { power: Math.max(0, power) }),
    ...(energy !== undefined && { energy }),
    ...(sessionEnergy !== undefined && { sessionEnergy }),
    ...(currents && { currents }),
    ...(voltages && { voltages }),
  };
}
