import type { DeviceContext, VehicleDevice, VehicleReading } from '../../../core/index.ts';
import { Answer } from '../answer.ts';
import { createClient, type HttpClient, type HttpRequest } from '../http/client.ts';
import { share } from '../http/sharing.ts';

/** ms that answers of services for cars are used again: cars wake up when they are asked, and services count */
export const KEPT: number = 15 * 60_000;

/**
 * Readings that are kept, until `forget` says that it matters how things are now.
 *
 * @param load asks the service; `asleep`: the car cannot be asked now, what it said before still holds
 * @param keep ms; absent: 15 min
 */
export function keepReadings(
  load: (signal: AbortSignal) => Promise<VehicleReading | 'asleep'>,
  { clock, fail }: Pick<DeviceContext, 'clock' | 'fail'>,
  keep: number = KEPT,
): Pick<Required<VehicleDevice>, 'read' | 'forget'> {
  let last: VehicleReading | undefined;
  const shared = share(
    async (signal) => {
      const answer = await load(signal);
      if (answer !== 'asleep') last = answer;
      return last ?? fail('EVCC_DEVICE_UNAVAILABLE', 'the car is asleep, and has not said anything before');
    },
    { clock, fail },
    { keep },
  );
  return { read: (signal) => shared.get(signal), forget: () => shared.forget() };
}

/** Asks for JSON and gives it with its source, for decoders. */
export async function askJson(
  http: HttpClient,
  request: HttpRequest,
  context: Pick<DeviceContext, 'fail' | 'time'>,
  signal: AbortSignal,
): Promise<Answer> {
  const { method = 'GET', url } = request;
  return new Answer(await http.json(request, signal), `${method} ${url.replace(/\?.*/s, '?…')}`, context);
}

/** As `askJson`; `undefined`: status 408, by which services say that the car is offline or asleep. */
export async function askAwake(
  http: HttpClient,
  request: HttpRequest,
  context: Pick<DeviceContext, 'fail' | 'time'>,
  signal: AbortSignal,
): Promise<Answer | undefined> {
  const answer = await http.answer(request, signal);
  if (answer.status === 408) return undefined;
  const answered = createClient(
    async () => answer,
    () => {},
    context,
  );
  return askJson(answered, request, context, signal);
}

/** A car of an account, as its list has it. */
export interface ListedCar {
  /** What the service calls it */
  readonly id: string;
  readonly vin: string;
}

/** The configured car of an account, or its only one. Errors: `EVCC_CONFIG_INVALID`, with the VINs that there are. */
export function chooseCar(
  cars: readonly ListedCar[],
  vin: string | undefined,
  { fail }: Pick<DeviceContext, 'fail'>,
): ListedCar {
  const same = (car: ListedCar): boolean => vin === undefined || car.vin.toUpperCase() === vin.toUpperCase();
  const [found, ...others] = cars.filter(same);
  if (found && others.length === 0) return found;
  const known =
    cars.length === 0 ? 'the account has no car' : `the account has ${cars.map((car) => car.vin).join(', ')}`;
  return fail('EVCC_CONFIG_INVALID', `${vin === undefined ? 'configure the vin' : `there is no car ${vin}`}: ${known}`);
}

/** Finds out once which car is meant; a failure is tried again with the next reading. */
export function findOnce(
  find: (signal: AbortSignal) => Promise<ListedCar>,
): (signal: AbortSignal) => Promise<ListedCar> {
  let found: ListedCar | undefined;
  return async (signal) => {
    found ??= await find(signal);
    return found;
  };
}

/** km of miles */
export const MILE = 1.609344;

/** A reading of values that may be unknown; a soc outside of 0 to 100 % is `EVCC_DEVICE_PROTOCOL`. */
export function toReading(
  values: { readonly [Key in keyof VehicleReading]: VehicleReading[Key] | undefined },
  refuse: (why: string) => never,
): VehicleReading {
  for (const field of ['soc', 'limitSoc'] as const) {
    const value = values[field];
    if (value !== undefined && (value < 0 || value > 100)) refuse(`${field} is ${value}, not 0 to 100 %`);
  }
  for (const field of ['range', 'odometer'] as const) {
    const value = values[field];
    if (value !== undefined && value < 0) refuse(`${field} is ${value} km`);
  }
  return Object.fromEntries(
    Object.entries(values).filter(([key, value]) => value !== undefined && !(key === 'limitSoc' && value === 0)),
  );
}
