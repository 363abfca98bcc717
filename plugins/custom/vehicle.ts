import type { DeviceContext, VehicleDevice, VehicleReading } from '../../core/index.ts';
import { type Connections, createKit } from '../shared/sources/kit.ts';
import { createReading } from '../shared/sources/reading.ts';
import type { CustomVehicleOptions } from './options.ts';

type Essential = Pick<VehicleReading, 'soc'>;

export function createVehicle(
  options: CustomVehicleOptions,
  context: DeviceContext,
  connections: Connections,
): VehicleDevice {
  // Cars send while they are awake, which may be days ago.
  const kit = createKit(context, connections, 0);
  const { range, odometer, limitSoc, status, climater } = options;
  const soc = kit.number('soc', options.soc, { min: 0, max: 100 });
  const optional = {
    range: range && kit.number('range', range, { min: 0 }),
    odometer: odometer && kit.number('odometer', odometer, { min: 0 }),
    limitSoc: limitSoc && kit.number('limitSoc', limitSoc, { min: 0, max: 100 }),
    status: status && kit.letter('status', status, ['A', 'B', 'C']),
    climater: climater && kit.boolean('climater', climater),
  };
  const essential = async (signal: AbortSignal): Promise<Essential> => {
    const percent = await soc(signal);
    return percent === undefined ? {} : { soc: percent };
  };
  const read = createReading<Essential, Omit<VehicleReading, 'soc'>>(essential, optional, context);
  const wakeUp = options.wakeUp && kit.writer('wakeUp', options.wakeUp);

  return {
    read: async (signal) => {
      const { limitSoc: limit, ...rest } = await read(signal);
      return { ...rest, ...(limit && { limitSoc: limit }) };
    },
    ...(wakeUp && { wakeUp: (signal) => wakeUp(true, signal) }),
    forget: () => kit.forget(),
    close: () => kit.close(),
  };
}
