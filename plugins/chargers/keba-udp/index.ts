import Type from 'typebox';
import type { Plugin } from '../../../core/index.ts';
import type { OptionsOf } from '../../shared/options.ts';
import { useUdp } from '../../shared/udp.ts';
import { createConversation } from './conversation.ts';
import { createKebaUdp } from './device.ts';

/** Options of a `keba-udp` charger. */
export interface KebaUdpChargerOptions {
  /** Name or address */
  host: string;
  /** UDP port of the box, and of this machine too; default 7090 */
  port?: number;
}

declare module 'evcc' {
  interface ChargerTypes {
    'keba-udp': KebaUdpChargerOptions;
  }
}

const schema = Type.Object({
  host: Type.String({ description: 'Name or address', pattern: '^[^\\s/:@]+$' }),
  port: Type.Optional(
    Type.Integer({
      description: 'UDP port of the box, and of this machine too, because it answers to it',
      minimum: 1,
      maximum: 65_535,
      default: 7_090,
    }),
  ),
});

/** KEBA KeContact P20 and P30 over UDP. */
const kebaUdp: Plugin = {
  name: 'charger-keba-udp',
  apply(evcc) {
    const udp = useUdp(evcc);
    evcc.chargers.define('keba-udp', {
      schema,
      create: ({ host, port = 7_090 }: OptionsOf<typeof schema, KebaUdpChargerOptions>, context) =>
        createKebaUdp(createConversation(udp, { host, port }, context), context),
    });
  },
};
export default kebaUdp;
