import Type from 'typebox';
import type { Plugin } from '../../core/index.ts';
import type { OptionsOf } from '../shared/options.ts';
import { baseUrls, toService } from './announce.ts';
import type { RestOptions } from './options.ts';
import { createRestServer, DEFAULT_PORT } from './server.ts';

export type { RestOptions } from './options.ts';

const schema = Type.Object({
  port: Type.Optional(
    Type.Integer({ minimum: 0, maximum: 65_535, default: 7070, description: 'TCP port; 0 takes any free one' }),
  ),
  host: Type.Optional(
    Type.String({
      minLength: 1,
      description: 'Address of this machine to listen on, e.g. 127.0.0.1; default: all of them, IPv4 and IPv6',
    }),
  ),
  allowedOrigins: Type.Optional(
    Type.Array(Type.String({ minLength: 1 }), {
      description:
        'Web pages, by origin such as http://nas:8080, whose scripts may read and change; * is any. Default: any may read what needs no login, none may change',
    }),
  ),
  tls: Type.Optional(
    Type.Object({
      cert: Type.String({ minLength: 1, description: 'File with the certificate and its chain, PEM' }),
      key: Type.String({ minLength: 1, description: 'File with its private key, PEM without passphrase' }),
      ca: Type.Optional(
        Type.String({
          minLength: 1,
          description: 'File with the certificate of an authority: only clients with a certificate of it may connect',
        }),
      ),
    }),
  ),
});

/** The REST API and the WebSocket, as `docs/rest.md` describes them. */
const rest: Plugin<RestOptions> = {
  name: 'rest',
  section: { key: 'rest', schema },
  apply(evcc, options: OptionsOf<typeof schema, RestOptions>) {
    const { port = DEFAULT_PORT } = options;
    if (port > 0) evcc.claim(`TCP port ${port}`);
    const server = createRestServer(evcc, options);
    evcc.hooks.setup.tapPromise('rest', async () => {
      const address = await server.start();
      const [url, ...others] = baseUrls(address, options.tls !== undefined);
      evcc.services.provide('rest', toService(address, options.tls !== undefined));
      evcc.announce(`REST: ${[`${url}/api/state`, ...others].join(', ')}`);
      evcc.announce(`      curl -X POST ${url}/api/loadpoints/1/mode/pv`);
    });
    evcc.hooks.stop.tapPromise('rest', (signal) => server.stop(signal));
    return () => server.stop(AbortSignal.abort());
  },
};

export default rest;
