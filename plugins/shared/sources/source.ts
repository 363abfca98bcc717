import type { HttpRequest } from '../http/client.ts';
import type { MqttLink } from '../mqtt.ts';
import { showUrl } from '../network.ts';
import { toCalculation } from './calculation.ts';
import type { Sandbox } from './javascript.ts';
import { type JsonPath, parsePath, pick } from './json-path.ts';
import { type ModbusPort, readModbus, readSunSpec } from './modbus.ts';
import type {
  CustomCalculation,
  CustomDataSource,
  CustomHttpSource,
  CustomJavaScriptSource,
  CustomMqttBroker,
  CustomMqttSource,
  CustomScriptSource,
  CustomShape,
  CustomSource,
  CustomValue,
} from './options.ts';
import { scaled, show, toNumber, toValue } from './value.ts';
import { readSocket, type WebSocketPort } from './websocket.ts';

/**
 * Gets a value; `undefined`: the source says that there is none now. Errors, which name the source: those of HTTP and MQTT,
 * and `EVCC_DEVICE_PROTOCOL` for what cannot be used.
 */
export type Reader = (signal: AbortSignal) => Promise<CustomValue | undefined>;

/** Gets JSON as it stands at a source's path. */
export type DataReader = (signal: AbortSignal) => Promise<unknown>;

/** What sources need of the device that they belong to. */
export interface SourcePort extends ModbusPort, WebSocketPort {
  /** The device's link to a broker */
  link(broker: CustomMqttBroker): MqttLink;
  /** The answer to a request, which may be `cache` ms old */
  ask(request: HttpRequest, cache: number, signal: AbortSignal): Promise<string>;
  /** The output of a program */
  run(script: CustomScriptSource, signal: AbortSignal): Promise<string>;
  /** Where code runs */
  readonly sandbox: Sandbox;
}

/** A source as it is used; `name` says what it is for, such as `power` or `currents[0]`. */
export function createReader(name: string, source: CustomSource, port: SourcePort): Reader {
  if (source.source === 'constant') return shaped(name, source, async () => source.value, port);
  if (source.source === 'calculation') return shaped(name, source, calculate(name, source, port), port);
  if (source.source === 'modbus' || source.source === 'sunspec') {
    const ask = source.source === 'modbus' ? readModbus(source, port) : readSunSpec(source, port);
    return shaped(name, source, (signal) => named(name, port, () => ask(signal)), port);
  }
  if (source.source === 'javascript') return shaped(name, source, evaluate(name, source, port), port);
  const read = createDataReader(name, source, port);
  const where = describeSource(name, source);
  return shaped(
    where,
    source,
    async (signal) => {
      const data = await read(signal);
      if (isUnknown(data, source)) return undefined;
      return toValue(data) ?? port.fail('EVCC_DEVICE_PROTOCOL', `${where}: ${show(data)} is not a single value`);
    },
    port,
  );
}

/** As `createReader`, for sources of lists and objects. */
export function createDataReader(name: string, source: CustomDataSource, port: SourcePort): DataReader {
  const text = createTextReader(name, source, port);
  const where = describeSource(name, source);
  const path = source.path === undefined ? undefined : parsePath(source.path);
  return async (signal) => {
    const answer = await text(signal);
    return path ? find(answer, path, where, source, port) : answer.trim();
  };
}

function createTextReader(
  name: string,
  source: CustomDataSource,
  port: SourcePort,
): (signal: AbortSignal) => Promise<string> {
  if (source.source === 'http') return overHttp(name, source, port);
  if (source.source === 'mqtt') return overMqtt(name, source, port);
  const read =
    source.source === 'websocket'
      ? readSocket(source, port)
      : (signal: AbortSignal): Promise<string> => port.run(source, signal);
  return (signal) => named(name, port, () => read(signal));
}

/** What errors call a source. */
export function describeSource(name: string, source: CustomDataSource): string {
  const at = source.path === undefined ? '' : `, path ${source.path}`;
  if (source.source === 'websocket') return `${name} from WebSocket ${showUrl(source.url)}${at}`;
  if (source.source === 'script') return `${name} from a script${at}`;
  if (source.source === 'mqtt') return `${name} from MQTT topic ${source.topic}${at}`;
  return `${name} from ${source.method ?? 'GET'} ${showUrl(source.url)}${at}`;
}

function overHttp(name: string, source: CustomHttpSource, port: SourcePort): (signal: AbortSignal) => Promise<string> {
  const { url, method, headers, body, auth, insecure, cache = 0 } = source;
  const request: HttpRequest = {
    url,
    ...(method && { method }),
    ...(headers && { headers }),
    ...(body !== undefined && { body }),
    ...(auth && { auth }),
    ...(insecure && { insecure }),
  };
  return (signal) => named(name, port, () => port.ask(request, cache * 1_000, signal));
}

function overMqtt(name: string, source: CustomMqttSource, port: SourcePort): (signal: AbortSignal) => Promise<string> {
  const { topic, retained = true } = source;
  const timeout = source.timeout === undefined ? port.messageTimeout : source.timeout * 1_000;
  const link = port.link(source);
  link.subscribe(topic);
  return async (signal) => {
    const message = await named(name, port, () => link.latest(topic, !retained, signal));
    const age = port.clock.now() - message.at;
    if (timeout > 0 && age > timeout) {
      const text = `MQTT topic ${topic} has been silent for ${Math.round(age / 1_000)} s (timeout ${timeout / 1_000} s)`;
      port.fail('EVCC_DEVICE_UNAVAILABLE', `${name}: ${text}`);
    }
    return message.text;
  };
}

function find(text: string, path: JsonPath, where: string, shape: CustomShape, { fail }: SourcePort): unknown {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    fail('EVCC_DEVICE_PROTOCOL', `${where}: the answer is not JSON but ${show(text)}`);
  }
  const found = pick(data, path);
  if ('value' in found) return found.value;
  // A key that is left out says as little as one that is null.
  if (isUnknown(null, shape)) return null;
  return fail('EVCC_DEVICE_PROTOCOL', `${where}: there is no ${found.missing}`);
}

function calculate(name: string, source: CustomCalculation, port: SourcePort): Reader {
  const { operands, compute } = toCalculation(source);
  const readers = operands.map(({ at, source: operand }) => createReader(`${name}.${at}`, operand, port));
  return async (signal) => {
    const values = await Promise.all(readers.map((read) => read(signal)));
    const known = values.filter((value) => value !== undefined);
    // An unknown operand makes the result unknown.
    if (known.length < values.length) return undefined;
    const outcome = compute(known);
    return 'value' in outcome ? outcome.value : port.fail('EVCC_DEVICE_PROTOCOL', `${name}: ${outcome.problem}`);
  };
}

/** Unlike in a calculation, the code may do without an operand. */
function evaluate(name: string, { code, values = {} }: CustomJavaScriptSource, port: SourcePort): Reader {
  const readers = Object.entries(values).map(
    ([key, operand]) => [key, createReader(`${name}.values.${key}`, operand, port)] as const,
  );
  return async (signal) => {
    const known = await Promise.all(readers.map(async ([key, read]) => [key, await read(signal)] as const));
    return named(name, port, () => port.sandbox.evaluate(code, Object.fromEntries(known), signal));
  };
}

/** Applies `unknown`, `scale` and `offset`. */
function shaped(where: string, shape: CustomShape, read: Reader, { fail }: SourcePort): Reader {
  const { scale = 1, offset = 0 } = shape;
  return async (signal) => {
    const value = await read(signal);
    if (value === undefined || isUnknown(value, shape)) return undefined;
    if (scale === 1 && offset === 0) return value;
    const number = toNumber(value);
    if (number === undefined) return fail('EVCC_DEVICE_PROTOCOL', `${where}: ${show(value)} is not a number`);
    return scaled(number, scale, offset);
  };
}

function isUnknown(value: unknown, { unknown = [] }: CustomShape): boolean {
  return unknown.includes(String(value).trim());
}

/** Says in the message of a failure what the value was for. */
async function named<T>(name: string, { fail }: SourcePort, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
    if (!(error instanceof Error)) throw error;
    if (code !== 'EVCC_DEVICE_UNAVAILABLE' && code !== 'EVCC_DEVICE_AUTH' && code !== 'EVCC_DEVICE_PROTOCOL')
      throw error;
    return fail(code, `${name}: ${error.message}`);
  }
}
