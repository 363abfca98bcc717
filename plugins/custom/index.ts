import type { Plugin } from '../../core/index.ts';
import { createHttp } from '../shared/http/client.ts';
import { shareRequests } from '../shared/http/sharing.ts';
import { useModbus } from '../shared/modbus/service.ts';
import { createMqttPool } from '../shared/mqtt.ts';
import type { Connections } from '../shared/sources/kit.ts';
import { createCharger } from './charger.ts';
import { createMeter } from './meter.ts';
import { chargerSchema, meterSchema, tariffSchema, vehicleSchema } from './schema.ts';
import { createTariff } from './tariff.ts';
import { createVehicle } from './vehicle.ts';

export type * from './options.ts';

/** Chargers, meters, vehicles and tariffs that are put together in the configuration, from values over HTTP, MQTT and Modbus. */
const custom: Plugin = {
  name: 'custom',
  apply(evcc) {
    const http = createHttp(evcc);
    const mqtt = createMqttPool(evcc);
    const modbus = useModbus(evcc);
    const connections: Connections = { http, mqtt, modbus, requests: shareRequests(http, evcc) };
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
    return async () => {
      http.close();
      await mqtt.close();
    };
  },
};

export default custom;
