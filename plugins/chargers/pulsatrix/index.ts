import Type from 'typebox';
import type { ChargerDevice, DeviceContext, PerPhase, Plugin } from '../../../core/index.ts';
import { Answer } from '../../shared/answer.ts';
import { createKeepAlive } from '../../shared/keep-alive.ts';
import { letterOf } from '../../shared/modbus/charger.ts';
import type { OptionsOf } from '../../shared/options.ts';
import { openWebSocket } from '../../shared/websocket.ts';

/** Options of a `pulsatrix` charger. */
export interface PulsatrixChargerOptions {
  /** Name or address, with a port if it is not 80 */
  host: string;
}

declare module 'evcc' {
  interface ChargerTypes {
    pulsatrix: PulsatrixChargerOptions;
  }
}

const schema = Type.Object({
  host: Type.String({ description: 'Name or address, with a port if it is not 80', pattern: '^[^\\s/@]+$' }),
});

/** ms without a message after which what was said is not true any more */
const STALE = 15_000;
/** ms between two commands that say whether it is enabled: it wants to hear that every three minutes */
const REPEAT = 80_000;

/** pulsatrix SECC over its WebSocket in the local network. */
const pulsatrix: Plugin = {
  name: 'charger-pulsatrix',
  apply(evcc) {
    evcc.chargers.define('pulsatrix', {
      schema,
      create: ({ host }: OptionsOf<typeof schema, PulsatrixChargerOptions>, context) => createPulsatrix(host, context),
    });
  },
};
export default pulsatrix;

/** It sends what changed, as `{"message": {…}}`, and takes commands as a name and a value in two lines, without an answer. */
function createPulsatrix(host: string, context: DeviceContext): ChargerDevice {
  const { clock, fail } = context;
  let values: Record<string, Answer> = {};
  let heard = 0;
  /** As it was told, at first as it is: it does not say so itself. */
  let enabled: boolean | undefined;

  const link = openWebSocket(
    { url: `ws://${host}/api/ws` },
    {
      message: (text) => {
        // It writes numbers that it does not know in a way that is not JSON.
        const found = new Answer(JSON.parse(text.replaceAll(/\bNaN\b/g, 'null')), link.name, context).at('message');
        for (const [name, value] of found.entries()) values[name] = value;
        heard = clock.now();
      },
      // What was sent last may not have arrived.
      opened: () => {
        if (enabled === false) command('setEnabled', false);
      },
      lost: () => {
        values = {};
      },
    },
    context,
  );
  const status = async (signal: AbortSignal): Promise<(name: string) => Answer> => {
    const found = await link.wait(() => ('vehicleStatus' in values ? values : undefined), 'status', signal);
    if (clock.now() - heard > STALE) fail('EVCC_DEVICE_UNAVAILABLE', `${link.name}: it gives no sign of life`);
    return (name) => found[name] ?? new Answer(null, `${link.name}, ${name}`, context);
  };
  const command = (name: string, value: string | boolean): void => link.send(`${name}\n${value}`);
  const endKeepAlive = createKeepAlive(
    link.name,
    async (signal) => {
      const at = await status(signal);
      enabled ??= at('vehicleStatus').text() === 'C';
      command('setEnabled', enabled);
      return REPEAT;
    },
    context,
  );

  /** Sends when there is a connection. */
  const set = async (name: string, value: string | boolean, signal: AbortSignal): Promise<void> => {
    await status(signal);
    command(name, value);
  };
  return {
    traits: { minCurrent: 6, maxCurrent: 32, currentStep: 0.1 },
    read: async (signal) => {
      const at = await status(signal);
      const letter = letterOf(at('vehicleStatus').text());
      const energy = at('energyImported');
      const currents = perPhase(at('amperage'));
      const voltages = perPhase(at('voltage'));
      const limit = at('amperageLimit');
      return {
        status: letter ?? at('vehicleStatus').refuse('there is no such vehicleStatus'),
        enabled: enabled ?? false,
        power: Math.max(0, at('lastActivePower').number()),
        ...(!energy.absent && { energy: energy.number() * 1_000 }),
        ...(currents && { currents }),
        ...(voltages && { voltages }),
        ...(enabled && !limit.absent && { maxCurrent: limit.number() }),
      };
    },
    enable: async (wanted, signal) => {
      await status(signal);
      // At once, so that nothing older is repeated after it.
      command('setEnabled', wanted);
      enabled = wanted;
    },
    setMaxCurrent: (current, signal) => set('setCurrentLimit', String(current), signal),
    setPhases: (phases, signal) => set('set1p3p', phases === 1, signal),
    close: () => {
      endKeepAlive();
      link.close();
    },
  };
}

/** `undefined` if one of them is not known */
function perPhase(answer: Answer): PerPhase | undefined {
  const items = answer.absent ? [] : answer.items();
  if (items.length < 3 || items.some(({ absent }) => absent)) return undefined;
  const [l1 = 0, l2 = 0, l3 = 0] = items.map((item) => item.number());
  return [l1, l2, l3];
}
