import Type from 'typebox';
import type { Plugin } from '../../../core/index.ts';
import type { OptionsOf } from '../../shared/options.ts';
import { createWattpilot } from './device.ts';
import { deriveKey } from './protocol.ts';

/** Options of a `wattpilot` charger. */
export interface WattpilotChargerOptions {
  /** Name or address, with a port if it is not 80 */
  host: string;
  /** That of the app; secret */
  password: string;
}

declare module 'evcc' {
  interface ChargerTypes {
    wattpilot: WattpilotChargerOptions;
  }
}

const schema = Type.Object({
  host: Type.String({ description: 'Name or address, with a port if it is not 80', pattern: '^[^\\s/@]+$' }),
  password: Type.String({ description: 'Password of the app', minLength: 1, secret: true }),
});

/** Fronius Wattpilot over its WebSocket in the local network. */
const wattpilot: Plugin = {
  name: 'charger-wattpilot',
  apply(evcc) {
    /** Keys by password and serial number: they take long, and every connection needs one. */
    const keys = new Map<string, Promise<string>>();
    evcc.chargers.define('wattpilot', {
      schema,
      create: ({ host, password }: OptionsOf<typeof schema, WattpilotChargerOptions>, context) => {
        const keyOf = (serial: string): Promise<string> => {
          const name = JSON.stringify([password, serial]);
          const key = keys.get(name) ?? deriveKey(password, serial);
          keys.set(name, key);
          return key;
        };
        return createWattpilot(host, keyOf, context);
      },
    });
  },
};
export default wattpilot;
