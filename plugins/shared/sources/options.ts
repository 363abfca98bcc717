import type { HttpAuth, HttpMethod } from '../http/client.ts';
import type { ModbusLineOptions } from '../modbus/line.ts';
import type { RegisterType } from '../modbus/registers.ts';

/** A single value as it stands in a configuration, an answer or a message. */
export type CustomValue = number | string | boolean;

/** What every source can do with its value before it is used. */
export interface CustomShape {
  /** Factor for numbers, e.g. 1000 for kW; default 1 */
  scale?: number;
  /** Added to numbers after `scale`; default 0 */
  offset?: number;
  /**
   * Texts that mean "no value now", e.g. `['unavailable', 'null']`; `'null'` also stands for a key that is left out. An
   * optional field is absent then, a required one is an error; default: none
   */
  unknown?: readonly string[];
}

/** A value that never changes. */
export interface CustomConstantSource extends CustomShape {
  source: 'constant';
  value: CustomValue;
}

/** Asks a device over HTTP whenever the value is needed. Sources with the same request share one answer. */
export interface CustomHttpSource extends CustomShape {
  source: 'http';
  /** http or https */
  url: string;
  /** default GET */
  method?: HttpMethod;
  /** Secret values */
  headers?: Readonly<Record<string, string>>;
  /** Text, or anything else to send as JSON */
  body?: unknown;
  /** How the device wants to know who asks */
  auth?: HttpAuth;
  /** Accepts a certificate that nobody vouches for; default false */
  insecure?: boolean;
  /** Where the value stands in a JSON answer: `meter.phases[0].power`; default: the answer is the value */
  path?: string;
  /** s, how long an answer is used again; default 0 */
  cache?: number;
}

/** Where an MQTT broker is, and who asks. */
export interface CustomMqttBroker {
  /** mqtt://, mqtts://, ws:// or wss:// */
  broker: string;
  user?: string;
  /** Secret */
  password?: string;
  /** Accepts a certificate that nobody vouches for; default false */
  insecure?: boolean;
}

/** The last message of an MQTT topic. */
export interface CustomMqttSource extends CustomShape, CustomMqttBroker {
  source: 'mqtt';
  topic: string;
  /** Where the value stands in a JSON message; default: the message is the value */
  path?: string;
  /** s after which a message is too old to be used, 0: never; default 60 for chargers and meters, else 0 */
  timeout?: number;
  /** Whether a message counts that the broker had kept: its age is not known; default true */
  retained?: boolean;
}

/** Where a value lies in a Modbus device. */
export interface CustomModbusRegister extends ModbusLineOptions {
  /** On the wire, from 0; many documents print one more */
  address: number;
  /** default u16; not for coils and discrete inputs */
  type?: RegisterType;
  /** Registers of a string or of decimal digits (bcd); default 1 */
  count?: number;
  /** Whether the word of the lower address is the higher one; default big */
  order?: 'big' | 'little';
  /** First bit of `bits`, 0 being the lowest; default 0 */
  bit?: number;
  /** How many bits; default 1 */
  bits?: number;
}

/** A value in registers or bits of a Modbus device; "not available" as SunSpec has it for the type is no value. */
export interface CustomModbusSource extends CustomShape, CustomModbusRegister {
  source: 'modbus';
  /** default holding */
  table?: 'holding' | 'input' | 'coil' | 'discrete';
  /** Raw values that mean "not available", in place of those of SunSpec; `[]`: none */
  nan?: readonly number[];
}

/** A point of a device with SunSpec models. */
export interface CustomSunSpecPoint extends ModbusLineOptions {
  /** Number of its model; of several the first one that the device has */
  model: number | readonly number[];
  /** Name as SunSpec has it, e.g. `W` */
  point: string;
  /** Which of the repeated groups of the model, from 1, e.g. of model 160 */
  module?: number;
  /** Which of several such models in the device, from 1; default 1 */
  occurrence?: number;
}

/** A SunSpec point in its unit, after scaling. */
export interface CustomSunSpecSource extends CustomShape, CustomSunSpecPoint {
  source: 'sunspec';
}

/** A WebSocket server, which sends by itself. */
export interface CustomWebSocket {
  /** ws or wss */
  url: string;
  /** Secret values */
  headers?: Readonly<Record<string, string>>;
  /** Accepts a certificate that nobody vouches for; default false */
  insecure?: boolean;
  /** Sent whenever a connection stands: a text, anything else as JSON, or a list of both; default: nothing */
  send?: unknown;
}

/** The last message of a WebSocket server that has the value. */
export interface CustomWebSocketSource extends CustomShape, CustomWebSocket {
  source: 'websocket';
  /** Where the value stands in a JSON message; messages without it do not count; default: the message is the value */
  path?: string;
  /** What a message must have to count, by path: `{ type: 'power' }`; default: nothing */
  where?: Readonly<Record<string, CustomValue>>;
  /** s after which a message is too old to be used, 0: never; default 60 for chargers and meters, else 0 */
  timeout?: number;
}

/** A program to run. */
export interface CustomScript {
  /** A path, or a name that is looked for as the shell does; with `shell` a command line */
  command: string;
  args?: readonly string[];
  /** Has the shell run the command; `args` are its parameters, `$1` and so on; default false */
  shell?: boolean;
  /** s that it may take; default 5 */
  timeout?: number;
}

/** What a program writes to its standard output. */
export interface CustomScriptSource extends CustomShape, CustomScript {
  source: 'script';
  /** Where the value stands in JSON output; default: the output is the value */
  path?: string;
  /** s, how long an output is used again; default 0 */
  cache?: number;
}

/** What code makes of other values. It reaches nothing else: no file, no network, no clock that runs. */
export interface CustomJavaScriptSource extends CustomShape {
  source: 'javascript';
  /** The value of the last statement is the result; null and undefined: none */
  code: string;
  /** Constants of the code; one that has no value now is `undefined` */
  values?: Readonly<Record<string, CustomSource>>;
}

/** Makes one value of others. Has exactly one of the operations. */
export type CustomCalculation = CustomShape & { source: 'calculation' } & (
    | { /** Sum */ add: readonly CustomSource[] }
    | { /** Product */ multiply: readonly CustomSource[] }
    | { /** The first divided by the second */ divide: readonly [CustomSource, CustomSource] }
    | { /** Smallest */ min: readonly CustomSource[] }
    | { /** Largest */ max: readonly CustomSource[] }
    | { /** The value with the other sign */ negate: CustomSource }
    | { /** The value without sign */ absolute: CustomSource }
    | { /** −1, 0 or 1 */ sign: CustomSource }
    | {
        /** Another value for each value */
        map: {
          of: CustomSource;
          values: Readonly<Record<string, CustomValue>>;
          /** For what `values` does not list; default: that is an error */
          otherwise?: CustomValue;
        };
      }
    | { /** A, B or C of two flags */ status: { connected: CustomSource; charging: CustomSource } }
  );

/** Where a value comes from. */
export type CustomSource =
  | CustomConstantSource
  | CustomHttpSource
  | CustomMqttSource
  | CustomModbusSource
  | CustomSunSpecSource
  | CustomWebSocketSource
  | CustomScriptSource
  | CustomJavaScriptSource
  | CustomCalculation;

/** Sources whose value may be a list or an object. */
export type CustomDataSource = CustomHttpSource | CustomMqttSource | CustomWebSocketSource | CustomScriptSource;

/** What every target can do with a command's value before it is sent. */
export interface CustomTargetShape {
  /** Factor for numbers, e.g. 1000 for mA; default 1 */
  scale?: number;
  /** Added to numbers after `scale`; default 0 */
  offset?: number;
  /** What is sent for each value, e.g. `{ true: 'on', false: 'off' }`; values that are not listed are refused */
  map?: Readonly<Record<string, CustomValue>>;
}

/** Sends a command over HTTP. */
export interface CustomHttpTarget extends CustomTargetShape {
  target: 'http';
  /** http or https; `{value}` stands for the value */
  url: string;
  /** default POST */
  method?: HttpMethod;
  /** Secret values */
  headers?: Readonly<Record<string, string>>;
  /** Text in which `{value}` stands for the value, or anything else to send as JSON, where the text `'{value}'` does */
  body?: unknown;
  auth?: HttpAuth;
  /** Accepts a certificate that nobody vouches for; default false */
  insecure?: boolean;
}

/** Sends a command over MQTT. */
export interface CustomMqttTarget extends CustomTargetShape, CustomMqttBroker {
  target: 'mqtt';
  /** `{value}` stands for the value */
  topic: string;
  /** `{value}` stands for the value; default `{value}` */
  payload?: string;
  /** default 1 */
  qos?: 0 | 1 | 2;
  /** The broker keeps the command for those who subscribe later; default false */
  retain?: boolean;
}

/** Writes registers or a coil of a Modbus device. */
export interface CustomModbusTarget extends CustomTargetShape, CustomModbusRegister {
  target: 'modbus';
  /** default holding */
  table?: 'holding' | 'coil';
  /** Writes one register or coil as if it were several (function 16 or 15); default false */
  multiple?: boolean;
}

/** Writes a SunSpec point; the value is in its unit. */
export interface CustomSunSpecTarget extends CustomTargetShape, CustomSunSpecPoint {
  target: 'sunspec';
}

/** Sends a message to a WebSocket server. */
export interface CustomWebSocketTarget extends CustomTargetShape, CustomWebSocket {
  target: 'websocket';
  /** `{value}` stands for the value; default `{value}` */
  payload?: string;
}

/** Runs a program, which finds the value in `{value}` of its arguments and in `EVCC_VALUE` of its environment. */
export interface CustomScriptTarget extends CustomTargetShape, CustomScript {
  target: 'script';
}

/** Has code make another value, which `to` gets. */
export interface CustomJavaScriptTarget extends CustomTargetShape {
  target: 'javascript';
  /** `value` is the value; that of the last statement is sent. null and undefined: the value is refused */
  code: string;
  to: CustomPlainTarget | readonly CustomPlainTarget[];
}

/** A target that sends. */
export type CustomPlainTarget =
  | CustomHttpTarget
  | CustomMqttTarget
  | CustomModbusTarget
  | CustomSunSpecTarget
  | CustomWebSocketTarget
  | CustomScriptTarget;

/** Where a command goes to; several targets get it one after the other. */
export type CustomTarget = CustomPlainTarget | CustomJavaScriptTarget;
export type CustomTargets = CustomTarget | readonly CustomTarget[];

/** Values of L1, L2, L3. */
export type CustomPhases = readonly [CustomSource, CustomSource, CustomSource];
