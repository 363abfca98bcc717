import type { ChargerDevice, ChargerReading, DeviceContext, PerPhase } from '../../../core/index.ts';
import { Answer } from '../../shared/answer.ts';
import { kebaStatus, NOT_READY } from '../../shared/keba.ts';
import { createKeepAlive } from '../../shared/keep-alive.ts';
import type { Conversation } from './conversation.ts';

/**
 * KEBA KeContact over UDP: text commands, reports in JSON. After the KeContact P20 and P30 UDP programmers guide of KEBA.
 */

/** ms between two looks at the fail-safe timeout while there is none */
const IDLE = 60_000;

export function createKebaUdp(box: Conversation, context: DeviceContext): ChargerDevice {
  const report = async (number: number, signal: AbortSignal): Promise<Answer> =>
    new Answer(await box.report(number, signal), `${box.name}, report ${number}`, context);

  // On its own it falls back to the fail-safe current after so many seconds; 0: never.
  const endKeepAlive = createKeepAlive(
    box.name,
    async (signal) => {
      const state = await report(2, signal);
      const seconds = optional(state, 'Tmo FS') ?? 0;
      if (seconds === 0) return IDLE;
      await box.command(`failsafe ${seconds} ${state.at('Curr FS').number()} 0`, signal);
      return seconds * 500;
    },
    context,
  );
  return {
    traits: { minCurrent: 6, maxCurrent: 32, currentStep: 0.1 },
    read: async (signal) => {
      const state = await report(2, signal);
      const meter = await report(3, signal);
      const reading = { ...toState(state), ...toMeter(meter) };
      return { ...reading, identifier: reading.status === 'A' ? '' : toIdentifier(await report(100, signal)) };
    },
    enable: (enabled, signal) => box.command(`ena ${enabled ? 1 : 0}`, signal),
    setMaxCurrent: (current, signal) => box.command(`curr ${Math.round(current * 1_000)}`, signal),
    close: async () => {
      endKeepAlive();
      await box.close();
    },
  };
}

function toState(state: Answer): Pick<ChargerReading, 'status' | 'enabled' | 'maxCurrent' | 'statusReason'> {
  const phase = state.at('State').number();
  const plug = state.at('Plug').number();
  const enabled = state.at('Enable user').flag();
  const current = optional(state, 'Curr user');
  const waits = phase === NOT_READY && plug >= 5 && optional(state, 'Authreq') === 1;
  return {
    status: kebaStatus(phase, plug) ?? state.refuse(`there is no state ${phase} with plug ${plug}`),
    enabled,
    // 63 A until somebody says something else; the hardware has a limit of its own.
    ...(enabled &&
      current !== undefined && { maxCurrent: Math.min(current, optional(state, 'Curr HW') ?? current) / 1_000 }),
    ...(waits && { statusReason: 'waitingforauthorization' }),
  };
}

function toMeter(meter: Answer): Pick<ChargerReading, 'power' | 'currents' | 'voltages' | 'energy' | 'sessionEnergy'> {
  const phases = (letter: 'U' | 'I', scale: number): PerPhase => {
    const [l1 = 0, l2 = 0, l3 = 0] = [1, 2, 3].map((phase) => meter.at(`${letter}${phase}`).number() * scale);
    return [l1, l2, l3];
  };
  return {
    power: Math.max(0, meter.at('P').number() / 1_000),
    currents: phases('I', 0.001),
    voltages: phases('U', 1),
    energy: meter.at('E total').number() / 10,
    sessionEnergy: meter.at('E pres').number() / 10,
  };
}

/** Of the running session, without the zeros that fill it up. */
function toIdentifier(session: Answer): string {
  const tag = session.at('RFID tag');
  return tag.absent || optional(session, 'reason') !== 0 ? '' : tag.text().replace(/^0+$/, '');
}

function optional(answer: Answer, name: string): number | undefined {
  return answer.at(name).absent ? undefined : answer.at(name).number();
}
