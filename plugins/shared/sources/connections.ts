import type { Evcc } from '../../../core/index.ts';
import { createHttp } from '../http/client.ts';
import { shareRequests } from '../http/sharing.ts';
import { useModbus } from '../modbus/service.ts';
import { createMqttPool } from '../mqtt.ts';
import { createSandbox } from './javascript.ts';
import type { Connections } from './kit.ts';

/** What the sources and targets of one plugin share; `close` gives it up. */
export function createConnections(
  evcc: Pick<Evcc, 'clock' | 'fail' | 'services' | 'time'>,
): Connections & { close(): Promise<void> } {
  const http = createHttp(evcc);
  const mqtt = createMqttPool(evcc);
  const sandbox = createSandbox(evcc);
  return {
    http,
    mqtt,
    sandbox,
    modbus: useModbus(evcc),
    requests: shareRequests(http, evcc),
    close: async () => {
      http.close();
      sandbox.close();
      await mqtt.close();
    },
  };
}
