import type { MqttClient } from 'mqtt';
import type { Logger } from '../../core/index.ts';
import type { MqttNote } from '../shared/mqtt-service.ts';
import { messageOf } from './text.ts';

/** Who listens to topics that are none of the house's own. */
export interface Listeners {
  /** Calls `take` with every message that fits; the returned function ends that. */
  add(filter: string, take: (message: MqttNote) => void): () => void;
  /** A connection is there: everything is subscribed. */
  attach(client: MqttClient): void;
  /** The connection is gone. */
  detach(): void;
  receive(topic: string, payload: Buffer, retained: boolean): void;
}

interface Listener {
  readonly filter: string;
  readonly take: (message: MqttNote) => void;
}

export function createListeners(log: Logger): Listeners {
  const listeners = new Set<Listener>();
  let client: MqttClient | undefined;

  const subscribe = (filter: string): void => {
    const current = client;
    current?.subscribe(filter, { qos: 1 }, (error) => {
      if (error && client === current) log.warn(`${filter} cannot be subscribed: ${messageOf(error)}`);
    });
  };

  return {
    add(filter, take) {
      const listener = { filter, take };
      listeners.add(listener);
      subscribe(filter);
      return () => {
        listeners.delete(listener);
        const isUsed = [...listeners].some((other) => other.filter === filter);
        if (!isUsed) client?.unsubscribe(filter, () => {});
      };
    },
    attach(to) {
      client = to;
      for (const filter of new Set([...listeners].map((listener) => listener.filter))) subscribe(filter);
    },
    detach() {
      client = undefined;
    },
    receive(topic, payload, retained) {
      for (const { filter, take } of listeners) {
        if (!fits(filter, topic)) continue;
        try {
          take({ topic, payload: payload.toString(), retained });
        } catch (error) {
          log.error(`a message on ${topic} could not be handled`, error);
        }
      }
    },
  };
}

/** Whether a topic fits a filter (MQTT 3.1.1, section 4.7). */
export function fits(filter: string, topic: string): boolean {
  const [wanted, levels] = [filter.split('/'), topic.split('/')];
  const last = wanted.at(-1) === '#' ? wanted.length - 1 : undefined;
  if (last === undefined ? wanted.length !== levels.length : levels.length < last) return false;
  return wanted.slice(0, last).every((level, index) => level === '+' || level === levels[index]);
}
