import { hostname } from 'node:os';
import Type from 'typebox';
import type { Evcc, Plugin } from '../../core/index.ts';
import type { OptionsOf } from '../shared/options.ts';
import type {} from '../shared/rest-service.ts';
import { type Announcement, announce } from './announcement.ts';
import type { MdnsOptions } from './options.ts';

export type { MdnsOptions } from './options.ts';

const schema = Type.Object({
  name: Type.Optional(
    Type.String({
      pattern: '^[^.\\u0000-\\u001f]{1,60}$',
      default: 'evcc',
      description: 'Name under which apps list this house; they look for names that begin with evcc',
    }),
  ),
  host: Type.Optional(
    Type.String({
      pattern: '^[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)*$',
      description: 'Name of this machine in the network; default: its own, with .local',
    }),
  ),
  externalUrl: Type.Optional(
    Type.String({ pattern: '^https?://', description: 'Address under which this house is reached from elsewhere' }),
  ),
  interface: Type.Optional(
    Type.String({
      minLength: 1,
      description: 'Address of this machine in the network where it is announced; default: all networks',
    }),
  ),
});

/** Announces the web server in the local network, so that apps find it. */
const mdns: Plugin<MdnsOptions> = {
  name: 'mdns',
  section: { key: 'mdns', schema },
  async apply(evcc: Evcc, options: OptionsOf<typeof schema, MdnsOptions>) {
    const { name = 'evcc', host = `${hostname().split('.')[0]}.local`, externalUrl } = options;
    const { Bonjour } = await import('bonjour-service');
    let announcement: Announcement | undefined;
    let isServed = false;
    const end = async (): Promise<void> => {
      const ending = announcement;
      announcement = undefined;
      await ending?.end();
    };
    evcc.services.use('rest', ({ port, secure, local }) => {
      isServed = true;
      if (local) {
        evcc.log.warn('not announced: the web server listens for this machine only, see rest.host');
        return undefined;
      }
      const internal = `${secure ? 'https' : 'http'}://${host}:${port}`;
      const txt = {
        path: '/',
        internal_url: internal,
        ...(externalUrl !== undefined && externalUrl !== internal && { external_url: externalUrl }),
      };
      announcement = announce(
        new Bonjour(networkOf(options.interface)),
        { name, secure, port, host, txt },
        evcc.clock,
        evcc.log,
      );
      return () => void end();
    });
    evcc.hooks.started.tap('mdns', () => {
      if (!isServed) evcc.log.warn('not announced: there is no web server, see rest');
    });
    evcc.hooks.stop.tapPromise('mdns', end);
    return end;
  },
};

export default mdns;

/** Options of the socket, which the types of the library do not know: what is sent to a group arrives at no single address. */
function networkOf(address: string | undefined): object {
  return address === undefined ? {} : { interface: address, bind: '0.0.0.0' };
}
