import type { DeviceContext } from '../../../core/index.ts';
import type { PowerHeater } from '../../shared/heating/power.ts';
import { createRegisterReader } from '../../shared/modbus/blocks.ts';
import type { ModbusLink } from '../../shared/modbus/pool.ts';
import { writeRegister } from '../../shared/modbus/write.ts';

/** my-PV AC ELWA 2 and AC THOR: holding registers. After "Modbus TCP register" of my-PV. */
const POWER = { address: 1_000, type: 'u16' } as const;

/** ms between two writes of the power, which is forgotten after the "power timeout" that is set in the device */
const REPEAT = 10_000;

export function createMyPv(link: ModbusLink, context: Pick<DeviceContext, 'fail'>): PowerHeater {
  const read = createRegisterReader(
    {
      // Read, it is what the rod takes.
      power: { ...POWER, max: 20_000 },
      temperature: { address: 1_001, type: 'i16', scale: 0.1 },
    } as const,
    link,
    context,
  );
  return {
    name: link.name,
    repeat: REPEAT,
    setPower: (power, signal) => writeRegister(link, POWER, power, context, signal),
    read: async (signal) => {
      const { power, temperature: soc } = await read(signal);
      return {
        ...(power !== undefined && { power }),
        ...(soc !== undefined && soc >= 0 && soc <= 100 && { soc }),
      };
    },
    close: () => link.close(),
  };
}
