import Type from 'typebox';
import type { Plugin } from '../../../core/index.ts';
import { MODBUS_LINE } from '../../shared/modbus/line.ts';
import { useModbus } from '../../shared/modbus/service.ts';
import { createSunSpec } from '../../shared/sunspec/device.ts';
import { batteryReader, curtailSunSpec, gridReader, pvReader, sunSpecModes } from '../../shared/sunspec/roles.ts';
import type { SunSpecMeterOptions } from './options.ts';

export type { SunSpecMeterOptions } from './options.ts';

declare module 'evcc' {
  interface MeterTypes {
    sunspec: SunSpecMeterOptions;
  }
}

const module = (description: string, preset: number) =>
  Type.Optional(Type.Integer({ description, minimum: 1, maximum: 20, default: preset }));

const schema = Type.Unsafe<SunSpecMeterOptions>(
  Type.Object({
    usage: Type.Optional(
      Type.Enum(['grid', 'pv', 'battery'], {
        description: 'Which of its values: a meter of the grid, the generation, or the battery',
        default: 'grid',
      }),
    ),
    meter: module('Of several meters in the device', 1),
    positive: Type.Optional(
      Type.Enum(['import', 'export'], { description: 'What its meter counts as positive power', default: 'import' }),
    ),
    strings: Type.Optional(
      Type.Array(Type.Integer({ minimum: 1, maximum: 20 }), {
        description: 'Modules with solar panels, of an inverter with a battery; default: its AC power counts',
        minItems: 1,
      }),
    ),
    chargeModule: module('Module that says the power of charging', 3),
    dischargeModule: module('Module that says the power of discharging', 4),
    capacity: Type.Optional(
      Type.Number({
        description: 'Usable energy of the battery',
        unit: 'kWh',
        exclusiveMinimum: 0,
        maximum: 100_000,
      }),
    ),
    ...MODBUS_LINE,
  }),
);

const READERS = { grid: gridReader, pv: pvReader, battery: batteryReader };

/** Meters, inverters and batteries with SunSpec models over Modbus. */
const sunspec: Plugin = {
  name: 'meter-sunspec',
  apply(evcc) {
    const modbus = useModbus(evcc);
    evcc.meters.define('sunspec', {
      schema,
      create: (options, context) => {
        const { usage = 'grid', capacity } = options;
        const link = modbus.open(options, context);
        const device = createSunSpec(link, context);
        const read = READERS[usage](device, options);
        const modes = usage === 'battery' ? sunSpecModes(device, link.name, context) : undefined;
        return {
          ...(capacity !== undefined && { traits: { capacity: capacity * 1_000 } }),
          read: async (signal) =>
            (await read(signal)) ??
            context.fail('EVCC_DEVICE_UNAVAILABLE', `${link.name}: the device says no power of its ${usage} now`),
          ...(modes && { setBatteryMode: modes.setBatteryMode }),
          ...(usage === 'pv' && { curtail: (percent, signal) => curtailSunSpec(device, percent, signal) }),
          close: async () => {
            await modes?.close();
            await link.close();
          },
        };
      },
    });
  },
};
export default sunspec;
