import Type from 'typebox';
import type { Evcc, Plugin, StateKey } from '../../core/index.ts';
import type {} from '../shared/ocpp/service.ts';
import type { OptionsOf } from '../shared/options.ts';
import { openMemory } from './memory.ts';
import { DEFAULT_PORT, type OcppOptions } from './options.ts';

export type { OcppOptions } from './options.ts';

const FORWARD = Type.Array(
  Type.Object({
    station: Type.String({ minLength: 1, maxLength: 48, description: 'Id of the station' }),
    url: Type.String({
      pattern: '^wss?://[^/?#@]+[^?#@]*$',
      description: 'Address of the other central system, without the id of the station',
    }),
    id: Type.Optional(
      Type.String({ minLength: 1, description: 'Id of the station at the other central system; default: the same' }),
    ),
    password: Type.Optional(
      Type.String({ minLength: 1, secret: true, description: 'Password at the other central system' }),
    ),
    mode: Type.Optional(
      Type.Enum(['read', 'full'], {
        default: 'read',
        description: 'read: it may ask the station; full: it may tell it everything but limits',
      }),
    ),
  }),
  { description: 'Stations that a second central system takes part in' },
);

const schema = Type.Object({
  port: Type.Optional(
    Type.Integer({ minimum: 0, maximum: 65_535, default: DEFAULT_PORT, description: 'TCP port; 0 takes any free one' }),
  ),
  host: Type.Optional(
    Type.String({
      minLength: 1,
      description: 'Address of this machine to listen on, e.g. 127.0.0.1; default: all of them, IPv4 and IPv6',
    }),
  ),
  tls: Type.Optional(
    Type.Object({
      cert: Type.String({ minLength: 1, description: 'File with the certificate and its chain, PEM' }),
      key: Type.String({ minLength: 1, description: 'File with its private key, PEM without passphrase' }),
      ca: Type.Optional(
        Type.String({
          minLength: 1,
          description: 'File with the certificate of an authority: only stations with a certificate of it may connect',
        }),
      ),
    }),
  ),
  forward: Type.Optional(FORWARD),
});

const TEXT = { kind: 'text' } as const;
const STATE: StateKey = {
  name: 'ocpp',
  kind: 'record',
  description: 'Where OCPP stations connect, and which ones do; null: nowhere',
  fields: {
    config: { kind: 'record', fields: { port: { kind: 'integer' } } },
    status: {
      kind: 'record',
      fields: {
        stations: {
          kind: 'list',
          fields: {
            id: TEXT,
            status: { kind: 'text', values: ['connected', 'configured', 'unknown'] },
            version: TEXT,
            vendor: TEXT,
            model: TEXT,
            firmware: TEXT,
          },
        },
      },
    },
  },
};

/** Listens for OCPP stations, and offers them to the chargers of the configuration. */
const ocpp: Plugin<OcppOptions> = {
  name: 'ocpp',
  section: { key: 'ocpp', schema },
  apply(evcc: Evcc, options: OptionsOf<typeof schema, OcppOptions>) {
    const { port = DEFAULT_PORT, tls, forward = [] } = options;
    if (port > 0) evcc.claim(`TCP port ${port}`);
    evcc.state.define('site', STATE);
    let stop = async (_signal: AbortSignal): Promise<void> => {};

    evcc.hooks.setup.tapPromise('ocpp', async () => {
      const [{ createStations }, { createOcppServer }, { createForwarder }, { V16 }, { V201 }, memory] =
        await Promise.all([
          import('./stations.ts'),
          import('./server.ts'),
          import('./forward.ts'),
          import('./v16/index.ts'),
          import('./v201/index.ts'),
          openMemory(evcc),
        ]);
      const forwarders = new Map(forward.map((each) => [each.station, createForwarder(each, evcc)]));
      let listening = port;
      const publish = (): void =>
        evcc.publish('site', 0, 'ocpp', { config: { port: listening }, status: { stations: stations.report() } });
      const stations = createStations(evcc, { memory, forwarders, changed: publish });
      const server = createOcppServer(evcc, options, stations, [V16, V201]);
      stop = async (signal) => {
        await server.stop(signal);
        await memory.settled();
      };
      listening = (await server.start()).port;
      publish();
      evcc.services.provide('ocpp', stations);
      evcc.announce(`OCPP stations: ${tls ? 'wss' : 'ws'}://<this machine>:${listening}/<id of the station>`);
    });
    evcc.hooks.stop.tapPromise('ocpp', (signal) => stop(signal));
    return () => stop(AbortSignal.abort());
  },
};

export default ocpp;
