import Type from 'typebox';
import type { Plugin } from '../../../core/index.ts';
import { createPowerCharger, POWER_OPTIONS, type PowerOptions } from '../../shared/heating/power.ts';
import { HEAT_SOURCES, type HeatSources, MESSAGE_TIMEOUT, readHeat } from '../../shared/heating/reading.ts';
import { createConnections } from '../../shared/sources/connections.ts';
import { createKit } from '../../shared/sources/kit.ts';
import type { CustomTargets } from '../../shared/sources/options.ts';
import { target } from '../../shared/sources/source-schema.ts';

/** Options of a `heatpump` charger. */
export interface HeatPumpChargerOptions extends PowerOptions, HeatSources {
  /** Gets W, 0: nothing */
  setPower: CustomTargets;
  /** Gets true while the grid operator limits the consumption, else false */
  dim?: CustomTargets;
  /** s after which the power is told again; default: never */
  repeat?: number;
}

declare module 'evcc' {
  interface ChargerTypes {
    heatpump: HeatPumpChargerOptions;
  }
}

const schema = Type.Unsafe<HeatPumpChargerOptions>(
  Type.Object({
    setPower: target('Tells the power in W, 0: nothing'),
    dim: Type.Optional(target('Limits the consumption to what the grid operator allows: true or false')),
    repeat: Type.Optional(
      Type.Number({
        description: 'When the power is told again, for heaters that forget it; default: never',
        unit: 's',
        minimum: 1,
        maximum: 3_600,
      }),
    ),
    ...HEAT_SOURCES,
    ...POWER_OPTIONS,
  }),
);

/** Heat pumps and heating rods that are told a power, over whatever sources and targets reach. */
const heatPump: Plugin = {
  name: 'charger-heatpump',
  apply(evcc) {
    const connections = createConnections(evcc);
    evcc.chargers.define('heatpump', {
      schema,
      create: (options, context) => {
        const { setPower, dim, repeat } = options;
        const kit = createKit(context, connections, MESSAGE_TIMEOUT);
        const write = kit.writer('setPower', setPower);
        const limit = dim && kit.writer('dim', dim);
        const charger = createPowerCharger(
          {
            name: 'the heat pump',
            ...(repeat !== undefined && { repeat: repeat * 1_000 }),
            setPower: (power, signal) => write(power, signal),
            read: readHeat(options, kit, context),
            close: () => kit.close(),
          },
          options,
          context,
        );
        return { ...charger, ...(limit && { dim: (dimmed: boolean, signal: AbortSignal) => limit(dimmed, signal) }) };
      },
    });
    return () => connections.close();
  },
};
export default heatPump;
