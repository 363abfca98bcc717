import { randomUUID } from 'node:crypto';
import { connect, type IClientOptions, type MqttClient } from 'mqtt';
import type { Clock, DeviceContext } from '../../core/index.ts';
import { type Changes, createChanges } from './changes.ts';
import { networkFailure, showUrl } from './network.ts';

export interface MqttBroker {
  /** mqtt, mqtts, ws or wss; credentials in it are used and never shown */
  readonly broker: string;
  readonly user?: string;
  readonly password?: string;
  /** Accepts a certificate that nobody vouches for */
  readonly insecure?: boolean;
}

export interface MqttMessage {
  readonly text: string;
  /** ms since the epoch of its arrival here; that of a retained message says nothing about its age */
  readonly at: number;
  readonly retained: boolean;
}

export interface MqttCommand {
  readonly topic: string;
  readonly payload: string;
  /** Absent: 1, the broker confirms that it has it */
  readonly qos?: 0 | 1 | 2;
  readonly retain?: boolean;
}

/** What one device has of a connection that it may share with others. */
export interface MqttLink {
  /** From now on the last message of a topic is kept; again after every reconnection. Wildcards are not possible. */
  subscribe(topic: string): void;
  /**
   * The last message of a subscribed topic; `live` leaves out what the broker had kept. Waits for the first connection, and
   * for 2 s after the subscription for the first message. Errors: `EVCC_DEVICE_UNAVAILABLE` (no connection now, nothing
   * arrived, aborted), `EVCC_DEVICE_AUTH` (user, password or subscription refused), `EVCC_DEVICE_PROTOCOL` (giant message).
   */
  latest(topic: string, live: boolean, signal: AbortSignal): Promise<MqttMessage>;
  /** Sends now or fails, as `latest` does: a command is never kept and sent later. */
  publish(command: MqttCommand, signal: AbortSignal): Promise<void>;
  /** Gives the connection up; the last one to do so ends it. */
  close(): Promise<void>;
}

/** Connections shared by the devices of one plugin: one for each broker and user. */
export interface MqttPool {
  open(broker: MqttBroker): MqttLink;
  /** Ends all connections. */
  close(): Promise<void>;
}

/** What the pool needs of the runtime. */
export type MqttRuntime = Pick<DeviceContext, 'clock' | 'fail'>;

export function createMqttPool(runtime: MqttRuntime): MqttPool {
  const shared = new Map<string, { connection: MqttConnection; users: number }>();
  return {
    open: (broker) => {
      const key = JSON.stringify([broker.broker, broker.user, broker.password, broker.insecure ?? false]);
      const entry = shared.get(key) ?? { connection: new MqttConnection(broker, runtime), users: 0 };
      shared.set(key, entry);
      entry.users += 1;
      let open = true;
      const { connection } = entry;
      return {
        subscribe: (topic) => connection.subscribe(topic),
        latest: (topic, live, signal) => connection.latest(topic, live, signal),
        publish: (command, signal) => connection.publish(command, signal),
        close: async () => {
          if (!open) return;
          open = false;
          entry.users -= 1;
          if (entry.users > 0) return;
          shared.delete(key);
          await connection.close();
        },
      };
    },
    close: async () => {
      const connections = [...shared.values()].map(({ connection }) => connection.close());
      shared.clear();
      await Promise.all(connections);
    },
  };
}

type FailureCode = 'EVCC_DEVICE_UNAVAILABLE' | 'EVCC_DEVICE_AUTH' | 'EVCC_DEVICE_PROTOCOL';

interface Failure {
  readonly code: FailureCode;
  readonly text: string;
}

interface Topic {
  last?: MqttMessage | undefined;
  live?: MqttMessage | undefined;
  /** ms since the epoch when the broker accepted the subscription of the present connection */
  since?: number | undefined;
  failure?: Failure | undefined;
}

const FIRST_MESSAGE = 2_000;
const SHORTEST_PAUSE = 1_000;
const LONGEST_PAUSE = 30_000;
const LARGEST_MESSAGE = 1024 * 1024;
/** Return codes of MQTT 3.1.1 (4, 5) and 5 (134, 135): user, password or permission */
const REFUSED = new Set<unknown>([4, 5, 134, 135]);

/**
 * One connection that comes back by itself. Each attempt is a client of its own, so that nothing which was on its way when
 * the connection broke can be sent again later.
 */
class MqttConnection {
  readonly #name: string;
  readonly #url: string;
  readonly #options: IClientOptions;
  readonly #clock: Clock;
  readonly #fail: DeviceContext['fail'];
  readonly #topics = new Map<string, Topic>();
  readonly #changes: Changes;
  #client: MqttClient | undefined;
  #state: 'connecting' | 'connected' | 'lost' | 'closed' = 'connecting';
  #failure: Failure = { code: 'EVCC_DEVICE_UNAVAILABLE', text: 'there is no connection' };
  #pause = SHORTEST_PAUSE;
  #cancelRetry: () => void = () => {};

  constructor({ broker, user, password, insecure }: MqttBroker, { clock, fail }: MqttRuntime) {
    this.#name = `MQTT broker ${showUrl(broker).replace(/\/$/, '')}`;
    this.#url = broker;
    this.#clock = clock;
    this.#changes = createChanges(clock);
    this.#fail = fail;
    this.#options = {
      clientId: `evcc-${randomUUID().slice(0, 13)}`,
      reconnectPeriod: 0,
      connectTimeout: 10_000,
      keepalive: 30,
      queueQoSZero: false,
      // A table of all 16-bit numbers would take 7 MB, for a few messages a second.
      writeCache: false,
      ...(user !== undefined && { username: user }),
      ...(password !== undefined && { password }),
      ...(insecure && { rejectUnauthorized: false }),
    };
    this.#attempt();
  }

  subscribe(topic: string): void {
    if (this.#topics.has(topic)) return;
    this.#topics.set(topic, {});
    if (this.#client && this.#state === 'connected') this.#ask(this.#client, topic);
  }

  async latest(topic: string, live: boolean, signal: AbortSignal): Promise<MqttMessage> {
    for (;;) {
      const entry = this.#topics.get(topic) ?? {};
      this.#check(signal);
      if (this.#state === 'connected') {
        if (entry.failure) this.#fail(entry.failure.code, `${this.#name}: ${entry.failure.text}`);
        const message = live ? entry.live : entry.last;
        if (message) return message;
        const left =
          entry.since === undefined ? Number.POSITIVE_INFINITY : entry.since + FIRST_MESSAGE - this.#clock.now();
        if (left <= 0) this.#fail('EVCC_DEVICE_UNAVAILABLE', `${this.#name}: nothing has arrived on ${topic}`);
        await this.#changes.next(signal, left);
      } else await this.#changes.next(signal);
    }
  }

  async publish({ topic, payload, qos = 1, retain = false }: MqttCommand, signal: AbortSignal): Promise<void> {
    for (this.#check(signal); this.#state === 'connecting'; this.#check(signal)) await this.#changes.next(signal);
    const client = this.#client;
    let outcome: 'sent' | 'failed' | undefined;
    client?.publish(topic, payload, { qos, retain }, (error) => {
      outcome ??= error ? 'failed' : 'sent';
      this.#changes.notify();
    });
    while (outcome === undefined) {
      await this.#changes.next(signal);
      // Read again: the callback may have been called meanwhile.
      if ((outcome as string | undefined) !== undefined) break;
      this.#check(signal);
      if (this.#client !== client) this.#fail('EVCC_DEVICE_UNAVAILABLE', `${this.#name}: the connection broke`);
    }
    if (outcome === 'failed') this.#fail('EVCC_DEVICE_UNAVAILABLE', `${this.#name}: ${topic} was not confirmed`);
  }

  async close(): Promise<void> {
    this.#state = 'closed';
    this.#cancelRetry();
    this.#changes.notify();
    const client = this.#client;
    this.#client = undefined;
    await client?.endAsync(true);
  }

  /** Fails unless there is a connection, or the first one is still being made. */
  #check(signal: AbortSignal): void {
    if (this.#state === 'closed') this.#fail('EVCC_DEVICE_UNAVAILABLE', `${this.#name}: the device was closed`);
    if (this.#state === 'lost') this.#fail(this.#failure.code, `${this.#name}: ${this.#failure.text}`);
    if (signal.aborted) this.#fail('EVCC_DEVICE_UNAVAILABLE', `${this.#name}: there was no answer in time`);
  }

  #attempt(): void {
    let problem: unknown;
    const client = connect(this.#url, this.#options);
    this.#client = client;
    client.on('error', (error) => {
      problem = error;
    });
    client.on('connect', () => {
      this.#state = 'connected';
      this.#pause = SHORTEST_PAUSE;
      for (const topic of this.#topics.keys()) this.#ask(client, topic);
      this.#changes.notify();
    });
    client.on('message', (topic, payload, { retain }) => this.#take(topic, payload, retain));
    client.on('close', () => {
      client.end(true);
      if (this.#client !== client || this.#state === 'closed') return;
      this.#client = undefined;
      this.#failure = explain(problem, this.#state === 'connected');
      this.#state = 'lost';
      for (const entry of this.#topics.values()) entry.since = undefined;
      this.#cancelRetry = this.#clock.after(this.#pause, () => this.#attempt());
      this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE);
      this.#changes.notify();
    });
  }

  #ask(client: MqttClient, topic: string): void {
    client.subscribe(topic, { qos: 1 }, (error, granted) => {
      const entry = this.#topics.get(topic);
      if (!entry || this.#client !== client) return;
      const refused = error !== null || granted?.some(({ qos }) => qos >= 128);
      entry.failure = refused
        ? { code: 'EVCC_DEVICE_AUTH', text: `the subscription of ${topic} was refused` }
        : undefined;
      entry.since = this.#clock.now();
      this.#changes.notify();
    });
  }

  #take(topic: string, payload: Buffer, retained: boolean): void {
    const entry = this.#topics.get(topic);
    if (!entry) return;
    const giant = payload.length > LARGEST_MESSAGE;
    entry.failure = giant
      ? { code: 'EVCC_DEVICE_PROTOCOL', text: `a message on ${topic} is larger than 1 MiB` }
      : undefined;
    // An empty message is how a retained one is deleted.
    const message =
      giant || payload.length === 0 ? undefined : { text: payload.toString(), at: this.#clock.now(), retained };
    entry.last = message;
    if (!retained) entry.live = message;
    this.#changes.notify();
  }
}

function explain(problem: unknown, wasConnected: boolean): Failure {
  const code = typeof problem === 'object' && problem !== null && 'code' in problem ? problem.code : undefined;
  if (REFUSED.has(code)) return { code: 'EVCC_DEVICE_AUTH', text: 'user or password were refused' };
  if (problem !== undefined) return networkFailure(problem);
  const text = wasConnected ? 'the connection was lost' : 'it does not answer as an MQTT broker';
  return { code: 'EVCC_DEVICE_UNAVAILABLE', text };
}
