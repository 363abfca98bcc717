import type { ChargerDevice, DeviceContext, PerPhase, Phases } from '../../../core/index.ts';
import { Answer } from '../../shared/answer.ts';
import { createKeepAlive } from '../../shared/keep-alive.ts';
import type { MqttCommand, MqttLink } from '../../shared/mqtt.ts';
import { createPause } from '../../shared/pause.ts';
import type { OpenwbTopics } from './protocol.ts';

/** ms without a sign of life after which a box that gives some is offline */
const SILENCE = 15_000;

export function createOpenwb(
  host: string,
  topics: OpenwbTopics,
  phaseSwitching: boolean,
  mqtt: MqttLink,
  context: DeviceContext,
): ChargerDevice {
  const { clock, fail } = context;
  const { plugged, charging, power, currents, voltages, energy, identifier, alive } = topics;
  const phases = phaseSwitching ? topics.phases : undefined;
  const all = [plugged, charging, power, energy, ...currents, ...voltages, identifier, phases, alive];
  for (const topic of all) if (topic !== undefined) mqtt.subscribe(topic);

  const value = async (topic: string, signal: AbortSignal): Promise<Answer> => {
    const { text } = await mqtt.latest(topic, false, signal);
    const where = `openWB ${host}, ${topic}`;
    try {
      return new Answer(JSON.parse(text), where, context);
    } catch {
      return fail('EVCC_DEVICE_PROTOCOL', `${where}: the value is not JSON`);
    }
  };
  /** What not every box says. Without a connection, what every box says fails. */
  const optional = async (topic: string | undefined, signal: AbortSignal): Promise<Answer | undefined> => {
    const found = topic === undefined ? undefined : await value(topic, signal).catch(() => undefined);
    return found?.absent ? undefined : found;
  };
  const perPhase = async (names: readonly string[], signal: AbortSignal): Promise<PerPhase | undefined> => {
    const found = await Promise.all(names.map((name) => optional(name, signal)));
    const answers = names.length === 1 ? (found[0]?.items() ?? []) : found;
    const [l1, l2, l3] = answers.map((answer) => answer && Math.abs(answer.number()));
    return l1 === undefined || l2 === undefined || l3 === undefined ? undefined : [l1, l2, l3];
  };
  const send = async (commands: readonly MqttCommand[], signal: AbortSignal): Promise<void> => {
    for (const command of commands) await mqtt.publish(command, signal);
  };

  const pause = createPause((current, signal) => send([topics.setCurrent(current)], signal), { readable: false });
  let begun = false;
  const endKeepAlive = createKeepAlive(
    `openWB ${host}`,
    async (signal) => {
      // A box that heard nothing for long would take up again what it was told last, and nobody wants that now.
      if (!begun && !(await value(charging, signal)).flag()) await pause.pauseUnknown(signal);
      begun = true;
      await pause.repeat(signal);
      await send([topics.heartbeat(clock.now())], signal);
      return topics.heartbeatPause;
    },
    context,
  );

  return {
    traits: { minCurrent: 6, maxCurrent: 32, currentStep: topics.currentStep },
    read: async (signal) => {
      const enabled = pause.begin();
      if (alive !== undefined) {
        const { at } = await mqtt.latest(alive, false, signal);
        if (clock.now() - at > SILENCE) fail('EVCC_DEVICE_UNAVAILABLE', `openWB ${host}: it gives no sign of life`);
      }
      const [connected, charges, watts, counter, amps, volts, tag, count] = await Promise.all([
        value(plugged, signal),
        value(charging, signal),
        value(power, signal),
        optional(energy, signal),
        perPhase(currents, signal),
        perPhase(voltages, signal),
        optional(identifier, signal),
        optional(phases, signal),
      ]);
      const switched = count?.number();
      return {
        status: !connected.flag() ? 'A' : charges.flag() ? 'C' : 'B',
        enabled: enabled(undefined, charges.flag()) ?? false,
        power: Math.max(0, watts.number()),
        ...(counter && { energy: counter.number() * topics.energyUnit }),
        ...(amps && { currents: amps }),
        ...(volts && { voltages: volts }),
        ...(identifier !== undefined && { identifier: tag?.text() ?? '' }),
        ...((switched === 1 || switched === 3) && { phases: switched }),
      };
    },
    enable: pause.enable,
    setMaxCurrent: pause.setMaxCurrent,
    wakeUp: (signal) => send([topics.wakeUp()], signal),
    ...(phaseSwitching && {
      setPhases: (phases: Phases, signal: AbortSignal) => send(topics.setPhases(phases), signal),
    }),
    close: async () => {
      endKeepAlive();
      await mqtt.close();
    },
  };
}
