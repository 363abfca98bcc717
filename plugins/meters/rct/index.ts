import Type from 'typebox';
import type { Plugin } from '../../../core/index.ts';
import { CAPACITY, toTraits, usageOption } from '../../shared/meter-options.ts';
import { type MeterValues, toMeterReading } from '../../shared/meter-reading.ts';
import { createRctLink, type RctLink } from './link.ts';

/** Options of an `rct` meter. */
export interface RctMeterOptions {
  host: string;
  /** default 8899 */
  port?: number;
  /** default grid */
  usage?: 'grid' | 'pv' | 'battery';
  /** kWh */
  capacity?: number;
}

declare module 'evcc' {
  interface MeterTypes {
    rct: RctMeterOptions;
  }
}

const PORT = 8_899;

const schema = Type.Unsafe<RctMeterOptions>(
  Type.Object({
    host: Type.String({ description: 'Name or address of the inverter', pattern: '^[^\\s/:@]+$|^[0-9a-fA-F:]+$' }),
    port: Type.Optional(Type.Integer({ description: 'TCP port', minimum: 1, maximum: 65_535, default: PORT })),
    usage: usageOption(['grid', 'pv', 'battery']),
    capacity: CAPACITY,
  }),
);

const READERS: Readonly<
  Record<'grid' | 'pv' | 'battery', (link: RctLink, signal: AbortSignal) => Promise<MeterValues>>
> = {
  grid: async (link, signal) => {
    const { gridPower, gridImport, gridExport } = await link.read(['gridPower', 'gridImport', 'gridExport'], signal);
    return { power: gridPower, energy: gridImport, returnEnergy: Math.abs(gridExport) };
  },
  pv: async (link, signal) => {
    const { pvPowerA, pvPowerB, pvEnergyA, pvEnergyB } = await link.read(
      ['pvPowerA', 'pvPowerB', 'pvEnergyA', 'pvEnergyB'],
      signal,
    );
    return { power: pvPowerA + pvPowerB, energy: pvEnergyA + pvEnergyB };
  },
  battery: async (link, signal) => {
    const { batteryPower, soc, used, stored } = await link.read(['batteryPower', 'soc', 'used', 'stored'], signal);
    return { power: batteryPower, soc: soc * 100, energy: used, returnEnergy: stored };
  },
};

/** Inverters of RCT Power: grid, generation and battery. */
const rct: Plugin = {
  name: 'meter-rct',
  apply(evcc) {
    const links = new Map<string, { readonly link: RctLink; users: number }>();
    evcc.meters.define('rct', {
      schema,
      create: ({ host, port = PORT, usage = 'grid', capacity }, context) => {
        const key = `${host.toLowerCase()}:${port}`;
        const shared = links.get(key) ?? { link: createRctLink(host, port, evcc), users: 0 };
        links.set(key, shared);
        shared.users += 1;
        const { link } = shared;
        return {
          ...toTraits(capacity),
          read: async (signal) => toMeterReading(await READERS[usage](link, signal), link.name, context),
          close: () => {
            shared.users -= 1;
            if (shared.users > 0) return;
            if (links.get(key) === shared) links.delete(key);
            link.close();
          },
        };
      },
    });
  },
};
export default rct;
