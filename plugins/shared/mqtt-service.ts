import type { StateKey, StateScope, StateValue } from '../../core/index.ts';

/** What the plugin `mqtt` offers: the one connection of the house to its broker. */
export interface MqttService {
  /** Topic above all others of the house; `<root>/status` is `online` or `offline` */
  readonly root: string;
  /** Topic above the values of the site (id 0), of a loadpoint or of a vehicle (by id from 1) */
  base(scope: StateScope, id: number): string;
  /** Topics at which a value of that base is published at present: its own, or those of its elements and fields */
  topics(base: string, key: StateKey, value: StateValue): readonly string[];
  /**
   * Keeps a payload retained at a topic, also one outside the root, and sends it again after every reconnection. An empty one
   * removes what is there. Nothing happens once the plugin is closed.
   */
  retain(topic: string, payload: string): void;
  /** Sends once more what is kept retained at a topic. */
  repeat(topic: string): void;
  /**
   * Calls `take` with every message on topics that fit, `+` and `#` being wildcards, and first with what is retained there;
   * again after every reconnection. The returned function ends that.
   */
  listen(filter: string, take: (message: MqttNote) => void): () => void;
}

/** A message that arrived. */
export interface MqttNote {
  readonly topic: string;
  readonly payload: string;
  /** It was kept by the broker, and is not new */
  readonly retained: boolean;
}

declare module 'evcc' {
  interface Services {
    mqtt: MqttService;
  }
}
