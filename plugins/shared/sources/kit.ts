import type { DeviceContext, PerPhase } from '../../../core/index.ts';
import type { HttpClient } from '../http/client.ts';
import { type Shared, type SharedRequests, share } from '../http/sharing.ts';
import { gatherReads } from '../modbus/gather.ts';
import type { ModbusLineOptions } from '../modbus/line.ts';
import type { ModbusLink, ModbusPool } from '../modbus/pool.ts';
import type { MqttLink, MqttPool } from '../mqtt.ts';
import { createSunSpec, type SunSpecDevice } from '../sunspec/device.ts';
import type { Sandbox } from './javascript.ts';
import type { CustomMqttBroker, CustomPhases, CustomSource, CustomTargets, CustomValue } from './options.ts';
import { runProgram } from './script.ts';
import { createDataReader, createReader, type DataReader, type Reader, type SourcePort } from './source.ts';
import { createWriter, type TargetPort, type Writer } from './target.ts';
import { show, toBoolean, toNumber, toStatus } from './value.ts';
import { openSocket, type Socket } from './websocket.ts';

/** What all `custom` devices share. */
export interface Connections {
  readonly http: HttpClient;
  readonly requests: SharedRequests;
  readonly mqtt: MqttPool;
  readonly modbus: Pick<ModbusPool, 'open'>;
  readonly sandbox: Sandbox;
}

/** Gets a field of a reading; `undefined`: unknown. */
export type Field<T> = (signal: AbortSignal) => Promise<T | undefined>;

/** What a number has to be. */
export interface Range {
  readonly min?: number;
  readonly max?: number;
  /** Factor to the unit inside; absent: 1 */
  readonly factor?: number;
  /** How far below `min` is noise that counts as `min`; absent: 0 */
  readonly noise?: number;
}

/** Turns the sources and targets of one device into fields of its readings and into commands. */
export interface Kit {
  number(name: string, source: CustomSource, range?: Range): Field<number>;
  boolean(name: string, source: CustomSource): Field<boolean>;
  text(name: string, source: CustomSource): Field<string>;
  letter<T extends string>(name: string, source: CustomSource, letters: readonly T[]): Field<T>;
  perPhase(name: string, sources: CustomPhases, range?: Range): Field<PerPhase>;
  /** JSON as it stands */
  data: (name: string, source: Parameters<typeof createDataReader>[1]) => DataReader;
  /** A field that must be known: otherwise reading fails with `EVCC_DEVICE_UNAVAILABLE`. */
  required<T>(name: string, field: Field<T>): (signal: AbortSignal) => Promise<T>;
  writer(name: string, targets: CustomTargets): Writer;
  /** Drops the answers that are kept. */
  forget(): void;
  /** Gives connections up. */
  close(): Promise<void>;
}

/** `messageTimeout`: ms, age at which an MQTT message is too old unless its source says otherwise; 0: never. */
export function createKit(
  context: Pick<DeviceContext, 'clock' | 'fail' | 'directory'>,
  connections: Connections,
  messageTimeout: number,
): Kit {
  const { clock, fail, directory } = context;
  const sockets = new Map<string, Socket>();
  const scripts = new Map<string, Shared<string>>();
  const links = new Map<string, MqttLink>();
  const units = new Map<string, { readonly link: ModbusLink; sunspec?: SunSpecDevice }>();
  const answers = new Map<string, { readonly text: string; readonly at: number }>();
  let writes = 0;
  const forget = (): void => {
    for (const shared of scripts.values()) shared.forget();
    answers.clear();
  };

  const unitOf = ({
    host,
    port,
    rtu,
    device,
    baudrate,
    comset,
    id,
    answerTimeout,
    delay,
    connectDelay,
  }: ModbusLineOptions) => {
    const all = { host, port, rtu, device, baudrate, comset, id, answerTimeout, delay, connectDelay };
    const given = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
    const key = JSON.stringify(given);
    const unit = units.get(key) ?? { link: gatherReads(connections.modbus.open(given, context)) };
    units.set(key, unit);
    return unit;
  };

  const port: SourcePort & TargetPort = {
    clock,
    fail,
    directory,
    http: connections.http,
    sandbox: connections.sandbox,
    messageTimeout,
    link: ({ broker, user, password, insecure }: CustomMqttBroker) => {
      const key = JSON.stringify([broker, user, password, insecure]);
      const link =
        links.get(key) ??
        connections.mqtt.open({
          broker,
          ...(user !== undefined && { user }),
          ...(password !== undefined && { password }),
          ...(insecure !== undefined && { insecure }),
        });
      links.set(key, link);
      return link;
    },
    modbus: (line) => unitOf(line).link,
    sunspec: (line) => {
      const unit = unitOf(line);
      // Models lie in one chain, where a device answers for everything.
      unit.sunspec ??= createSunSpec(gatherReads(unit.link, { length: 120, gap: 60 }), context);
      return unit.sunspec;
    },
    ask: async (request, cache, signal) => {
      const key = JSON.stringify(request);
      const at = clock.now();
      const kept = answers.get(key);
      if (kept && at >= kept.at && at - kept.at < cache) return kept.text;
      const before = writes;
      const text = await connections.requests.text(request, signal);
      // What was asked before a command says nothing about the time after it.
      if (cache > 0 && before === writes) answers.set(key, { text, at });
      return text;
    },
    run: ({ command, args, shell, timeout, cache = 0 }, signal) => {
      const script = {
        command,
        ...(args && { args }),
        ...(shell !== undefined && { shell }),
        ...(timeout !== undefined && { timeout }),
      };
      const key = JSON.stringify([script, cache]);
      const load = (signal: AbortSignal) => runProgram(script, undefined, { clock, fail, directory }, signal);
      const shared = scripts.get(key) ?? share(load, context, { keep: cache * 1_000 });
      scripts.set(key, shared);
      return shared.get(signal);
    },
    socket: ({ url, headers, insecure, send }) => {
      const key = JSON.stringify([url, headers, insecure, send]);
      const server = { url, ...(headers && { headers }), ...(insecure && { insecure }), send };
      const socket = sockets.get(key) ?? openSocket(server, context);
      sockets.set(key, socket);
      return socket;
    },
    wrote: () => {
      writes += 1;
      forget();
    },
  };

  const wrong = (name: string, value: CustomValue, expected: string): never =>
    fail('EVCC_DEVICE_PROTOCOL', `${name}: ${show(value)} is not ${expected}`);

  const field = <T>(name: string, source: CustomSource, convert: (value: CustomValue) => T): Field<T> => {
    const read: Reader = createReader(name, source, port);
    return async (signal) => {
      const value = await read(signal);
      return value === undefined ? undefined : convert(value);
    };
  };

  const number = (name: string, source: CustomSource, range: Range = {}): Field<number> =>
    field(name, source, (value) => {
      const { min, max, factor = 1, noise = 0 } = range;
      const result = toNumber(value) ?? wrong(name, value, 'a number (with a decimal point, without unit)');
      if (min !== undefined && result < min - noise) return wrong(name, value, `at least ${min}`);
      if (max !== undefined && result > max) return wrong(name, value, `${max} at most`);
      return Math.max(result, min ?? result) * factor;
    });

  return {
    number,
    boolean: (name, source) =>
      field(name, source, (value) => toBoolean(value) ?? wrong(name, value, 'true, false, on, off, 1 or 0')),
    text: (name, source) => field(name, source, (value) => String(value).trim()),
    letter: (name, source, letters) =>
      field(name, source, (value) => toStatus(value, letters) ?? wrong(name, value, `one of ${letters.join(', ')}`)),
    perPhase: (name, [first, second, third], range) => {
      const readL1 = number(`${name}[0]`, first, range);
      const readL2 = number(`${name}[1]`, second, range);
      const readL3 = number(`${name}[2]`, third, range);
      return async (signal) => {
        const [l1, l2, l3] = await Promise.all([readL1(signal), readL2(signal), readL3(signal)]);
        return l1 === undefined || l2 === undefined || l3 === undefined ? undefined : [l1, l2, l3];
      };
    },
    data: (name, source) => createDataReader(name, source, port),
    required: (name, read) => async (signal) =>
      (await read(signal)) ?? fail('EVCC_DEVICE_UNAVAILABLE', `${name}: there is no value now`),
    writer: (name, targets) => createWriter(name, targets, port),
    forget,
    close: async () => {
      for (const { link } of sockets.values()) link.close();
      await Promise.all(
        [...links.values(), ...[...units.values()].map(({ link }) => link)].map((link) => link.close()),
      );
    },
  };
}
