import type { ChargerDevice, ChargerReading, DeviceContext } from '../../core/index.ts';
import { type Connections, createKit } from '../shared/sources/kit.ts';
import { createReading } from '../shared/sources/reading.ts';
import type { CustomChargerOptions } from './options.ts';

/** ms, age at which an MQTT message of a charger is too old */
const MESSAGE_TIMEOUT = 60_000;
const LETTERS = ['A', 'B', 'C', 'D', 'E', 'F'] as const;

type Essential = Pick<ChargerReading, 'status' | 'enabled' | 'power'>;
type Optional = Omit<ChargerReading, keyof Essential | 'phases'> & { readonly phases: '1' | '3' };

export function createCharger(
  options: CustomChargerOptions,
  context: DeviceContext,
  connections: Connections,
): ChargerDevice {
  const kit = createKit(context, connections, MESSAGE_TIMEOUT);
  const status = kit.required('status', kit.letter('status', options.status, LETTERS));
  const enabled = kit.required('enabled', kit.boolean('enabled', options.enabled));
  const { currents, voltages, energy, maxCurrent, phases, identifier, soc } = options;
  // A charger only consumes; a little less than nothing is how meters say nothing.
  const power = options.power && kit.number('power', options.power, { min: 0, noise: 50 });
  const optional = {
    currents: currents && kit.perPhase('currents', currents, { min: 0, noise: 0.5 }),
    voltages: voltages && kit.perPhase('voltages', voltages, { min: 0 }),
    energy: energy && kit.number('energy', energy, { min: 0, factor: 1_000 }),
    maxCurrent: maxCurrent && kit.number('maxCurrent', maxCurrent, { min: 0 }),
    phases: phases && kit.letter('phases', phases, ['1', '3']),
    identifier: identifier && kit.text('identifier', identifier),
    soc: soc && kit.number('soc', soc, { min: 0, max: 100 }),
  };
  /** The measured power is one of them: the last reading is closer to the truth than what could be guessed without it. */
  const essential = async (signal: AbortSignal): Promise<Essential> => {
    const [letter, flag, watts] = await Promise.all([status(signal), enabled(signal), power?.(signal)]);
    return { status: letter, enabled: flag, ...(watts !== undefined && { power: watts }) };
  };
  const read = createReading<Essential, Optional>(essential, optional, context);
  const enable = kit.writer('enable', options.enable);
  const setMaxCurrent = kit.writer('setMaxCurrent', options.setMaxCurrent);
  const setPhases = options.setPhases && kit.writer('setPhases', options.setPhases);
  const wakeUp = options.wakeUp && kit.writer('wakeUp', options.wakeUp);
  const dim = options.dim && kit.writer('dim', options.dim);

  return {
    ...(options.traits && { traits: options.traits }),
    read: async (signal) => {
      const { phases: count, ...rest } = await read(signal);
      return { ...rest, ...(count && { phases: count === '1' ? 1 : 3 }) };
    },
    enable: (value, signal) => enable(value, signal),
    setMaxCurrent: (value, signal) => setMaxCurrent(value, signal),
    ...(setPhases && { setPhases: (value, signal) => setPhases(value, signal) }),
    ...(wakeUp && { wakeUp: (signal) => wakeUp(true, signal) }),
    ...(dim && { dim: (value, signal) => dim(value, signal) }),
    forget: () => kit.forget(),
    close: () => kit.close(),
  };
}
