import { randomUUID } from 'node:crypto';
import type { MqttClient } from 'mqtt';
import type { DeviceContext } from '../../../core/index.ts';
import type { CarDataLogin } from './login.ts';

const SHORTEST_PAUSE = 30_000;
const LONGEST_PAUSE = 15 * 60_000;
const LARGEST_MESSAGE = 256 * 1024;

/** What CarData streams of one car is given to `take`, until the returned function is called. */
export type Streams = (url: string, vin: string, login: CarDataLogin, take: (text: string) => void) => () => void;

/** The cars of an account share a connection: a second one would throw out the first. */
export function createStreams(runtime: Pick<DeviceContext, 'clock'>): Streams {
  const streams = new Map<CarDataLogin, { readonly cars: Map<string, (text: string) => void>; end(): void }>();
  return (url, vin, login, take) => {
    const cars = streams.get(login)?.cars ?? new Map<string, (text: string) => void>();
    const hear = (topic: string, text: string): void => cars.get(topic.replace(/^.*\//, ''))?.(text);
    const stream = streams.get(login) ?? { cars, end: openStream(url, login, hear, runtime) };
    streams.set(login, stream);
    cars.set(vin, take);
    return () => {
      if (cars.get(vin) === take) cars.delete(vin);
      if (cars.size > 0 || streams.get(login) !== stream) return;
      streams.delete(login);
      stream.end();
    };
  };
}

/**
 * The password of the connection is an id token, which lives for an hour: a new connection takes its place in time. The
 * returned function ends it.
 */
function openStream(
  url: string,
  login: CarDataLogin,
  take: (topic: string, text: string) => void,
  { clock }: Pick<DeviceContext, 'clock'>,
): () => void {
  const closing = new AbortController();
  let client: MqttClient | undefined;
  let cancel: () => void = () => {};
  let pause = SHORTEST_PAUSE;

  const later = (ms: number): void => {
    cancel();
    if (!closing.signal.aborted) cancel = clock.after(ms, () => void attempt());
  };
  const retry = (): void => {
    later(pause);
    pause = Math.min(pause * 2, LONGEST_PAUSE);
  };
  const attempt = async (): Promise<void> => {
    const old = client;
    client = undefined;
    old?.end(true);
    try {
      const { id, gcid, until } = await login.current(closing.signal);
      const { connect } = await import('mqtt');
      if (closing.signal.aborted) return;
      const next = connect(url, {
        protocolVersion: 4,
        clientId: `evcc-${randomUUID().slice(0, 13)}`,
        username: gcid,
        password: id,
        reconnectPeriod: 0,
        keepalive: 30,
      });
      client = next;
      next.on('error', () => {});
      next.on('connect', () => {
        pause = SHORTEST_PAUSE;
        next.subscribe(`${gcid}/+`, { qos: 1 }, () => {});
        later(Math.max(SHORTEST_PAUSE, until - clock.now()));
      });
      next.on('message', (topic, payload) => {
        if (payload.length <= LARGEST_MESSAGE) take(topic, payload.toString());
      });
      next.on('close', () => {
        next.end(true);
        if (client === next) retry();
      });
    } catch {
      // Why there are no tokens is said where the car is read.
      retry();
    }
  };
  const endLogin = login.onChange(() => {
    if (!login.authenticated) later(0);
  });
  void attempt();
  return () => {
    endLogin();
    closing.abort();
    cancel();
    client?.end(true);
    client = undefined;
  };
}
