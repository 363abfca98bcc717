import { randomInt } from 'node:crypto';
import Type, { type TOptional, type TString, type TUnsafe } from 'typebox';
import type { DeviceContext, Plugin, Rate, TariffDevice, TariffKind } from '../../../core/index.ts';
import { Answer } from '../answer.ts';
import {
  createHttp,
  describeText,
  type HttpAuth,
  type HttpClient,
  type HttpMethod,
  type HttpRequest,
} from '../http/client.ts';
import { createTokens, type OAuthTokens } from '../http/oauth.ts';
import { patient } from '../http/patience.ts';
import { showUrl } from '../network.ts';
import { createPricing } from '../pricing/pricing.ts';
import type { PricingOptions } from '../pricing/schema.ts';
import type { Pause } from './pauses.ts';
import { createQuotas, type Quotas } from './quota.ts';
import { type Slot, toRates } from './slots.ts';

/** Tariffs whose rates come from a service over HTTP: each type says what to ask, and reads the answer. */

/** An option of every service. */
export interface ServiceOptions {
  /** Address of the service, for a proxy; default: that of the provider */
  url?: string;
}

/** Property of a schema for `ServiceOptions`. */
export const serviceUrl = (url?: string): { url: TOptional<TString> } => ({
  url: Type.Optional(
    Type.String({
      description: 'Address of the service, for a proxy',
      pattern: '^https?://',
      ...(url !== undefined && { default: url }),
    }),
  ),
});

/** A question to the service. */
export interface Question {
  /** Added to the address; what is absent is left out */
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly method?: HttpMethod;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text, or anything else to send as JSON */
  readonly body?: unknown;
  /** In place of that of the service */
  readonly auth?: HttpAuth;
  /** An empty answer, such as one with status 204, is null instead of an error */
  readonly empty?: boolean;
  /** How errors name the path if it holds a secret */
  readonly shown?: string;
}

/** The service as a type asks it; every method is one request. Errors: those of `HttpClient`. */
export interface Ask {
  /** ms since the epoch */
  readonly now: number;
  readonly fail: DeviceContext['fail'];
  json(path: string, question?: Question): Promise<Answer>;
  /** For answers that are not JSON */
  text(path: string, question?: Question): Promise<string>;
}

export interface RateService {
  readonly kind: TariffKind;
  /** See `Tariff.assumed`. */
  readonly assumed?: boolean;
  /** Address in front of all paths */
  readonly url: string;
  readonly auth?: HttpAuth;
  /** Asks in place of the usual client, for services with tokens of their own */
  readonly http?: HttpClient;
  /** What says who asks stands in path, query or body, or is up to `http` */
  readonly credentials?: boolean;
  /** What values are multiplied with to be currency per kWh, g/kWh or W; absent: 1 */
  readonly scale?: number;
  /** Charges and taxes of prices; absent: values are taken as they are */
  readonly pricing?: PricingOptions;
  /** Problems of the options that their schema does not find */
  readonly problems?: readonly string[];
  /** ms after which a question that failed is asked again at the earliest; absent: a minute */
  readonly patience?: number;
  /** When it is asked again; `spread` (ms) keeps houses apart. Absent: see `Tariff.pause`. */
  readonly pause?: (spread: number) => Pause;
  /** Asks and reads the answer. */
  slots(ask: Ask): Promise<readonly Slot[]>;
}

/** ms within which houses are spread that would ask at the same time */
const SPREAD = 300_000;
/** ms; see `RateService.patience` */
const PATIENCE = 60_000;

/** What a service may need besides its options; all but the context is of the plugin, and so shared by its devices. */
export interface RateRuntime {
  readonly context: DeviceContext;
  readonly http: HttpClient;
  readonly tokens: OAuthTokens;
  readonly quotas: Quotas;
}

/**
 * A plugin that defines the tariff `type`. Its devices share what their service says of when it must not be asked.
 * `toService` may throw `EVCC_CONFIG_INVALID`.
 */
export function createRatePlugin<Options>(
  type: string,
  schema: TUnsafe<Options>,
  toService: (options: Options, runtime: RateRuntime) => RateService,
): Plugin {
  return {
    name: `tariff-${type}`,
    apply(evcc) {
      const http = patient(createHttp(evcc), evcc);
      const shared = { http, tokens: createTokens(http, evcc), quotas: createQuotas(evcc) };
      evcc.tariffs.define(type, {
        schema,
        create: (options, context) =>
          createDevice(toService(options as Options, { context, ...shared }), context, http),
      });
      return () => http.close();
    },
  };
}

/** Errors: `EVCC_CONFIG_INVALID` for problems of the options, also of the pricing. */
function createDevice(service: RateService, context: DeviceContext, http: HttpClient): TariffDevice {
  const { kind, assumed, pause, patience = PATIENCE, scale = 1, problems = [] } = service;
  const { clock, fail, time } = context;
  const pricing = service.pricing && createPricing(service.pricing, fail, problems);
  if (problems.length > 0) fail('EVCC_CONFIG_INVALID', problems.join('; '));

  async function rates(signal: AbortSignal): Promise<Rate[]> {
    const now = clock.now();
    const slots = await service.slots(createAsk(service, context, service.http ?? http, now, signal));
    const found = toRates(slots, { scale, now }, { fail, time });
    if (found.length === 0) fail('EVCC_DEVICE_UNAVAILABLE', `${showUrl(service.url)} has no values for now and later`);
    return pricing ? pricing.total(found) : found;
  }

  let failed: { readonly at: number; readonly error: unknown } | undefined;
  return {
    kind,
    ...(assumed !== undefined && { assumed }),
    ...(pause && { pause: pause(randomInt(SPREAD)) }),
    rates: async (signal) => {
      const age = clock.now() - (failed?.at ?? Number.NEGATIVE_INFINITY);
      if (failed && age >= 0 && age < patience) throw failed.error;
      const at = clock.now();
      try {
        const found = await rates(signal);
        failed = undefined;
        return found;
      } catch (error) {
        failed = { at, error };
        throw error;
      }
    },
  };
}

function createAsk(
  { url, auth, credentials }: RateService,
  context: DeviceContext,
  http: HttpClient,
  now: number,
  signal: AbortSignal,
): Ask {
  const base = url.replace(/\/+$/, '');

  function requestOf(path: string, { query = {}, shown, empty, headers, ...rest }: Question): HttpRequest {
    const search = new URLSearchParams();
    for (const [key, value] of Object.entries(query)) if (value !== undefined) search.set(key, String(value));
    return {
      ...(auth && { auth }),
      ...rest,
      url: `${base}${path}${search.size > 0 ? `?${search.toString()}` : ''}`,
      headers: { 'user-agent': 'evcc', ...headers },
      ...(shown !== undefined && { name: `${rest.method ?? 'GET'} ${base}${shown}` }),
    };
  }

  /** Whoever shows no credentials cannot be locked out: the service only refuses for the moment. */
  async function send<T>(request: HttpRequest, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      const { code, message } = error as { code?: unknown; message?: string };
      if (code !== 'EVCC_DEVICE_AUTH' || request.auth || credentials) throw error;
      return context.fail('EVCC_DEVICE_UNAVAILABLE', message ?? '', { cause: error });
    }
  }

  function parse(text: string, name: string): unknown {
    try {
      return JSON.parse(text);
    } catch {
      return context.fail('EVCC_DEVICE_PROTOCOL', `${name}: the answer is not JSON but ${describeText(text)}`);
    }
  }

  return {
    now,
    fail: context.fail,
    text: (path, question = {}) => {
      const request = requestOf(path, question);
      return send(request, () => http.text(request, signal));
    },
    json: async (path, question = {}) => {
      const request = requestOf(path, question);
      const { method = 'GET', name = `${method} ${showUrl(request.url)}` } = request;
      const text = await send(request, () => http.text(request, signal));
      return new Answer(question.empty && text === '' ? null : parse(text, name), name, context);
    },
  };
}
