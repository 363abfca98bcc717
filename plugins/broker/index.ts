import Type from 'typebox';
import type { Evcc, Plugin } from '../../core/index.ts';
import type { OptionsOf } from '../shared/options.ts';
import type { BrokerServer } from './server.ts';

/** Options of the `broker` section. */
export interface BrokerOptions {
  /** Default 1883 */
  port?: number;
  /** Address to listen on; default 127.0.0.1, this machine only. `0.0.0.0`: the whole network */
  host?: string;
  /** With `password`: only who knows both may connect */
  user?: string;
  /** Secret */
  password?: string;
}

const schema = Type.Object({
  port: Type.Optional(
    Type.Integer({ minimum: 0, maximum: 65_535, default: 1883, description: 'TCP port; 0 takes a free one' }),
  ),
  host: Type.Optional(
    Type.String({
      minLength: 1,
      default: '127.0.0.1',
      description: 'Address to listen on; 127.0.0.1: this machine only, 0.0.0.0: the whole network',
    }),
  ),
  user: Type.Optional(Type.String({ minLength: 1, description: 'With password: only who knows both may connect' })),
  password: Type.Optional(Type.String({ minLength: 1, secret: true, description: 'Password of user' })),
});

declare module 'evcc' {
  interface PluginSections {
    broker: BrokerOptions;
  }
}

/** An MQTT broker inside the process, for houses that have none. What it retains is gone with the process. */
const broker: Plugin<BrokerOptions> = {
  name: 'broker',
  section: { key: 'broker', schema },
  apply(evcc: Evcc, options: OptionsOf<typeof schema, BrokerOptions>) {
    const { port = 1883, host = '127.0.0.1', user, password } = options;
    if ((user === undefined) !== (password === undefined)) {
      evcc.fail(
        'EVCC_CONFIG_INVALID',
        `broker.${user === undefined ? 'user' : 'password'}: user and password need each other`,
      );
    }
    if (port > 0) evcc.claim(`TCP port ${port}`);
    const login = user !== undefined && password !== undefined ? { login: { user, password } } : {};
    let server: BrokerServer | undefined;

    evcc.hooks.setup.tapPromise('broker', async () => {
      const { startBroker } = await import('./server.ts');
      try {
        server = await startBroker({ host, port, ...login }, evcc.log);
      } catch (error) {
        evcc.fail('EVCC_PLUGIN_FAILED', explain(error, host, port), { cause: error });
      }
      if (!isLoopback(host) && user === undefined) {
        evcc.log.warn(`everybody in the network may use the broker on ${host}; set broker.user and broker.password`);
      }
      evcc.announce(
        `MQTT broker: mqtt://${shown(host)}:${server.port}${isAny(host) ? ', on all addresses of this machine' : ''}`,
      );
    });
    evcc.hooks.stop.tapPromise('broker', async (signal) => server?.close(evcc.clock, signal));
    return () => server?.destroy();
  },
};

function explain(error: unknown, host: string, port: number): string {
  const where = `the MQTT broker cannot listen on ${host}:${port}`;
  switch ((error as NodeJS.ErrnoException).code) {
    case 'EADDRINUSE':
      return `${where}: another program uses this port, possibly another broker; set broker.port, or use that broker`;
    case 'EACCES':
      return `${where}: not permitted; ports below 1024 need special rights, set broker.port`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `${where}: this machine has no such address; set broker.host`;
    default:
      return `${where}: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}

function isAny(host: string): boolean {
  return host === '0.0.0.0' || host === '::';
}

/** The host as clients on this machine would write it. */
function shown(host: string): string {
  if (isAny(host)) return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}

export default broker;
