import type { DeviceContext, Evcc, VehicleReading } from 'evcc';
import { createAnswer } from './answer.ts';
import { createHttp } from './http.ts';

/** Options of a vehicle of type `acme-ev`. */
export interface AcmeEvOptions {
  /** Address of the service */
  url: string;
  /** Token from the app */
  token: string;
  /** Minutes for which an answer is kept; default 15 */
  cache?: number;
}

declare module 'evcc' {
  interface VehicleTypes {
    'acme-ev': AcmeEvOptions;
  }
}

const schema = {
  type: 'object',
  required: ['url', 'token'],
  properties: {
    url: { type: 'string', pattern: '^https?://', description: 'Address of the service' },
    token: { type: 'string', minLength: 1, secret: true, description: 'Token from the app' },
    cache: { type: 'number', minimum: 0, unit: 'min', default: 15, description: 'How long an answer is kept' },
  },
} as const;

const STATUS: Readonly<Record<string, VehicleReading['status']>> = { out: 'A', in: 'B', charging: 'C' };

/** A car by the service of its maker, which counts requests. */
export function defineCar(evcc: Pick<Evcc, 'vehicles'>): void {
  evcc.vehicles.define('acme-ev', {
    schema,
    create({ url, token, cache = 15 }: AcmeEvOptions, context) {
      const http = createHttp(context, token);
      let kept: { readonly at: number; readonly reading: VehicleReading } | undefined;
      return {
        async read(signal) {
          if (kept && context.clock.now() - kept.at < cache * 60_000) return kept.reading;
          const reading = toReading(await http.get(url, signal), context);
          kept = { at: context.clock.now(), reading };
          return reading;
        },
        forget: () => {
          kept = undefined;
        },
      };
    },
  });
}

/** What the car does not know, or does not tell, is absent. */
function toReading(body: unknown, context: Pick<DeviceContext, 'fail'>): VehicleReading {
  const answer = createAnswer('car', body, context);
  const [soc, range, odometer] = [
    answer.number('percent', 0),
    answer.number('kilometres', 0),
    answer.number('odometer', 0),
  ];
  const plug = answer.text('plug');
  const status =
    plug === undefined ? undefined : (STATUS[plug] ?? answer.wrong('plug', Object.keys(STATUS).join(', ')));
  return {
    ...(soc !== undefined && { soc }),
    ...(range !== undefined && { range }),
    ...(odometer !== undefined && { odometer }),
    ...(status !== undefined && { status }),
  };
}
