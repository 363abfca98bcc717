import Type from 'typebox';
import type { Plugin } from '../../../core/index.ts';

/** An `offline` vehicle has no options besides those of every vehicle. */
export type OfflineVehicleOptions = Record<never, never>;

declare module 'evcc' {
  interface VehicleTypes {
    offline: OfflineVehicleOptions;
  }
}

/** A car without a data source: its battery, phases and limits are configured, its soc stays unknown. */
const offline: Plugin = {
  name: 'vehicle-offline',
  apply(evcc) {
    evcc.vehicles.define('offline', {
      schema: Type.Object({}),
      create: () => ({ traits: { offline: true }, read: async () => ({}) }),
    });
  },
};

export default offline;
