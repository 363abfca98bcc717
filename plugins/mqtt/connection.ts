import { Socket } from 'node:net';
import { connect, type IClientOptions, type MqttClient } from 'mqtt';
import type { Clock, Logger } from '../../core/index.ts';
import type { MqttSetup } from './options.ts';
import { createReport, LASTING } from './report.ts';

/** A connection that comes back by itself. Every attempt is a client of its own, so that nothing old is sent again. */
export interface Connection {
  /** Begins to connect. */
  open(): void;
  /** Takes leave of the broker, which then drops the will; resolves when the connection is closed. */
  close(): Promise<void>;
  /** Ends at once; the broker sends the will. */
  destroy(): void;
}

export interface ConnectionEvents {
  /** A connection is there. */
  up(client: MqttClient): void;
  /** It is gone. */
  down(): void;
  message(topic: string, payload: Buffer, retained: boolean): void;
}

/** ms before the next attempt, doubled by each one that fails */
const FIRST_PAUSE = 200;
const LONGEST_PAUSE = 30_000;

/** What every client of this broker needs. */
export function clientOptions(setup: MqttSetup): IClientOptions {
  return {
    protocolVersion: 4,
    clean: true,
    keepalive: 30,
    connectTimeout: 10_000,
    reconnectPeriod: 0,
    resubscribe: false,
    queueQoSZero: false,
    // A table of all 16-bit numbers would take 7 MB, for a few messages a second.
    writeCache: false,
    rejectUnauthorized: !setup.insecure,
    ...(setup.user !== undefined && { username: setup.user }),
    ...(setup.password !== undefined && { password: setup.password }),
    ...(setup.ca !== undefined && { ca: setup.ca }),
    ...(setup.cert !== undefined && { cert: setup.cert }),
    ...(setup.key !== undefined && { key: setup.key }),
  };
}

export function createConnection(setup: MqttSetup, clock: Clock, log: Logger, events: ConnectionEvents): Connection {
  const report = createReport(setup.address.url, setup.clientId, clock, log);
  let client: MqttClient | undefined;
  let cancelRetry: () => void = () => {};
  let cancelLasting: () => void = () => {};
  let pause = FIRST_PAUSE;
  let ended = false;

  const attempt = (): void => {
    const current = connect(setup.address.url, {
      ...clientOptions(setup),
      clientId: setup.clientId,
      will: { topic: `${setup.root}/status`, payload: Buffer.from('offline'), qos: 1, retain: true },
    });
    client = current;
    let up = false;
    let reason: unknown;
    current.on('error', (error) => {
      reason ??= error;
    });
    current.on('message', (topic, payload, packet) => {
      if (!ended) events.message(topic, payload, packet.retain);
    });
    current.on('connect', () => {
      if (ended) return;
      up = true;
      // A value must not wait until the confirmation of the message before it arrived.
      if (current.stream instanceof Socket) current.stream.setNoDelay();
      report.connected();
      cancelLasting = clock.after(LASTING, () => {
        pause = FIRST_PAUSE;
        report.lasting();
      });
      events.up(current);
    });
    current.on('close', () => {
      if (ended || client !== current) return;
      client = undefined;
      cancelLasting();
      current.end(true);
      if (up) {
        events.down();
        report.lost(reason);
      } else {
        report.failed(reason);
      }
      cancelRetry = clock.after(pause, attempt);
      pause = Math.min(pause * 2, LONGEST_PAUSE);
    });
  };

  const end = (): void => {
    ended = true;
    cancelRetry();
    cancelLasting();
  };

  return {
    open: attempt,
    async close() {
      end();
      await client?.endAsync();
    },
    destroy() {
      end();
      client?.end(true);
      // A goodbye that the broker does not answer would hold the connection.
      client?.stream.destroy();
    },
  };
}
