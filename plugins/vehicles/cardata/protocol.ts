import type { VehicleReading } from '../../../core/index.ts';
import type { Answer } from '../../shared/answer.ts';
import { toReading } from '../../shared/vehicles/service.ts';

/** Source: BMW CarData customer portal, API and streaming documentation, catalogue of telematics data. */
export const API = 'https://api-cardata.bmwgroup.com';
export const LOGIN = 'https://customer.bmwgroup.com';
export const STREAM = 'mqtts://customer.streaming-cardata.bmwgroup.com:9000';
export const SCOPE = 'authenticate_user openid cardata:streaming:read cardata:api:read';

const SOC = [
  'vehicle.drivetrain.batteryManagement.header',
  'vehicle.powertrain.electric.battery.stateOfCharge.displayed',
];
const LIMIT = ['vehicle.powertrain.electric.battery.stateOfCharge.target'];
const CHARGING = [
  'vehicle.drivetrain.electricEngine.charging.status',
  'vehicle.drivetrain.electricEngine.charging.hvStatus',
];
const PORT = ['vehicle.body.chargingPort.status', 'vehicle.body.chargingPort.combinedStatus'];
const RANGE = [
  'vehicle.drivetrain.electricEngine.kombiRemainingElectricRange',
  'vehicle.drivetrain.lastRemainingRange',
];
const ODOMETER = ['vehicle.vehicle.travelledDistance'];
const CLIMATE = ['vehicle.cabin.hvac.preconditioning.status.comfortState', 'vehicle.vehicle.preConditioning.activity'];

/** What the container of the account holds */
export const DESCRIPTORS: readonly string[] = [SOC, LIMIT, CHARGING, PORT, RANGE, ODOMETER, CLIMATE].flat();

/** The last value of each key: keys arrive one by one. */
export type Values = Map<string, { readonly value: Answer; readonly at: number }>;

const KNOWN: ReadonlySet<string> = new Set(DESCRIPTORS);

/** Puts `{ "<key>": { timestamp, unit, value } }` into the map, unless it is of no use or something newer is there. */
export function merge(values: Values, data: Answer): void {
  for (const [key, entry] of data.entries()) {
    if (!KNOWN.has(key)) continue;
    const value = entry.at('value');
    if (value.absent || entry.at('timestamp').absent) continue;
    const at = entry.at('timestamp').time();
    if (at >= (values.get(key)?.at ?? Number.NEGATIVE_INFINITY)) values.set(key, { value, at });
  }
}

const STATUS: Readonly<Record<string, 'B' | 'C'>> = {
  CHARGINGACTIVE: 'C',
  CHARGING: 'C',
  INITIALIZATION: 'B',
  CHARGINGPAUSED: 'B',
  CHARGINGENDED: 'B',
  WAITING_FOR_CHARGING: 'B',
  FINISHED_FULLY_CHARGED: 'B',
  FINISHED_NOT_FULL: 'B',
};
/** Words of climate control that does not run */
const STILL: readonly string[] = ['INACTIVE', 'OFF', 'STANDBY', 'INVALID'];

export function decode(values: Values, refuse: (why: string) => never): VehicleReading {
  const first = (keys: readonly string[]): Answer | undefined =>
    keys.map((key) => values.get(key)?.value).find((value) => value !== undefined && !value.is(''));
  const word = (keys: readonly string[]): string | undefined => first(keys)?.text().toUpperCase();
  const port = word(PORT);
  const climate = word(CLIMATE);
  const plugged = port === undefined ? undefined : port === 'CONNECTED' ? 'B' : 'A';
  return toReading(
    {
      soc: first(SOC)?.number(),
      limitSoc: first(LIMIT)?.number(),
      range: first(RANGE)?.number(),
      odometer: first(ODOMETER)?.number(),
      // A car that was unplugged may still say that it waits.
      status: plugged === 'A' ? 'A' : (STATUS[word(CHARGING) ?? ''] ?? plugged),
      climater: climate === undefined ? undefined : !STILL.some((each) => climate.endsWith(each)),
    },
    refuse,
  );
}
