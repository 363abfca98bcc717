import Type from 'typebox';
import type { Plugin } from '../../../core/index.ts';
import { HOST, toBase } from '../../shared/http/address.ts';
import { createJsonDevices } from '../../shared/http/json-device.ts';
import { CAPACITY, INVERT, toTraits } from '../../shared/meter-options.ts';
import { toMeterReading } from '../../shared/meter-reading.ts';
import { type Quantity, quantityOf } from './protocol.ts';

/** Options of a `homeassistant` meter: names of entities, such as `sensor.grid_power`. */
export interface HomeAssistantMeterOptions {
  host: string;
  /** Long-lived access token */
  token: string;
  power: string;
  /** Of L1, L2 and L3 */
  powers?: string[];
  currents?: string[];
  voltages?: string[];
  energy?: string;
  returnEnergy?: string;
  soc?: string;
  /** kWh */
  capacity?: number;
  invert?: boolean;
}

declare module 'evcc' {
  interface MeterTypes {
    homeassistant: HomeAssistantMeterOptions;
  }
}

const entity = (description: string) => Type.String({ description, pattern: '^[a-z0-9_]+\\.[a-z0-9_]+$' });
const phases = (description: string) =>
  Type.Optional(Type.Array(entity(description), { description, minItems: 3, maxItems: 3 }));

const schema = Type.Unsafe<HomeAssistantMeterOptions>(
  Type.Object({
    host: HOST,
    token: Type.String({ description: 'Long-lived access token, made in your profile', minLength: 1, secret: true }),
    power: entity('Entity of the power'),
    powers: phases('Entities of the power of L1, L2 and L3'),
    currents: phases('Entities of the current of L1, L2 and L3'),
    voltages: phases('Entities of the voltage of L1, L2 and L3'),
    energy: Type.Optional(entity('Entity of the energy in the direction of positive power')),
    returnEnergy: Type.Optional(entity('Entity of the energy in the other direction')),
    soc: Type.Optional(entity('Entity of the state of charge of a battery')),
    capacity: CAPACITY,
    invert: INVERT,
  }),
);

/** Meters, inverters and batteries that Home Assistant knows. */
const homeAssistantMeter: Plugin = {
  name: 'meter-homeassistant',
  apply(evcc) {
    const devices = createJsonDevices(evcc);
    evcc.meters.define('homeassistant', {
      schema,
      create: ({ host, token, capacity, invert, ...entities }, context) => {
        const base = toBase(host);
        const device = devices.open({ base, auth: { type: 'bearer', token } }, context);
        return {
          ...toTraits(capacity),
          read: async (signal) => {
            const get = async (quantity: Quantity, name: string | undefined): Promise<number | undefined> =>
              name === undefined ? undefined : quantityOf(await device.get(`/api/states/${name}`, signal), quantity);
            const all = (quantity: Quantity, names: readonly string[] = []) =>
              Promise.all(names.map((name) => get(quantity, name)));
            const { power: main } = entities;
            const [power, energy, returnEnergy, soc, powers, currents, voltages] = await Promise.all([
              get('power', main),
              get('energy', entities.energy),
              get('energy', entities.returnEnergy),
              get('soc', entities.soc),
              all('power', entities.powers),
              all('current', entities.currents),
              all('voltage', entities.voltages),
            ]);
            if (power === undefined) {
              context.fail('EVCC_DEVICE_UNAVAILABLE', `${base}: Home Assistant does not know ${main} at present`);
            }
            const values = { power, energy, returnEnergy, soc, powers, currents, voltages };
            return toMeterReading(values, base, context, { invert });
          },
        };
      },
    });
    return () => devices.close();
  },
};
export default homeAssistantMeter;
