import Type from 'typebox';
import type { DeviceContext, Plugin, VehicleDevice } from '../../../core/index.ts';
import { Answer } from '../../shared/answer.ts';
import { createHttp, type HttpClient, type HttpRequest } from '../../shared/http/client.ts';
import { patient } from '../../shared/http/patience.ts';
import type { OptionsOf } from '../../shared/options.ts';
import { createQuotas, type Quota } from '../../shared/rates-service/quota.ts';
import { service, VIN } from '../../shared/vehicles/options.ts';
import { askJson, chooseCar } from '../../shared/vehicles/service.ts';
import { type CarDataLogin, createCarDataLogin } from './login.ts';
import { API, DESCRIPTORS, decode, LOGIN, merge, STREAM, type Values } from './protocol.ts';
import { createStreams } from './stream.ts';

export interface CarDataVehicleOptions {
  /** Client id of CarData, from the customer portal */
  clientId: string;
  /** Needed if the account has several cars */
  vin?: string;
  /** Address of the API */
  url?: string;
  /** Address of the login */
  login?: string;
  /** Address of the stream */
  stream?: string;
}

declare module 'evcc' {
  interface VehicleTypes {
    cardata: CarDataVehicleOptions;
  }
}

const schema = Type.Object({
  clientId: Type.String({ description: 'Client id of CarData, from the customer portal', minLength: 1 }),
  vin: VIN,
  url: service(API),
  login: service(LOGIN),
  stream: Type.Optional(
    Type.String({ description: 'Address of the stream', pattern: '^mqtts?://[^\\s/]+', default: STREAM }),
  ),
});

/** Questions to the API that an account has on a day */
const DAILY = 50;
/** ms between two questions to the API: only when the stream is silent */
const SELDOM = 6 * 3_600_000;
/** ms until it is asked again when it failed */
const AFTER_FAILURE = 30 * 60_000;
const CONTAINER = 'evcc';

/** A BMW or MINI by CarData: what it streams, and what the API knows at the start. */
const cardata: Plugin = {
  name: 'vehicle-cardata',
  apply(evcc) {
    const http = createHttp(evcc);
    const calm = patient(http, evcc);
    const quotas = createQuotas(evcc);
    const streams = createStreams(evcc);
    const logins = new Map<string, CarDataLogin>();
    evcc.vehicles.define('cardata', {
      schema,
      create: async (options: OptionsOf<typeof schema, CarDataVehicleOptions>, context) => {
        const { clientId, stream = STREAM } = options;
        const base = (options.login ?? LOGIN).replace(/\/$/, '');
        const url = (options.url ?? API).replace(/\/$/, '');
        // What was handed out is for those addresses only that somebody logged in for.
        const key = [base, url, stream, clientId].join(' ');
        const login = logins.get(key) ?? createCarDataLogin({ base, clientId, key }, http, evcc);
        logins.set(key, login);
        context.login?.(login);
        // Until somebody has logged in, there is no car: the reason is shown with it.
        await login.current(context.signal);
        const account = {
          url,
          login,
          http: calm,
          // Counted over restarts and devices that could not be made.
          quota: quotas.open(`cardata ${clientId}`, DAILY),
          listen: (vin: string, take: (text: string) => void) => streams(stream, vin, login, take),
        };
        return createCar(account, options.vin, context);
      },
    });
    return () => {
      for (const login of logins.values()) login.close();
      http.close();
    };
  },
};

interface Account {
  /** Of the API */
  readonly url: string;
  readonly login: CarDataLogin;
  readonly http: HttpClient;
  readonly quota: Quota;
  /** Hands on what is streamed of a car, until the returned function is called */
  listen(vin: string, take: (text: string) => void): () => void;
}

async function createCar(
  { url, login, http, quota, listen }: Account,
  wanted: string | undefined,
  context: DeviceContext,
): Promise<VehicleDevice> {
  const { clock } = context;
  const values: Values = new Map();
  let heard = Number.NEGATIVE_INFINITY;
  let asked = Number.NEGATIVE_INFINITY;
  let failure: { readonly error: unknown; readonly at: number } | undefined;
  let container: string | undefined;

  const ask = async (path: string, signal: AbortSignal, more: Partial<HttpRequest> = {}): Promise<Answer> => {
    const { access } = await login.current(signal);
    await quota.take();
    const headers = { 'x-version': 'v1' };
    const auth = { type: 'bearer', token: access } as const;
    return askJson(http, { url: `${url}${path}`, headers, auth, ...more }, context, signal);
  };
  const findCar = async (): Promise<string> => {
    if (wanted !== undefined) return wanted;
    const mappings = await ask('/customers/vehicles/mappings', context.signal);
    const cars = mappings
      .items()
      .filter((car) => car.at('mappingType').is('PRIMARY'))
      .map((car) => ({ id: car.at('vin').text(), vin: car.at('vin').text() }));
    return chooseCar(cars, wanted, context).vin;
  };
  const vin = await findCar();

  const findContainer = async (signal: AbortSignal): Promise<string> => {
    const known = (await ask('/customers/containers', signal)).at('containers');
    const own = known.absent ? undefined : known.items().find((each) => each.at('name').is(CONTAINER));
    if (own) return own.at('containerId').text();
    const body = { name: CONTAINER, purpose: 'charging', technicalDescriptors: DESCRIPTORS };
    return (await ask('/customers/containers', signal, { method: 'POST', body })).at('containerId').text();
  };
  const source = `CarData stream of ${vin}`;
  const end = listen(vin, (text) => {
    try {
      merge(values, new Answer(JSON.parse(text), source, context).at('data'));
      heard = clock.now();
    } catch {
      // What is no message of a car says nothing.
    }
  });

  const refresh = async (now: number, signal: AbortSignal): Promise<void> => {
    try {
      container ??= await findContainer(signal);
      const data = await ask(`/customers/vehicles/${vin}/telematicData?containerId=${container}`, signal);
      merge(values, data.at('telematicData'));
      asked = now;
      failure = undefined;
    } catch (error) {
      failure = { error, at: now };
    }
  };

  return {
    traits: { streaming: true },
    read: async (signal) => {
      // What was streamed before nobody may read on.
      if (!login.authenticated) await login.current(signal);
      const now = clock.now();
      const pauses = failure !== undefined && now - failure.at < AFTER_FAILURE;
      if (now - Math.max(heard, asked) >= SELDOM && !pauses) await refresh(now, signal);
      if (values.size === 0 && failure) throw failure.error;
      return decode(values, (why) => context.fail('EVCC_DEVICE_PROTOCOL', `CarData of ${vin}: ${why}`));
    },
    close: end,
  };
}

export default cardata;
