import { connectAsync } from 'mqtt';
import type {
  CustomChargerOptions,
  CustomMeterOptions,
  CustomMqttBroker,
  CustomSource,
  CustomTarget,
} from '../../../plugins/custom/options.ts';
import type { ChargerHardware, MeterHardware } from '../../contract/index.ts';
import type { HttpDevice } from '../../helpers/http-device.ts';

/** A wallbox and a battery as they speak HTTP and MQTT: current in mA, energy in Wh, words instead of letters. */

export type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

const WORDS = { A: 'free', B: 'plugged', D: 'charging', C: 'charging', E: 'fault', F: 'locked' } as const;
const LETTERS: Record<string, string> = Object.fromEntries(
  Object.entries(WORDS).map(([letter, word]) => [word, letter]),
);

export const newWallbox = (): Writable<ChargerHardware> => ({
  status: 'A',
  enabled: false,
  current: 6,
  phases: 3,
  power: 0,
  currents: [0, 0, 0],
  voltages: [230, 230, 230],
  energy: 0,
  soc: 40,
});

export const newBattery = (): Writable<MeterHardware> => ({
  power: 0,
  powers: [0, 0, 0],
  currents: [0, 0, 0],
  voltages: [230, 230, 230],
  energy: 0,
  returnEnergy: 0,
  soc: 50,
  batteryMode: 'normal',
});

/** What the wallbox says of itself. */
export function wallboxStatus(box: ChargerHardware): object {
  return {
    state: WORDS[box.status],
    on: box.enabled ? 'on' : 'off',
    limit: { milliamps: box.current * 1_000 },
    relays: String(box.phases),
    meter: { watts: box.power, phases: box.currents?.map((amps) => ({ amps })), volts: box.voltages, wh: box.energy },
    car: { soc: box.soc === undefined ? null : String(box.soc), tag: box.identifier ?? '' },
  };
}

/** Carries out a command; false: it is none. */
export function obey(box: Writable<ChargerHardware>, command: string, value: string): boolean {
  if (command === 'switch' && (value === 'on' || value === 'off')) box.enabled = value === 'on';
  else if (command === 'current' && Number(value) >= 6_000) box.current = Number(value) / 1_000;
  else if (command === 'relays' && (value === '1' || value === '3')) box.phases = value === '1' ? 1 : 3;
  else return command === 'wake' && value === '1';
  return true;
}

/** The wallbox's options, with its values from `at` a path and commands `to` a topic or route. */
export function chargerOptions(
  at: (path: string) => CustomSource,
  to: (command: string) => CustomTarget,
): CustomChargerOptions {
  return {
    status: { source: 'calculation', map: { of: at('state'), values: LETTERS } },
    enabled: at('on'),
    enable: { ...to('switch'), map: { true: 'on', false: 'off' } },
    setMaxCurrent: { ...to('current'), scale: 1_000 },
    setPhases: to('relays'),
    wakeUp: { ...to('wake'), map: { true: 1 } },
    power: at('meter.watts'),
    currents: [at('meter.phases[0].amps'), at('meter.phases[1].amps'), at('meter.phases[2].amps')],
    voltages: [at('meter.volts[0]'), at('meter.volts[1]'), at('meter.volts[2]')],
    energy: { ...at('meter.wh'), scale: 0.001 },
    maxCurrent: { ...at('limit.milliamps'), scale: 0.001 },
    phases: at('relays'),
    identifier: at('car.tag'),
    soc: { ...at('car.soc'), unknown: ['null'] },
    traits: { minCurrent: 6, maxCurrent: 32, currentStep: 0.1 },
  };
}

/** A battery with the other sign, in kW. */
export function batteryStatus(battery: MeterHardware): object {
  return {
    kw: -battery.power / 1_000,
    phases: battery.powers?.map((power) => -power),
    amps: battery.currents?.map((current) => -current),
    volts: battery.voltages,
    counters: { out: battery.energy, in: battery.returnEnergy },
    soc: battery.soc,
  };
}

export function meterOptions(
  at: (path: string) => CustomSource,
  to: (command: string) => CustomTarget,
): CustomMeterOptions {
  const negative = (path: string): CustomSource => ({ source: 'calculation', negate: at(path) });
  return {
    power: { ...at('kw'), scale: -1_000 },
    powers: [negative('phases[0]'), negative('phases[1]'), negative('phases[2]')],
    currents: [negative('amps[0]'), negative('amps[1]'), negative('amps[2]')],
    voltages: [at('volts[0]'), at('volts[1]'), at('volts[2]')],
    energy: { ...at('counters.out'), scale: 0.001 },
    returnEnergy: { ...at('counters.in'), scale: 0.001 },
    soc: at('soc'),
    capacity: 9.6,
    setBatteryMode: { ...to('mode'), map: { normal: 'auto', hold: 'idle', charge: 'force' } },
  };
}

/** Serves a status and takes commands as JSON. */
export function serve(
  device: HttpDevice,
  status: () => object,
  command: (name: string, value: string) => boolean,
): void {
  device.route('GET /status', () => ({ json: status() }));
  for (const name of ['switch', 'current', 'relays', 'wake', 'mode']) {
    device.route(`POST /${name}`, ({ body }) => {
      const { value } = JSON.parse(body) as { value: unknown };
      return command(name, String(value)) ? { json: { ok: true } } : { status: 422, text: 'refused' };
    });
  }
}

/** Publishes a status whenever it changed and takes commands from topics. */
export interface MqttHardware {
  /** Sends the status, or another text in its place. */
  publish(text?: string): Promise<void>;
  close(): Promise<void>;
}

export async function publishOn(
  { broker, user = '', password = '' }: CustomMqttBroker,
  topic: string,
  status: () => object,
  command: (name: string, value: string) => boolean,
): Promise<MqttHardware> {
  const client = await connectAsync(broker, { username: user, password });
  const publish = async (text = JSON.stringify(status())) => {
    await client.publishAsync(`${topic}/status`, text, { qos: 1, retain: true });
  };
  client.on('message', (name, payload) => {
    if (command(name.slice(topic.length + 1).replace('/set', ''), payload.toString())) void publish();
  });
  await client.subscribeAsync(`${topic}/+/set`, { qos: 1 });
  await publish();
  return {
    publish,
    close: async () => {
      await publish('');
      await client.endAsync(true);
    },
  };
}
