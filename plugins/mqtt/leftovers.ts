import { randomBytes } from 'node:crypto';
import { connect } from 'mqtt';
import type { Clock } from '../../core/index.ts';
import { clientOptions } from './connection.ts';
import type { MqttSetup } from './options.ts';

/** Parts of the root that are ours alone; others below it may belong to somebody else */
export const PARTS: readonly string[] = ['site/#', 'loadpoints/#', 'vehicles/#'];

/** ms without a further message after which everything retained has arrived */
const QUIET = 1_000;
/** ms after which the search ends in any case */
const LONGEST = 60_000;

/**
 * Looks for what is retained in topics that filters match, and calls `found` with each topic. Uses a connection of its own for
 * that moment: brokers may deliver a command twice to a client whose subscriptions overlap, and would send us everything that
 * we publish. Resolves with what went wrong, or with nothing; ends early when `signal` is aborted.
 */
export function findRetained(
  setup: MqttSetup,
  filters: readonly string[],
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
  found: (topic: string, payload: string) => void,
): Promise<unknown> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve(undefined);
    const client = connect(setup.address.url, {
      ...clientOptions(setup),
      clientId: `${setup.clientId}-${randomBytes(3).toString('hex')}`,
    });
    let cancelQuiet: () => void = () => {};
    const end = (problem?: unknown): void => {
      cancelQuiet();
      cancelLongest();
      signal.removeEventListener('abort', abort);
      client.removeAllListeners('close');
      client.end(true);
      resolve(problem);
    };
    const abort = (): void => end();
    const cancelLongest = clock.after(LONGEST, end);
    signal.addEventListener('abort', abort, { once: true });
    const quiet = (): void => {
      cancelQuiet();
      cancelQuiet = clock.after(QUIET, end);
    };
    client.on('error', end);
    client.on('close', () => end(new Error('the broker closed the connection')));
    client.on('message', (topic, payload, packet) => {
      if (!packet.retain) return;
      quiet();
      if (payload.length > 0) found(topic, payload.toString());
    });
    client.on('connect', () => {
      client.subscribe([...filters], { qos: 0 }, (error) => {
        if (error) end(error);
        else quiet();
      });
    });
  });
}
