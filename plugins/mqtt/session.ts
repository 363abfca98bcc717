import type { MqttClient } from 'mqtt';
import type { Evcc, StateChange } from '../../core/index.ts';
import type { MqttService } from '../shared/mqtt-service.ts';
import { createCommands, SUFFIX } from './commands.ts';
import { createConnection } from './connection.ts';
import { flatten } from './encode.ts';
import { findFormer, rememberRoot } from './former-root.ts';
import { helpLines } from './help.ts';
import { findRetained, PARTS } from './leftovers.ts';
import { createListeners } from './listeners.ts';
import type { MqttSetup } from './options.ts';
import { createOutbox } from './outbox.ts';
import { baseTopic, createProjection } from './projection.ts';
import { messageOf } from './text.ts';

/** What binds state, commands and connection together. */
export interface Session {
  /** Begins to connect; does not wait for the broker. */
  open(): void;
  publish(changes: readonly StateChange[]): void;
  /** Publishes what changed before the changes were told to it. */
  catchUp(): void;
  /** Ends the command in hand, publishes what is left and `offline`, and leaves the broker. */
  close(signal: AbortSignal): Promise<void>;
  /** Ends at once, unless it is closed already. */
  destroy(): void;
  /** How to look and how to steer, for the terminal */
  help(): readonly string[];
  /** The connection, as other plugins use it */
  readonly service: MqttService;
}

/** ms for saying goodbye */
const GOODBYE = 2_000;

/** Levels below the root at which a `/set` topic may be, so that also misspelt ones are noticed */
const LEVELS = [1, 2, 3, 4];

export function createSession(setup: MqttSetup, evcc: Evcc): Session {
  const { clock, log } = evcc;
  const { root, qos } = setup;
  const outbox = createOutbox();
  const projection = createProjection(root, evcc, outbox);
  const commands = createCommands(root, evcc, outbox, projection);
  const listeners = createListeners(log);
  let client: MqttClient | undefined;
  let search = new AbortController();
  let closing = false;
  let closed = false;

  const up = (current: MqttClient): void => {
    client = current;
    // First of all: who hears that the house is online may command it at once.
    current.subscribe(
      LEVELS.map((level) => `${root}/${'+/'.repeat(level)}${SUFFIX.slice(1)}`),
      { qos: 1 },
      (error) => {
        if (client !== current || closing || !error) return;
        log.warn(`no commands over MQTT, ${root}/…${SUFFIX} cannot be subscribed: ${messageOf(error)}`);
      },
    );
    current.publish(`${root}/status`, 'online', { qos: 1, retain: true }, () => {});
    outbox.attach((topic, payload, done) => {
      current.publish(topic, payload, { qos, retain: true }, (error) => done(error ?? undefined));
    });
    listeners.attach(current);
    search = new AbortController();
    clean(search.signal).catch((error: unknown) => log.error('looking for outdated topics failed', error));
  };

  /** Clears what an earlier run has left behind, once our own values are out: here, and below another root. */
  const clean = async (signal: AbortSignal): Promise<void> => {
    await outbox.idle();
    const filters = PARTS.map((part) => `${root}/${part}`);
    const problem = await findRetained(setup, filters, { clock, signal }, (topic) => {
      // Commands are removed when they are carried out.
      if (!topic.endsWith(SUFFIX) && !outbox.has(topic)) outbox.clear(topic);
    });
    if (problem !== undefined) log.debug(`could not look for outdated topics: ${messageOf(problem)}`);
    const { memory } = evcc.store;
    const former = await findFormer(setup, memory, { clock, signal });
    if (former.problem !== undefined || signal.aborted) return;
    for (const topic of former.topics) outbox.clear(topic);
    await outbox.idle();
    // Until then the next connection looks again.
    if (!signal.aborted) await rememberRoot(setup, memory);
  };

  const connection = createConnection(setup, clock, log, {
    up,
    down() {
      client = undefined;
      search.abort();
      outbox.detach();
      listeners.detach();
    },
    message(topic, payload, retained) {
      commands.receive(topic, payload, retained);
      listeners.receive(topic, payload, retained);
    },
  });

  const goodbye = async (): Promise<void> => {
    await commands.close();
    await outbox.idle();
    await client?.publishAsync(`${root}/status`, 'offline', { qos: 1, retain: true });
    await connection.close();
  };

  const end = (): void => {
    closing = true;
    closed = true;
    search.abort();
    connection.destroy();
    outbox.detach();
    listeners.detach();
  };

  return {
    open() {
      projection.update([]);
      connection.open();
    },
    publish(changes) {
      if (!closed) projection.update(changes);
    },
    catchUp() {
      if (!closed) projection.renew();
    },
    async close(signal) {
      if (closing) return;
      closing = true;
      search.abort();
      const limit = new AbortController();
      const late = clock.sleep(GOODBYE, AbortSignal.any([signal, limit.signal])).catch(() => {});
      await Promise.race([goodbye().catch((error) => log.debug(`leaving the broker: ${messageOf(error)}`)), late]);
      limit.abort();
      end();
    },
    destroy: end,
    help: () => helpLines(setup),
    service: {
      root,
      base: (scope, id) => baseTopic(root, scope, id, evcc.state),
      topics: (base, key, value) => flatten(`${base}/${key.name}`, value, key).map(([topic]) => topic),
      retain(topic, payload) {
        if (closed) return;
        if (payload === '') outbox.clear(topic);
        else outbox.set(topic, payload);
      },
      repeat: (topic) => outbox.repeat(topic),
      listen: (filter, take) => listeners.add(filter, take),
    },
  };
}
