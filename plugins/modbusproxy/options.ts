import Type, { type TSchema } from 'typebox';
import { MODBUS_LINE, type ModbusLineOptions } from '../shared/modbus/line.ts';

/** One entry of the section `modbusproxy`: a line that other programs may use. */
export interface ModbusProxyOptions
  extends Pick<
    ModbusLineOptions,
    'rtu' | 'device' | 'baudrate' | 'comset' | 'answerTimeout' | 'delay' | 'connectDelay'
  > {
  /** TCP port at which other programs connect */
  port: number;
  /** Address to listen on; default 0.0.0.0, the whole network */
  host?: string;
  /** Host and port of the device or gateway; either this or `device`. Port: default 502 */
  uri?: string;
  /** What becomes of commands; `true`: they are taken and dropped, default deny: refused, `false`: handed on */
  readonly?: true | false | 'deny';
}

const { rtu, device, baudrate, comset, answerTimeout, delay, connectDelay } = MODBUS_LINE;

export const schema: TSchema = Type.Array(
  Type.Object({
    port: Type.Integer({ description: 'TCP port at which other programs connect', minimum: 0, maximum: 65_535 }),
    host: Type.Optional(
      Type.String({
        description: 'Address to listen on; 127.0.0.1: this machine only, 0.0.0.0: the whole network',
        minLength: 1,
        default: '0.0.0.0',
      }),
    ),
    uri: Type.Optional(
      Type.String({
        description: 'Host and port of the device or its gateway; either this or `device`. Port: 502 unless given',
        pattern: '^([^\\s/:@]+|\\[[0-9a-fA-F:]+\\])(:\\d{1,5})?$',
      }),
    ),
    readonly: Type.Optional(
      Type.Union([Type.Boolean(), Type.Literal('deny')], {
        description: 'What becomes of commands: deny refuses them, true takes and drops them, false hands them on',
        default: 'deny',
      }),
    ),
    rtu: rtu as TSchema,
    device: device as TSchema,
    baudrate: baudrate as TSchema,
    comset: comset as TSchema,
    answerTimeout: answerTimeout as TSchema,
    delay: delay as TSchema,
    connectDelay: connectDelay as TSchema,
  }),
);

/** The line of an entry; `problem`: why it names none. */
export function lineOf({
  uri,
  port: _,
  host: __,
  readonly: ___,
  ...line
}: ModbusProxyOptions): ModbusLineOptions | { readonly problem: string } {
  if ((uri === undefined) === (line.device === undefined)) return { problem: 'needs either uri or device' };
  if (uri === undefined) return line;
  const [, name = '', port] = /^(.*?)(?::(\d+))?$/.exec(uri) ?? [];
  const number = Number(port ?? 502);
  if (number < 1 || number > 65_535) return { problem: `uri: there is no port ${number}` };
  return { ...line, host: name.replace(/^\[|\]$/g, ''), port: number };
}
