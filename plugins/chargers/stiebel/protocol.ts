import type { DeviceContext } from '../../../core/index.ts';
import type { HeatMode, ModeHeater } from '../../shared/heating/modes.ts';
import { createRegisterReader } from '../../shared/modbus/blocks.ts';
import type { ModbusLink } from '../../shared/modbus/pool.ts';

/**
 * Stiebel Eltron WPM with ISG: SG Ready as holding registers, on or off and the two contacts. After "Software documentation Modbus
 * TCP/IP for ISG" of Stiebel Eltron.
 */
const SG_READY = 4_000;
const CONTACTS: Readonly<Record<HeatMode, readonly [number, number]>> = {
  normal: [0, 0],
  boost: [1, 0],
  dim: [0, 1],
};

/** °C; a sensor that is not there says -60 or -32768 */
const TEMPERATURES = { water: 521, buffer: 517 };

export function createStiebel(
  link: ModbusLink,
  context: Pick<DeviceContext, 'fail'>,
  temperature: keyof typeof TEMPERATURES,
): ModeHeater {
  const read = createRegisterReader(
    {
      on: { address: SG_READY, type: 'u16' },
      first: { address: SG_READY + 1, type: 'u16' },
      second: { address: SG_READY + 2, type: 'u16' },
      temperature: { table: 'input', address: TEMPERATURES[temperature], type: 'i16', scale: 0.1 },
    } as const,
    link,
    context,
  );
  return {
    name: link.name,
    canDim: true,
    setMode: (mode, signal) => link.writeRegisters(SG_READY, [1, ...CONTACTS[mode]], signal),
    read: async (signal) => {
      const { on, first, second, temperature: soc } = await read(signal);
      const mode = on !== 1 ? 'normal' : first === 1 ? 'boost' : second === 1 ? 'dim' : 'normal';
      return { mode, ...(soc !== undefined && soc >= 0 && soc <= 100 && { soc }) };
    },
    close: () => link.close(),
  };
}
