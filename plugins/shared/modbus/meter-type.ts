import Type, { type TUnsafe } from 'typebox';
import type { Evcc, MeterDevice, TypeDefinition } from '../../../core/index.ts';
import type { BlockLimits } from './blocks.ts';
import { type ModbusLineOptions, modbusLine } from './line.ts';
import { createRegisterMeter, type MeterTable } from './meter.ts';
import { useModbus } from './service.ts';

/** Options of a type of meters that are tables of registers. */
export interface RegisterMeterOptions<Model extends string = string> extends ModbusLineOptions {
  model?: Model;
  /** The meter is wired the other way round; default false */
  invert?: boolean;
}

/** A model of a family of meters. */
export interface RegisterMeterModel {
  readonly table: MeterTable;
  readonly limits?: BlockLimits;
}

/** A family of meters. */
export interface RegisterMeterFamily<Model extends string> {
  readonly models: Readonly<Record<Model, RegisterMeterModel>>;
  /** Model of options that name none */
  readonly preset: NoInfer<Model>;
  /** What to know of the models, for whoever configures one */
  readonly description: string;
  /** What the meters leave the works with */
  readonly line?: ModbusLineOptions;
}

/** The type of a family of meters over Modbus, each of which is a table of registers. */
export function registerMeterType<Model extends string>(
  evcc: Pick<Evcc, 'services'>,
  { models, preset, description, line = {} }: RegisterMeterFamily<Model>,
): TypeDefinition<TUnsafe<RegisterMeterOptions<Model>>, MeterDevice> {
  const modbus = useModbus(evcc);
  return {
    schema: Type.Unsafe<RegisterMeterOptions<Model>>(
      Type.Object({
        model: Type.Optional(Type.Enum(Object.keys(models), { description, default: preset })),
        invert: Type.Optional(
          Type.Boolean({
            description: 'It is wired the other way round: power and counters change direction',
            default: false,
          }),
        ),
        ...modbusLine(line),
      }),
    ),
    create: (options, context) => {
      const { model = preset, invert } = options;
      const { table, limits } = models[model];
      return createRegisterMeter(table, modbus.open({ ...line, ...options }, context), context, { invert, limits });
    },
  };
}
