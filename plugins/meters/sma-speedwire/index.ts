import Type from 'typebox';
import type { Plugin } from '../../../core/index.ts';
import { createChanges } from '../../shared/changes.ts';
import { INVERT } from '../../shared/meter-options.ts';
import { toMeterReading } from '../../shared/meter-reading.ts';
import { useUdp } from '../../shared/udp.ts';
import { decode, GROUP, PORT, type Telegram } from './protocol.ts';

/** Options of an `sma-speedwire` meter. */
export interface SmaSpeedwireMeterOptions {
  /** Name or address of the meter; absent: whichever sends */
  host?: string;
  /** Serial number, where several meters send */
  serial?: number;
  /** Where the telegrams arrive; default 9522 */
  port?: number;
  /** Absent: the multicast group; empty: it sends to this machine alone */
  group?: string;
  invert?: boolean;
}

declare module 'evcc' {
  interface MeterTypes {
    'sma-speedwire': SmaSpeedwireMeterOptions;
  }
}

const schema = Type.Unsafe<SmaSpeedwireMeterOptions>(
  Type.Object({
    host: Type.Optional(
      Type.String({ description: 'Name or address of the meter; default: whichever sends', pattern: '^[^\\s/:@]+$' }),
    ),
    serial: Type.Optional(
      Type.Integer({ description: 'Serial number, where several meters send', minimum: 1, maximum: 4_294_967_295 }),
    ),
    port: Type.Optional(
      Type.Integer({ description: 'UDP port where its telegrams arrive', minimum: 1, maximum: 65_535, default: PORT }),
    ),
    group: Type.Optional(
      Type.String({
        description: 'Multicast group that it sends to; empty: it sends to this machine alone',
        pattern: '^(?:2(?:2[4-9]|3\\d)(?:\\.\\d{1,3}){3})?$',
        default: GROUP,
      }),
    ),
    invert: INVERT,
  }),
);

/** ms that a telegram counts; there is one every second */
const MAX_AGE = 15_000;

/** SMA Energy Meter and Sunny Home Manager 2.0, which send to the network by themselves. */
const smaSpeedwire: Plugin = {
  name: 'meter-sma-speedwire',
  apply(evcc) {
    const udp = useUdp(evcc);
    evcc.meters.define('sma-speedwire', {
      schema,
      create: ({ host, serial, port = PORT, group = GROUP, invert }, context) => {
        const { clock, fail } = context;
        const changes = createChanges(clock);
        let last: (Telegram & { readonly at: number }) | undefined;
        let heard: string | undefined;
        /** Several meters send, and nobody knows which one is meant */
        let doubt: { readonly at: number; readonly serials: readonly number[] } | undefined;
        const isFresh = <T extends { readonly at: number }>(what: T | undefined): what is T =>
          what !== undefined && clock.now() - what.at <= MAX_AGE;
        const take = (data: Buffer): void => {
          const telegram = decode(data);
          if (!telegram) return;
          if (serial !== undefined && telegram.serial !== serial) heard = `only the meter ${telegram.serial}`;
          else {
            if (isFresh(last) && last.serial !== telegram.serial)
              doubt = { at: clock.now(), serials: [last.serial, telegram.serial] };
            last = { ...telegram, at: clock.now() };
          }
          changes.notify();
        };
        const target = { localPort: port, ...(host !== undefined && { host }), ...(group !== '' && { group }) };
        const link = udp.open(target, take, context);
        return {
          read: async (signal) => {
            await link.ready(signal);
            for (;;) {
              if (isFresh(doubt)) {
                const which = doubt.serials.join(' and ');
                fail('EVCC_DEVICE_PROTOCOL', `${link.name}: the meters ${which} send: say which one with serial`);
              }
              if (isFresh(last)) return toMeterReading(last.values, link.name, context, { invert });
              if (signal.aborted)
                fail('EVCC_DEVICE_UNAVAILABLE', `${link.name}: ${heard ?? 'nothing'} was heard in time`);
              await changes.next(signal);
            }
          },
          close: () => link.close(),
        };
      },
    });
  },
};
export default smaSpeedwire;
