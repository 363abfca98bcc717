import Type from 'typebox';
import type { DeviceContext, MeterDevice, Plugin } from '../../../core/index.ts';
import { Answer } from '../../shared/answer.ts';
import { createHttp, type HttpClient } from '../../shared/http/client.ts';
import { type MeterValues, toMeterReading } from '../../shared/meter-reading.ts';
import { openWebSocket, type WebSocketLink } from '../../shared/websocket.ts';
import { decode, findHome, HOMES, PROTOCOL, subscription } from './protocol.ts';

/** Options of a `tibber-pulse` meter. */
export interface TibberPulseMeterOptions {
  /** Access token of the API */
  token: string;
  /** Id of the home; absent: the only one with a Pulse */
  home?: string;
  /** Address of the service */
  url?: string;
}

declare module 'evcc' {
  interface MeterTypes {
    'tibber-pulse': TibberPulseMeterOptions;
  }
}

const SERVICE = 'https://api.tibber.com/v1-beta/gql';

const schema = Type.Unsafe<TibberPulseMeterOptions>(
  Type.Object({
    token: Type.String({ description: 'Access token, from developer.tibber.com', minLength: 1, secret: true }),
    home: Type.Optional(
      Type.String({ description: 'Id of the home; default: the only one with a Pulse', minLength: 1 }),
    ),
    url: Type.Optional(Type.String({ description: 'Address of the service', pattern: '^https?://', default: SERVICE })),
  }),
);

/** ms that a measurement counts; there is one every 2 to 10 s */
const MAX_AGE = 60_000;
/** ms between two attempts to connect: the service keeps out who comes too often */
const SHORTEST_PAUSE = 30_000;
const LONGEST_PAUSE = 600_000;

/** The grid meter that a Tibber Pulse reads, over Tibber's service. */
const tibberPulse: Plugin = {
  name: 'meter-tibber-pulse',
  apply(evcc) {
    const http = createHttp(evcc);
    evcc.meters.define('tibber-pulse', {
      schema,
      create: (options, context) => createPulse(options, http, `evcc/${evcc.version}`, context),
    });
    return () => http.close();
  },
};
export default tibberPulse;

function createPulse(
  { token, home, url = SERVICE }: TibberPulseMeterOptions,
  http: HttpClient,
  agent: string,
  context: DeviceContext,
): MeterDevice {
  const { clock, fail } = context;
  let link: WebSocketLink | undefined;
  let last: { readonly values: MeterValues; readonly at: number } | undefined;
  let next = Number.NEGATIVE_INFINITY;
  let pause = SHORTEST_PAUSE;

  /** Ends the connection, and waits before the next one. */
  const end = (): void => {
    link?.close();
    link = undefined;
    next = clock.now() + pause;
    pause = Math.min(pause * 2, LONGEST_PAUSE);
  };

  const take = (text: string, own: string, present: WebSocketLink): void => {
    const message = new Answer(JSON.parse(text), url, context);
    const type = message.at('type').text();
    if (type === 'connection_ack') present.send(JSON.stringify(subscription(own)));
    if (type === 'ping') present.send('{"type":"pong"}');
    if (type === 'error' || type === 'complete') {
      present.drop({ code: 'EVCC_DEVICE_UNAVAILABLE', text: 'the service ended the measurements' });
    }
    if (type !== 'next') return;
    const { energy, returnEnergy, ...now } = decode(message.at('payload').at('data').at('liveMeasurement'));
    const counters = {
      energy: energy ?? last?.values.energy,
      returnEnergy: returnEnergy ?? last?.values.returnEnergy,
    };
    last = { values: { ...now, ...counters }, at: clock.now() };
    pause = SHORTEST_PAUSE;
  };

  async function connect(signal: AbortSignal): Promise<WebSocketLink> {
    const wait = next - clock.now();
    if (wait > 0) {
      fail('EVCC_DEVICE_UNAVAILABLE', `${url}: must not be asked for another ${Math.ceil(wait / 1_000)} s`);
    }
    // Counts even if nothing comes of it.
    end();
    const auth = { type: 'bearer', token } as const;
    const headers = { 'user-agent': agent };
    const answer = await http.json({ method: 'POST', url, headers, auth, body: { query: HOMES } }, signal);
    const found = findHome(new Answer(answer, `POST ${url}`, context), home);
    const fresh: WebSocketLink = openWebSocket(
      { url: found.url, headers, protocols: [PROTOCOL], silence: MAX_AGE },
      {
        opened: () => fresh.send(JSON.stringify({ type: 'connection_init', payload: { token } })),
        message: (text) => take(text, found.home, fresh),
        lost: () => link === fresh && end(),
      },
      context,
    );
    link = fresh;
    return fresh;
  }

  return {
    read: async (signal) => {
      const fresh = () => (last && clock.now() - last.at <= MAX_AGE ? last.values : undefined);
      const present = fresh();
      if (present) return toMeterReading(present, url, context);
      const source = link ?? (await connect(signal));
      const values = await source.wait(fresh, 'measurement', signal).catch((error: unknown) => {
        // It would go on trying by itself, and too soon.
        if (!signal.aborted && link === source) end();
        throw error;
      });
      return toMeterReading(values, url, context);
    },
    close: () => {
      link?.close();
      link = undefined;
      next = Number.POSITIVE_INFINITY;
    },
  };
}
