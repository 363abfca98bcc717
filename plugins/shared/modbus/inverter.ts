import Type, { type TProperties, type TUnsafe } from 'typebox';
import type { DeviceContext, Evcc, MeterDevice, TypeDefinition } from '../../../core/index.ts';
import { createSunSpec } from '../sunspec/device.ts';
import { curtailSunSpec } from '../sunspec/roles.ts';
import { type BatteryControl, type Command, createBatteryModes, send } from './battery.ts';
import type { BlockLimits } from './blocks.ts';
import { type ModbusLineOptions, modbusLine } from './line.ts';
import { createRegisterMeter, type MeterTable } from './meter.ts';
import type { ModbusLink } from './pool.ts';
import { useModbus } from './service.ts';

/** What a meter of the house takes from an inverter: its meter of the grid, its generation, or its battery. */
export type Usage = 'grid' | 'pv' | 'battery';

/** Options that all inverters have. */
export interface InverterOptions extends ModbusLineOptions {
  usage: Usage;
  /** kWh usable, of a battery */
  capacity?: number;
  /** W with which a battery is charged from the grid */
  maxChargePower?: number;
  /** W that a battery gives at most */
  maxDischargePower?: number;
}

/** Powers that the configuration says of a battery, W; absent: it does not say. */
export type BatteryLimits = Pick<InverterOptions, 'maxChargePower' | 'maxDischargePower'>;

/** An inverter that is a table of registers. */
export interface InverterModel {
  /** Where the values of each usage are; absent: it has none */
  readonly usages: Readonly<Partial<Record<Usage, MeterTable>>>;
  readonly limits?: BlockLimits;
  /** How its battery is told modes; `undefined`: it cannot be, or not with what the configuration says. */
  readonly battery?: (limits: BatteryLimits) => BatteryControl | undefined;
  /** Limits what it generates to a share of its nominal power, 100 %: no limit; `sunspec`: by model 123. */
  readonly curtail?: ((percent: number) => readonly Command[]) | 'sunspec';
}

/** Inverters of a vendor. */
export interface InverterFamily<Model extends string> {
  readonly models: Readonly<Record<Model, InverterModel>>;
  /** Model of options that name none, or how the device says it; `undefined`: it is none of them. */
  readonly preset: NoInfer<Model> | ((link: ModbusLink, signal: AbortSignal) => Promise<NoInfer<Model> | undefined>);
  /** What to know of the models, for whoever configures one; absent: there is no such option */
  readonly description?: string;
  /** What the inverters leave the works with */
  readonly line?: ModbusLineOptions;
}

const watts = (description: string) =>
  Type.Optional(Type.Number({ description, unit: 'W', exclusiveMinimum: 0, maximum: 1_000_000 }));

/** Schemas of the options of a battery */
export const BATTERY_OPTIONS: Readonly<Record<'capacity' | keyof BatteryLimits, TProperties[string]>> = {
  capacity: Type.Optional(
    Type.Number({ description: 'Usable energy of the battery', unit: 'kWh', exclusiveMinimum: 0, maximum: 100_000 }),
  ),
  maxChargePower: watts('With what the battery is charged from the grid'),
  maxDischargePower: watts('What the battery gives at most'),
};

/** The type of the inverters of a vendor, one meter for each usage, which share the line. */
export function inverterType<Model extends string = 'inverter'>(
  evcc: Pick<Evcc, 'services'>,
  { models, preset, description, line = {} }: InverterFamily<Model>,
): TypeDefinition<TUnsafe<InverterOptions & { model?: Model }>, MeterDevice> {
  const modbus = useModbus(evcc);
  const names = Object.keys(models) as Model[];
  const usages = USAGES.filter((usage) => names.some((name) => models[name].usages[usage]));
  const named = Type.Enum(names, {
    description: description ?? '',
    ...(typeof preset === 'string' && { default: preset }),
  });
  return {
    schema: Type.Unsafe<InverterOptions & { model?: Model }>(
      Type.Object({
        usage: Type.Enum(usages, { description: 'Which of its values: the grid, the generation, or the battery' }),
        ...(description !== undefined && { model: Type.Optional(named) }),
        ...(usages.includes('battery') && BATTERY_OPTIONS),
        ...modbusLine(line),
      }),
    ),
    create: async (options, context) => {
      const link = modbus.open({ ...line, ...options }, context);
      try {
        const model = options.model ?? (typeof preset === 'string' ? preset : await preset(link, context.signal));
        if (model === undefined)
          return context.fail('EVCC_DEVICE_PROTOCOL', `${link.name}: the device is no known model`);
        return createInverter(model, models[model], options, link, context);
      } catch (error) {
        await link.close();
        throw error;
      }
    },
  };
}

const USAGES: readonly Usage[] = ['grid', 'pv', 'battery'];

function createInverter(
  name: string,
  { usages, limits, battery, curtail }: InverterModel,
  options: InverterOptions,
  link: ModbusLink,
  context: DeviceContext,
): MeterDevice {
  const { usage } = options;
  const table = usages[usage];
  if (!table) return context.fail('EVCC_CONFIG_INVALID', `usage: ${name} has no values of its ${usage}`);
  const meter = createRegisterMeter(table, link, context, { limits, sleeps: usage === 'pv' });
  const control = usage === 'battery' ? battery?.(options) : undefined;
  const modes = control && createBatteryModes(control, link, context);
  return {
    ...meter,
    ...(usage === 'battery' && { traits: batteryTraits(options) }),
    ...(modes && { setBatteryMode: modes.setBatteryMode }),
    ...(usage === 'pv' && curtail && { curtail: curtailer(curtail, link, context) }),
    close: async () => {
      await modes?.close();
      await link.close();
    },
  };
}

function curtailer(
  curtail: NonNullable<InverterModel['curtail']>,
  link: ModbusLink,
  context: DeviceContext,
): NonNullable<MeterDevice['curtail']> {
  if (curtail !== 'sunspec') return (percent, signal) => send(curtail(percent), link, context, signal);
  const device = createSunSpec(link, context);
  return (percent, signal) => curtailSunSpec(device, percent, signal);
}

/** What is known of a battery for good, as its options say it. */
export function batteryTraits({ capacity, maxDischargePower }: InverterOptions): NonNullable<MeterDevice['traits']> {
  return {
    ...(capacity !== undefined && { capacity: capacity * 1_000 }),
    ...(maxDischargePower !== undefined && { dischargePower: maxDischargePower }),
  };
}
