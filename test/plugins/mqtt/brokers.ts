import { systemClock } from '../../../core/clock.ts';
import { silentLogger } from '../../../core/log.ts';
import { startBroker } from '../../../plugins/broker/server.ts';
import { startMosquitto } from '../../helpers/mosquitto.ts';

export interface TestBroker {
  readonly url: string;
  readonly port: number;
  stop(): Promise<void>;
}

/** The brokers that the plugin is tested with: the one that most houses have, and our own. */
export const BROKERS: readonly { readonly name: string; readonly start: () => Promise<TestBroker> }[] = [
  { name: 'Mosquitto', start: () => startMosquitto() },
  {
    name: 'the embedded broker',
    start: async () => {
      const server = await startBroker({ host: '127.0.0.1', port: 0 }, silentLogger);
      return {
        url: `mqtt://127.0.0.1:${server.port}`,
        port: server.port,
        stop: async () => {
          server.destroy();
          await systemClock.sleep(0);
        },
      };
    },
  },
];
