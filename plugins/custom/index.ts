import type { Plugin } from '../../core/index.ts';
import { createConnections } from '../shared/sources/connections.ts';
import { createCharger } from './charger.ts';
import { createMeter } from './meter.ts';
import { chargerSchema, meterSchema, tariffSchema, vehicleSchema } from './schema.ts';
import { createTariff } from './tariff.ts';
import { createVehicle } from './vehicle.ts';

export type * from './options.ts';

/** Chargers, meters, vehicles and tariffs that are put together in the configuration, from values wherever they come from. */
const custom: Plugin = {
  name: 'custom',
  apply(evcc) {
    const connections = createConnections(evcc);
    evcc.chargers.define('custom', {
      schema: chargerSchema,
      create: (options, context) => createCharger(options, context, connections),
    });
    evcc.meters.define('custom', {
      schema: meterSchema,
      create: (options, context) => createMeter(options, context, connections),
    });
    evcc.vehicles.define('custom', {
      schema: vehicleSchema,
      create: (options, context) => createVehicle(options, context, connections),
    });
    evcc.tariffs.define('custom', {
      schema: tariffSchema,
      create: (options, context) => createTariff(options, context, connections),
    });
    return () => connections.close();
  },
};

export default custom;
