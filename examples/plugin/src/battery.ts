import type { BatteryMode, DeviceContext, Evcc, MeterReading } from 'evcc';
import { createAnswer } from './answer.ts';
import { createHttp } from './http.ts';

/** Options of a meter of type `acme-battery`. */
export interface AcmeBatteryOptions {
  /** Host name or IP address of the battery, with `:port` unless it is 80 */
  host: string;
  /** kWh usable; default 10 */
  capacity?: number;
}

declare module 'evcc' {
  interface MeterTypes {
    'acme-battery': AcmeBatteryOptions;
  }
}

const schema = {
  type: 'object',
  required: ['host'],
  properties: {
    host: {
      type: 'string',
      minLength: 1,
      description: 'Host name or IP address of the battery, with `:port` unless it is 80',
    },
    capacity: { type: 'number', exclusiveMinimum: 0, unit: 'kWh', default: 10, description: 'Usable energy' },
  },
} as const;

/** What it is told for each mode; one that it does not know is an error. Source: ACME, "Local API 2", rev. 7 */
const COMMANDS: Partial<Record<BatteryMode, string>> = { normal: 'auto', hold: 'idle', charge: 'grid-charge' };

/** A home battery that is read and controlled over its local API. */
export function defineBattery(evcc: Pick<Evcc, 'meters'>): void {
  evcc.meters.define('acme-battery', {
    schema,
    create({ host, capacity = 10 }: AcmeBatteryOptions, context) {
      const http = createHttp(context);
      return {
        traits: { capacity: capacity * 1_000 },
        read: async (signal) => toReading(await http.get(`http://${host}/v2/battery`, signal), context),
        setBatteryMode: async (mode, signal) => {
          const command = COMMANDS[mode] ?? context.fail('EVCC_NOT_SUPPORTED', `the battery cannot ${mode}`);
          await http.put(`http://${host}/v2/battery/control`, { mode: command }, signal);
        },
      };
    },
  });
}

/** The answer to `GET /v2/battery`: charging is positive there, discharging here. */
function toReading(body: unknown, context: Pick<DeviceContext, 'fail'>): MeterReading {
  const answer = createAnswer('battery', body, context);
  const [charged, discharged] = [answer.number('chargedKwh', 0), answer.number('dischargedKwh', 0)];
  const soc = answer.number('percent', 0);
  return {
    power: -answer.required('watts', answer.number('watts')),
    ...(discharged !== undefined && { energy: discharged * 1_000 }),
    ...(charged !== undefined && { returnEnergy: charged * 1_000 }),
    ...(soc !== undefined && { soc }),
  };
}
