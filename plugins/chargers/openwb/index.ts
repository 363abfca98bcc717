import Type from 'typebox';
import type { Plugin } from '../../../core/index.ts';
import { createMqttPool } from '../../shared/mqtt.ts';
import type { OptionsOf } from '../../shared/options.ts';
import { createOpenwb } from './device.ts';
import { satellite, secondary } from './protocol.ts';

/** Options of an `openwb` charger. */
export interface OpenwbChargerOptions {
  /** Name or address, with a port if its broker does not listen on 1883 */
  host: string;
  /** Of the box; default 2.x */
  software?: '2.x' | '1.9';
  /** 2 for the second one of a Duo; default 1 */
  chargePoint?: 1 | 2;
  /** It can switch between one and three phases; default false */
  phaseSwitching?: boolean;
}

declare module 'evcc' {
  interface ChargerTypes {
    openwb: OpenwbChargerOptions;
  }
}

const schema = Type.Object({
  host: Type.String({
    description: 'Name or address, with a port if its broker does not listen on 1883',
    pattern: '^[^\\s/@]+$',
  }),
  software: Type.Optional(
    Type.Enum(['2.x', '1.9'], {
      description: '2.x has to be a secondary, 1.9 only a charge point',
      default: '2.x',
    }),
  ),
  chargePoint: Type.Optional(Type.Enum([1, 2], { description: '2 for the second one of a Duo', default: 1 })),
  phaseSwitching: Type.Optional(
    Type.Boolean({ description: 'It can switch between one and three phases', default: false }),
  ),
});

/** openWB series 1 and 2 over MQTT, controlled as a charge point without a will of its own. */
const openwb: Plugin = {
  name: 'charger-openwb',
  apply(evcc) {
    const mqtt = createMqttPool(evcc);
    evcc.chargers.define('openwb', {
      schema,
      create: (options: OptionsOf<typeof schema, OpenwbChargerOptions>, context) => {
        const { host, software = '2.x', chargePoint = 1, phaseSwitching = false } = options;
        const topics = software === '2.x' ? secondary(chargePoint) : satellite(chargePoint);
        return createOpenwb(host, topics, phaseSwitching, mqtt.open({ broker: `mqtt://${host}` }), context);
      },
    });
    return () => mqtt.close();
  },
};
export default openwb;
