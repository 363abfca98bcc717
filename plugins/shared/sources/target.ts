import type { HttpClient } from '../http/client.ts';
import type { MqttLink } from '../mqtt.ts';
import type { Sandbox } from './javascript.ts';
import { type ModbusPort, writeModbus, writeSunSpec } from './modbus.ts';
import type {
  CustomHttpTarget,
  CustomJavaScriptTarget,
  CustomMqttBroker,
  CustomMqttTarget,
  CustomScriptTarget,
  CustomTarget,
  CustomTargets,
  CustomValue,
} from './options.ts';
import { runProgram, type ScriptPort } from './script.ts';
import { scaled } from './value.ts';
import { type WebSocketPort, writeSocket } from './websocket.ts';

/** Sends a command. Errors: those of the connection, and `EVCC_NOT_SUPPORTED` for a value that a map does not list. */
export type Writer = (value: CustomValue, signal: AbortSignal) => Promise<void>;

/** What targets need of the device that they belong to. */
export interface TargetPort extends ModbusPort, WebSocketPort, ScriptPort {
  readonly http: HttpClient;
  /** The device's link to a broker */
  link(broker: CustomMqttBroker): MqttLink;
  /** Where code runs */
  readonly sandbox: Sandbox;
  /** Something was sent: what was read before may not be used again. */
  wrote(): void;
}

/** Targets as they are used; `name` says which command they carry out. */
export function createWriter(name: string, targets: CustomTargets, port: TargetPort): Writer {
  const list = 'target' in targets ? [targets] : targets;
  const writers = list.map((target) => writerOf(name, target, port));
  return async (value, signal) => {
    // All values first: a command that one target refuses does not reach another.
    const values = list.map(({ scale, offset, map }) => {
      const number = typeof value === 'number' ? scaled(value, scale, offset) : value;
      if (!map) return number;
      const known = Object.keys(map).join(', ');
      return Object.hasOwn(map, String(number))
        ? (map[String(number)] ?? number)
        : port.fail('EVCC_NOT_SUPPORTED', `${name}: ${number} is not in the map (${known})`);
    });
    try {
      for (const [index, write] of writers.entries()) await write(values[index] ?? value, signal);
    } finally {
      port.wrote();
    }
  };
}

function writerOf(name: string, target: CustomTarget, port: TargetPort): Writer {
  switch (target.target) {
    case 'http':
      return overHttp(target, port);
    case 'mqtt':
      return overMqtt(target, port);
    case 'modbus':
      return writeModbus(target, port);
    case 'sunspec':
      return writeSunSpec(target, port);
    case 'websocket':
      return writeSocket(target, target.payload ?? '{value}', port);
    case 'script':
      return overScript(target, port);
    case 'javascript':
      return overCode(name, target, port);
  }
}

function overScript(target: CustomScriptTarget, port: TargetPort): Writer {
  return async (value, signal) => {
    await runProgram(target, value, port, signal);
  };
}

function overCode(name: string, { code, to }: CustomJavaScriptTarget, port: TargetPort): Writer {
  const write = createWriter(name, to, port);
  return async (value, signal) => {
    const made = await port.sandbox.evaluate(code, { value }, signal);
    await write(made ?? port.fail('EVCC_NOT_SUPPORTED', `${name}: the code makes nothing of ${value}`), signal);
  };
}

function overHttp(target: CustomHttpTarget, { http }: TargetPort): Writer {
  const { url, method = 'POST', headers, body, auth, insecure } = target;
  return async (value, signal) => {
    await http.text(
      {
        url: url.replaceAll('{value}', encodeURIComponent(value)),
        method,
        ...(headers && { headers }),
        ...(body !== undefined && { body: fill(body, value) }),
        ...(auth && { auth }),
        ...(insecure && { insecure }),
      },
      signal,
    );
  };
}

function overMqtt(target: CustomMqttTarget, { link }: TargetPort): Writer {
  const { topic, payload = '{value}', qos, retain } = target;
  const own = link(target);
  return (value, signal) =>
    own.publish(
      {
        topic: topic.replaceAll('{value}', String(value)),
        payload: payload.replaceAll('{value}', String(value)),
        ...(qos !== undefined && { qos }),
        ...(retain !== undefined && { retain }),
      },
      signal,
    );
}

/** Puts a value into a template. In JSON the text `{value}` alone becomes the value itself, with its type. */
function fill(template: unknown, value: CustomValue): unknown {
  if (typeof template === 'string') return template.replaceAll('{value}', String(value));
  return fillJson(template, value);
}

function fillJson(template: unknown, value: CustomValue): unknown {
  if (template === '{value}') return value;
  if (typeof template === 'string') return template.replaceAll('{value}', String(value));
  if (Array.isArray(template)) return template.map((item) => fillJson(item, value));
  if (typeof template !== 'object' || template === null) return template;
  return Object.fromEntries(Object.entries(template).map(([key, item]) => [key, fillJson(item, value)]));
}
