import type { DeviceContext, MeterDevice, MeterReading } from '../../core/index.ts';
import { type Connections, createKit } from '../shared/sources/kit.ts';
import { createReading } from '../shared/sources/reading.ts';
import type { CustomMeterOptions } from './options.ts';

/** ms, age at which an MQTT message of a meter is too old */
const MESSAGE_TIMEOUT = 60_000;

export function createMeter(
  options: CustomMeterOptions,
  context: DeviceContext,
  connections: Connections,
): MeterDevice {
  const kit = createKit(context, connections, MESSAGE_TIMEOUT);
  const power = kit.required('power', kit.number('power', options.power));
  const { powers, currents, voltages, energy, returnEnergy, soc, capacity } = options;
  const optional = {
    powers: powers && kit.perPhase('powers', powers),
    currents: currents && kit.perPhase('currents', currents),
    voltages: voltages && kit.perPhase('voltages', voltages, { min: 0 }),
    energy: energy && kit.number('energy', energy, { min: 0, factor: 1_000 }),
    returnEnergy: returnEnergy && kit.number('returnEnergy', returnEnergy, { min: 0, factor: 1_000 }),
    soc: soc && kit.number('soc', soc, { min: 0, max: 100 }),
  };
  const dim = options.dim && kit.writer('dim', options.dim);
  const curtail = options.curtail && kit.writer('curtail', options.curtail);
  const setBatteryMode = options.setBatteryMode && kit.writer('setBatteryMode', options.setBatteryMode);

  return {
    ...(capacity !== undefined && { traits: { capacity: capacity * 1_000 } }),
    read: createReading<Pick<MeterReading, 'power'>, Omit<MeterReading, 'power'>>(
      async (signal) => ({ power: await power(signal) }),
      optional,
      context,
    ),
    ...(setBatteryMode && { setBatteryMode: (mode, signal) => setBatteryMode(mode, signal) }),
    ...(dim && { dim: (value, signal) => dim(value, signal) }),
    ...(curtail && { curtail: (percent, signal) => curtail(percent, signal) }),
    forget: () => kit.forget(),
    close: () => kit.close(),
  };
}
