import Type from 'typebox';
import type { Plugin } from '../../../core/index.ts';
import { createModeCharger, HEAT_MODES, MODE_OPTIONS, type ModeOptions } from '../../shared/heating/modes.ts';
import { HEAT_SOURCES, type HeatSources, MESSAGE_TIMEOUT, readHeat } from '../../shared/heating/reading.ts';
import { createConnections } from '../../shared/sources/connections.ts';
import { createKit } from '../../shared/sources/kit.ts';
import type { CustomSource, CustomTargets } from '../../shared/sources/options.ts';
import { source, target } from '../../shared/sources/source-schema.ts';

/** Options of an `sgready` charger. */
export interface SgReadyChargerOptions extends ModeOptions, HeatSources {
  /** Gets normal, boost or dim; with `map`, a mode that is not listed is one that the heat pump does not have */
  setMode: CustomTargets;
  /** normal, boost or dim, where it tells */
  mode?: CustomSource;
}

declare module 'evcc' {
  interface ChargerTypes {
    sgready: SgReadyChargerOptions;
  }
}

const schema = Type.Unsafe<SgReadyChargerOptions>(
  Type.Object({
    setMode: target('Brings the heat pump into a mode: normal, boost or dim'),
    mode: Type.Optional(source('The mode that it is in: normal, boost or dim')),
    ...HEAT_SOURCES,
    ...MODE_OPTIONS,
  }),
);

/** Heat pumps with SG Ready contacts, over relays and whatever else sources and targets reach. */
const sgReady: Plugin = {
  name: 'charger-sgready',
  apply(evcc) {
    const connections = createConnections(evcc);
    evcc.chargers.define('sgready', {
      schema,
      create: (options, context) => {
        const { setMode, mode } = options;
        const kit = createKit(context, connections, MESSAGE_TIMEOUT);
        const measured = readHeat(options, kit, context);
        const told = mode && kit.text('mode', mode);
        const write = kit.writer('setMode', setMode);
        const targets = 'target' in setMode ? [setMode] : setMode;
        return createModeCharger(
          {
            name: 'the heat pump',
            canDim: targets.every(({ map }) => !map || Object.hasOwn(map, 'dim')),
            setMode: (next, signal) => write(next, signal),
            read: async (signal) => {
              const [heat, present] = await Promise.all([measured(signal), told?.(signal)]);
              if (present === undefined) return heat;
              const known = HEAT_MODES.find((name) => name === present.toLowerCase());
              const expected = `one of ${HEAT_MODES.join(', ')}`;
              return {
                ...heat,
                mode: known ?? context.fail('EVCC_DEVICE_PROTOCOL', `mode: ${present} is not ${expected}`),
              };
            },
            close: () => kit.close(),
          },
          options,
          context,
        );
      },
    });
    return () => connections.close();
  },
};
export default sgReady;
