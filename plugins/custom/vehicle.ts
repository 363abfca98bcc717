import type { DeviceContext, VehicleDevice, VehicleReading } from '../../core/index.ts';
import { type Connections, createKit, readFields } from './kit.ts';
import type { CustomVehicleOptions } from './options.ts';

export function createVehicle(
  options: CustomVehicleOptions,
  context: DeviceContext,
  connections: Connections,
): VehicleDevice {
  // Cars send while they are awake, which may be days ago.
  const kit = createKit(context, connections, 0);
  const { soc, range, odometer, limitSoc, status, climater } = options;
  const fields = {
    soc: kit.number('soc', soc, { min: 0, max: 100 }),
    range: range && kit.number('range', range, { min: 0 }),
    odometer: odometer && kit.number('odometer', odometer, { min: 0 }),
    limitSoc: limitSoc && kit.number('limitSoc', limitSoc, { min: 0, max: 100 }),
    status: status && kit.letter('status', status, ['A', 'B', 'C']),
    climater: climater && kit.boolean('climater', climater),
  };
  const wakeUp = options.wakeUp && kit.writer('wakeUp', options.wakeUp);

  return {
    read: async (signal) => {
      const { limitSoc: limit, ...rest } = await readFields<VehicleReading>(fields, signal);
      return { ...rest, ...(limit && { limitSoc: limit }) };
    },
    ...(wakeUp && { wakeUp: (signal) => wakeUp(true, signal) }),
    close: () => kit.close(),
  };
}
