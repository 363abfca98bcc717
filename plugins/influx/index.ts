import Type from 'typebox';
import type { Evcc, Plugin } from '../../core/index.ts';
import { createHttp } from '../shared/http/client.ts';
import type { OptionsOf } from '../shared/options.ts';
import { createLineWriter } from './lines.ts';
import type { InfluxOptions } from './options.ts';
import { createSender } from './sender.ts';

export type { InfluxOptions } from './options.ts';

const schema = Type.Object({
  url: Type.String({
    pattern: '^https?://[^/?#\\s]+(/[^?#\\s]*)?$',
    description: 'Address of the server, e.g. http://192.168.1.2:8086',
  }),
  database: Type.Optional(
    Type.String({ minLength: 1, default: 'evcc', description: 'Database of InfluxDB 1.8, bucket of 2' }),
  ),
  token: Type.Optional(Type.String({ secret: true, description: 'Access token of InfluxDB 2' })),
  org: Type.Optional(Type.String({ description: 'Organisation of InfluxDB 2' })),
  user: Type.Optional(Type.String({ description: 'User of InfluxDB 1.8, instead of a token' })),
  password: Type.Optional(Type.String({ secret: true, description: 'Password of that user' })),
  insecure: Type.Optional(Type.Boolean({ default: false, description: 'Accepts any certificate of the server' })),
});

/** Writes the figures of every cycle to InfluxDB, over the interface that versions 1.8 and 2 have in common. */
const influx: Plugin<InfluxOptions> = {
  name: 'influx',
  section: { key: 'influx', schema },
  apply(evcc: Evcc, options: OptionsOf<typeof schema, InfluxOptions>) {
    const { url, database = 'evcc', org = '', user, password = '', insecure = false } = options;
    if (options.token !== undefined && user !== undefined) {
      evcc.fail('EVCC_CONFIG_INVALID', 'influx: token and user exclude each other');
    }
    const token = options.token ?? (user === undefined ? undefined : `${user}:${password}`);
    const query = new URLSearchParams({ org, bucket: database, precision: 's' });
    const sender = createSender(
      createHttp(evcc),
      {
        url: `${url.replace(/\/+$/, '')}/api/v2/write?${query}`,
        method: 'POST',
        ...(token !== undefined && { auth: { type: 'header', name: 'Authorization', value: `Token ${token}` } }),
        insecure,
      },
      evcc.clock,
      evcc.log,
    );
    const writer = createLineWriter();
    evcc.hooks.cycled.tap('influx', () => sender.add(writer.lines(evcc.state, evcc.clock.now())));
    evcc.hooks.stop.tapPromise('influx', (signal) => sender.close(signal));
    return () => sender.destroy();
  },
};

export default influx;
