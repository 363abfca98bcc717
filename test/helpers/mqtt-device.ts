import { once } from 'node:events';
import { createServer } from 'node:net';
import { Aedes } from 'aedes';
import { startLine } from './line.ts';

/** A message that arrived from the controller. */
export interface ArrivedMqtt {
  readonly topic: string;
  readonly payload: string;
  readonly retain: boolean;
}

/** A device with a broker of its own, on loopback and a free port. */
export interface MqttDevice {
  /** `127.0.0.1:<port>` */
  readonly host: string;
  readonly received: readonly ArrivedMqtt[];
  /** Publishes values, retained, texts as they are and anything else as JSON; resolves when all clients have been sent them. */
  say(values: Readonly<Record<string, unknown>>): Promise<void>;
  fail(fault: 'refuse' | 'hang'): Promise<void>;
  recover(): Promise<void>;
  /** Connections that are open now */
  connections(): number;
  close(): Promise<void>;
}

/** `take` is called with every message of the controller. */
export async function startMqttDevice(take: (message: ArrivedMqtt) => void = () => {}): Promise<MqttDevice> {
  const received: ArrivedMqtt[] = [];
  let saying: Promise<void> = Promise.resolve();
  let closed = false;
  const broker = await Aedes.createBroker();
  broker.on('publish', ({ topic, payload, retain }, client) => {
    if (!client) return;
    const message = { topic, payload: String(payload), retain };
    received.push(message);
    take(message);
  });
  const server = createServer(broker.handle).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const line = await startLine(port);
  const publish = (topic: string, payload: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const packet = { cmd: 'publish', topic, payload, qos: 1, retain: true, dup: false } as const;
      broker.publish(packet, (error) => (error ? reject(error) : resolve()));
    });
  return {
    host: `127.0.0.1:${line.port}`,
    received,
    say: (values) => {
      const publishAll = async (): Promise<void> => {
        for (const [topic, value] of Object.entries(values)) {
          if (!closed) await publish(topic, typeof value === 'string' ? value : JSON.stringify(value));
        }
      };
      saying = saying.then(publishAll);
      return saying;
    },
    fail: (fault) => line.lead(fault),
    recover: () => line.lead(port),
    connections: () => line.connections(),
    close: async () => {
      closed = true;
      await line.close();
      await saying;
      await new Promise<void>((resolve) => broker.close(() => resolve()));
      server.close();
    },
  };
}
