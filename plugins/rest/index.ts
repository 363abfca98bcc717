import { isIP } from 'node:net';
import Type from 'typebox';
import type { Plugin } from '../../core/index.ts';
import type { OptionsOf } from '../shared/options.ts';
import { baseUrls, toService } from './announce.ts';
import { createCurrentDialect } from './current.ts';
import { createDocumentDialect } from './document.ts';
import type { RestOptions } from './options.ts';
import { createRestServer, DEFAULT_PORT, type RestServer } from './server.ts';

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
  dialect: Type.Optional(
    Type.Enum(['document', 'current'], {
      default: 'document',
      description: 'Which clients it is for: document, as evcc 0.121 was, or current, as evcc is today',
    }),
  ),
  current: Type.Optional(
    Type.Object({
      port: Type.Integer({
        minimum: 0,
        maximum: 65_535,
        description: 'TCP port on which the current dialect is served too; 0 takes any free one',
      }),
    }),
  ),
  allowedOrigins: Type.Optional(
    Type.Array(Type.String({ minLength: 1 }), {
      description:
        'Web pages, by origin such as http://nas:8080, whose scripts may read and change; * is any. Default: any may read what needs no login, none may change',
    }),
  ),
  proxies: Type.Optional(
    Type.Array(Type.String({ minLength: 1 }), {
      description:
        'Addresses of proxies before the house, such as 192.168.1.5: what they say in X-Forwarded-For tells their clients apart',
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

const DIALECTS = { document: createDocumentDialect, current: createCurrentDialect } as const;

/** The REST API and the WebSocket, as `docs/rest.md` describes them. */
const rest: Plugin<RestOptions> = {
  name: 'rest',
  section: { key: 'rest', schema },
  apply(evcc, options: OptionsOf<typeof schema, RestOptions>) {
    const { port = DEFAULT_PORT, dialect = 'document', current, proxies = [], tls } = options;
    const name = proxies.find((address) => isIP(address) === 0);
    if (name !== undefined) evcc.fail('EVCC_CONFIG_INVALID', `rest.proxies: "${name}" is no IP address`);
    const serverOf = (own: RestOptions, create: (typeof DIALECTS)['document' | 'current']): RestServer =>
      createRestServer(evcc, own, create(evcc.time), createDocumentDialect(evcc.time));
    const servers = [
      { port, server: serverOf(options, DIALECTS[dialect]) },
      ...(current ? [{ ...current, server: serverOf({ ...options, ...current }, createCurrentDialect) }] : []),
    ];
    for (const { port: own } of servers) if (own > 0) evcc.claim(`TCP port ${own}`);
    evcc.hooks.setup.tapPromise('rest', async () => {
      const [address, second] = await Promise.all(servers.map(({ server }) => server.start()));
      if (!address) return;
      const [url, ...others] = baseUrls(address, tls !== undefined);
      evcc.services.provide('rest', toService(address, tls !== undefined));
      evcc.announce(`REST: ${[`${url}/api/state`, ...others].join(', ')}`);
      evcc.announce(`      curl -X POST ${url}/api/loadpoints/1/mode/pv`);
      if (second) evcc.announce(`REST of the current dialect: ${baseUrls(second, tls !== undefined).join(', ')}`);
    });
    const stop = async (signal: AbortSignal): Promise<void> => {
      await Promise.all(servers.map(({ server }) => server.stop(signal)));
    };
    evcc.hooks.stop.tapPromise('rest', stop);
    return () => stop(AbortSignal.abort());
  },
};

export default rest;
