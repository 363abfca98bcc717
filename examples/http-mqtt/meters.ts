import { connectAsync } from 'mqtt';
import type { House } from './house.ts';

/** The meters of the house: each publishes JSON on its own topic, and the electricity price is there too. */
export interface Meters {
  /** Sends all values now. */
  publish(): Promise<void>;
  close(): Promise<void>;
}

export async function startMeters(house: House, broker: string): Promise<Meters> {
  const client = await connectAsync(broker, { reconnectPeriod: 1_000, queueQoSZero: false });
  client.on('error', () => {});
  const send = async (topic: string, value: object, retain = false) => {
    if (client.connected) await client.publishAsync(`house/${topic}`, JSON.stringify(value), { retain, qos: 0 });
  };
  const kwh = (wattHours: number) => Math.round(wattHours) / 1_000;
  return {
    publish: async () => {
      const { gridPower, surroundings, energy } = house;
      await send('grid', {
        power: Math.round(gridPower),
        counters: { import: kwh(energy.imported), export: kwh(energy.exported) },
      });
      await send('roof', { ac: [{ watts: Math.round(surroundings.pv) }], total: kwh(energy.generated) });
      await send('price', { cent: 9.4 }, true);
    },
    close: () => client.endAsync(true),
  };
}
