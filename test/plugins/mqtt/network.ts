import { once } from 'node:events';
import { connect as connectTcp, createServer, Socket } from 'node:net';
import { connectAsync, type IClientOptions } from 'mqtt';

export interface Message {
  readonly topic: string;
  readonly payload: string;
  readonly retained: boolean;
}

/** A subscriber to everything, which also sends. */
export interface Observer {
  /** Everything received, in order */
  readonly messages: Message[];
  /** Latest payloads by topic, without those that were cleared */
  readonly values: ReadonlyMap<string, string>;
  /** Resolves as soon as the condition holds, which is looked at after every message. */
  until(condition: () => boolean): Promise<void>;
  /** Resolves when `topic` has `payload`; an empty one: when it was cleared. */
  sees(topic: string, payload: string): Promise<void>;
  /** Messages on a topic so far */
  on(topic: string): string[];
  send(topic: string, payload: string | Buffer, retain?: boolean): Promise<void>;
  close(): Promise<void>;
}

export async function observe(url: string, options: IClientOptions = {}, filter = '#'): Promise<Observer> {
  const client = await connectAsync(url, { reconnectPeriod: 100, ...options });
  if (client.stream instanceof Socket) client.stream.setNoDelay();
  const messages: Message[] = [];
  const values = new Map<string, string>();
  let checks: (() => void)[] = [];
  client.on('message', (topic, payload, packet) => {
    messages.push({ topic, payload: payload.toString(), retained: packet.retain });
    if (payload.length > 0) values.set(topic, payload.toString());
    else values.delete(topic);
    for (const check of [...checks]) check();
  });
  await client.subscribeAsync(filter, { qos: 1 });

  const until = (condition: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      const check = () => {
        if (!condition()) return;
        checks = checks.filter((other) => other !== check);
        resolve();
      };
      checks.push(check);
      check();
    });
  return {
    messages,
    values,
    until,
    sees: (topic, payload) =>
      until(() =>
        payload === ''
          ? messages.some((message) => message.topic === topic) && !values.has(topic)
          : values.get(topic) === payload,
      ),
    on: (topic) => messages.filter((message) => message.topic === topic).map(({ payload }) => payload),
    async send(topic, payload, retain = false) {
      await client.publishAsync(topic, payload, { qos: 1, retain });
    },
    close: () => client.endAsync(true),
  };
}

/** Everything that the broker has retained, as a subscriber that comes now finds it. */
export async function retained(url: string, options: IClientOptions = {}): Promise<Map<string, string>> {
  // Some brokers send what is retained in the order in which it came, others before anything that is published afterwards.
  const markers = [`marker/${Math.random()}`, `marker/${Math.random()}`] as const;
  const first = await observe(url, options, markers[0]);
  await first.send(markers[0], 'x', true);
  await first.close();
  const observer = await observe(url, options);
  await observer.send(markers[1], 'x');
  await observer.until(() => markers.every((marker) => observer.values.has(marker)));
  await observer.send(markers[0], '', true);
  await observer.close();
  return new Map(
    observer.messages
      .filter((message) => message.retained && message.topic !== markers[0])
      .map(({ topic, payload }) => [topic, payload]),
  );
}

/** A wire to a broker that can be cut. */
export interface Wire {
  readonly url: string;
  /** Ends all connections without a word. */
  cut(): void;
  /** Lets nothing through any more, in either direction, without ending anything. */
  freeze(): void;
  /** Connections made so far */
  readonly connections: number;
  close(): Promise<void>;
}

export async function startWire(port: number): Promise<Wire> {
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((near) => {
    connections += 1;
    const far = connectTcp(port, '127.0.0.1');
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => sockets.delete(socket));
    }
    near.pipe(far);
    far.pipe(near);
    near.on('close', () => far.destroy());
    far.on('close', () => near.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `mqtt://127.0.0.1:${address.port}`,
    cut,
    freeze: () => {
      for (const socket of sockets) socket.unpipe().pause();
    },
    get connections() {
      return connections;
    },
    async close() {
      server.close();
      cut();
      await once(server, 'close');
    },
  };
}
