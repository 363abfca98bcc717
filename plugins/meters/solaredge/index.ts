import Type from 'typebox';
import type { DeviceContext, MeterDevice, Plugin } from '../../../core/index.ts';
import { createBatteryModes, send } from '../../shared/modbus/battery.ts';
import { createRegisterReader } from '../../shared/modbus/blocks.ts';
import { BATTERY_OPTIONS, batteryTraits, type InverterOptions } from '../../shared/modbus/inverter.ts';
import { modbusLine } from '../../shared/modbus/line.ts';
import { createRegisterMeter } from '../../shared/modbus/meter.ts';
import type { ModbusLink } from '../../shared/modbus/pool.ts';
import { useModbus } from '../../shared/modbus/service.ts';
import { createSunSpec } from '../../shared/sunspec/device.ts';
import { INVERTERS } from '../../shared/sunspec/models.ts';
import { gridReader, pvReader } from '../../shared/sunspec/roles.ts';
import { batteryControl, batteryPower, batteryTable, curtail } from './protocol.ts';

/** Options of a `solaredge` meter. */
export interface SolarEdgeMeterOptions extends InverterOptions {
  /** Of several meters at the inverter, from 1; default 1 */
  meter?: number;
  /** Of a battery, the first or the second; of the generation, that there are one or two; default 1, or none */
  battery?: 1 | 2;
}

declare module 'evcc' {
  interface MeterTypes {
    solaredge: SolarEdgeMeterOptions;
  }
}

const LINE = { port: 1_502, id: 1 };

const schema = Type.Unsafe<SolarEdgeMeterOptions>(
  Type.Object({
    usage: Type.Enum(['grid', 'pv', 'battery'], {
      description: 'Which of its values: the grid, the generation, or the battery',
    }),
    meter: Type.Optional(
      Type.Integer({ description: 'Of several meters at the inverter', minimum: 1, maximum: 3, default: 1 }),
    ),
    battery: Type.Optional(
      Type.Enum([1, 2], {
        description: 'Of a battery the first or the second; of the generation how many batteries there are',
      }),
    ),
    ...BATTERY_OPTIONS,
    ...modbusLine(LINE),
  }),
);

/** Inverters, meters and batteries of SolarEdge over Modbus TCP. */
const solarEdge: Plugin = {
  name: 'meter-solaredge',
  apply(evcc) {
    const modbus = useModbus(evcc);
    evcc.meters.define('solaredge', {
      schema,
      create: (options, context) => {
        const link = modbus.open({ ...LINE, ...options }, context);
        return { close: () => link.close(), ...create(options, link, context) };
      },
    });
  },
};

function create(options: SolarEdgeMeterOptions, link: ModbusLink, context: DeviceContext): MeterDevice {
  const { usage, battery } = options;
  if (usage === 'battery') {
    const modes = createBatteryModes(batteryControl(options), link, context);
    return {
      ...createRegisterMeter(batteryTable(battery ?? 1), link, context),
      traits: batteryTraits(options),
      setBatteryMode: modes.setBatteryMode,
      close: async () => {
        await modes.close();
        await link.close();
      },
    };
  }
  const device = createSunSpec(link, context);
  if (usage === 'grid') {
    const read = gridReader(device, { ...options, positive: 'export' });
    return {
      read: async (signal) =>
        (await read(signal)) ??
        context.fail('EVCC_DEVICE_UNAVAILABLE', `${link.name}: the inverter says no power of its meter now`),
    };
  }
  const ac = pvReader(device, {});
  const read =
    battery === undefined
      ? ac
      : async (signal: AbortSignal) => ({ power: await directCurrent(device, battery, link, context, signal) });
  return {
    read: async (signal) =>
      (await read(signal)) ?? context.fail('EVCC_DEVICE_UNAVAILABLE', `${link.name}: there is no inverter`),
    curtail: (percent, signal) => send(curtail(percent), link, context, signal),
  };
}

/** W from the panels: the direct current has what batteries give, and has not what they take. */
async function directCurrent(
  device: ReturnType<typeof createSunSpec>,
  batteries: 1 | 2,
  link: ModbusLink,
  context: DeviceContext,
  signal: AbortSignal,
): Promise<number> {
  const { power = 0 } = await device.read({ power: { model: INVERTERS, point: 'DCW' } }, signal);
  const given = { one: batteryPower(1), ...(batteries === 2 && { two: batteryPower(2) }) };
  const values: Partial<Record<string, number | string>> = await createRegisterReader(given, link, context)(signal);
  const sum = Object.values(values).reduce<number>((total, value) => total + Number(value ?? 0), 0);
  return Math.max(0, power - sum);
}
export default solarEdge;
