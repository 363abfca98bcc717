import Type, { type TProperties } from 'typebox';

/** Where a Modbus device is: at a host or at a serial port. */
export interface ModbusLineOptions {
  /** Name or address of the device or of the gateway; either this or `device` */
  host?: string;
  /** default 502 */
  port?: number;
  /** The gateway passes frames of the serial line on as they are (RTU over TCP); default false */
  rtu?: boolean;
  /** Serial port, such as `/dev/ttyUSB0` */
  device?: string;
  /** Bit/s of the serial port; default 9600 */
  baudrate?: number;
  /** Data bits, parity and stop bits of the serial port; default 8N1 */
  comset?: '8N1' | '8E1' | '8O1' | '8N2';
  /** Unit id, 0 to 255; default 1 */
  id?: number;
  /** s that an answer may take; default 1 on serial lines, else 3 */
  answerTimeout?: number;
  /** s between two requests; default 0.02 on serial lines, else 0 */
  delay?: number;
  /** s that a new connection waits for its first request; default 0 */
  connectDelay?: number;
}

/** Schemas of the options of a line, for whatever speaks Modbus. */
export const MODBUS_LINE: Readonly<Record<keyof ModbusLineOptions, TProperties[string]>> = {
  host: Type.Optional(
    Type.String({
      description: 'Name or address of the device or its gateway; either this or `device`',
      pattern: '^[^\\s/:@]+$|^[0-9a-fA-F:]+$',
    }),
  ),
  port: Type.Optional(Type.Integer({ description: 'TCP port', minimum: 1, maximum: 65_535, default: 502 })),
  rtu: Type.Optional(
    Type.Boolean({ description: 'The gateway passes serial frames on as they are (RTU over TCP)', default: false }),
  ),
  device: Type.Optional(Type.String({ description: 'Serial port, such as `/dev/ttyUSB0`', minLength: 1 })),
  baudrate: Type.Optional(
    Type.Integer({
      description: 'Speed of the serial port',
      unit: 'bit/s',
      minimum: 300,
      maximum: 1_000_000,
      default: 9_600,
    }),
  ),
  comset: Type.Optional(
    Type.Enum(['8N1', '8E1', '8O1', '8N2'], {
      description: 'Data bits, parity and stop bits of the serial port',
      default: '8N1',
    }),
  ),
  id: Type.Optional(Type.Integer({ description: 'Unit id', minimum: 0, maximum: 255, default: 1 })),
  answerTimeout: Type.Optional(
    Type.Number({
      description: 'How long an answer may take; default 1 on serial lines, else 3',
      unit: 's',
      minimum: 0.05,
      maximum: 60,
    }),
  ),
  delay: Type.Optional(
    Type.Number({
      description: 'Pause between two requests; default 0.02 on serial lines, else 0',
      unit: 's',
      minimum: 0,
      maximum: 10,
    }),
  ),
  connectDelay: Type.Optional(
    Type.Number({
      description: 'Pause between a new connection and its first request',
      unit: 's',
      minimum: 0,
      maximum: 10,
      default: 0,
    }),
  ),
};

/**
 * Schemas of the options of a line for devices that leave the works with other settings than `MODBUS_LINE` has; those of each
 * model, where these differ. What they differ in has no default in the schema: the model decides.
 */
export function modbusLine(...models: readonly ModbusLineOptions[]): typeof MODBUS_LINE {
  const rows = Object.entries(MODBUS_LINE).map(([name, row]) => {
    const { default: general, ...schema } = row as typeof row & {
      readonly description: string;
      readonly default?: unknown;
    };
    const presets = new Set(models.map((line) => (line as Readonly<Record<string, unknown>>)[name] ?? general));
    const [preset] = presets;
    const described = presets.size > 1 && { description: `${schema.description}; the default depends on the model` };
    return [
      name,
      Type.Optional(
        Type.Unsafe({
          ...schema,
          ...described,
          ...(presets.size === 1 && preset !== undefined && { default: preset }),
        }),
      ),
    ];
  });
  return Object.fromEntries(rows);
}

/** Options of a line, checked and completed. */
export type ModbusAddress =
  | { readonly kind: 'tcp' | 'rtu-over-tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'serial'; readonly device: string; readonly baudrate: number; readonly comset: string };

/** Address of a line; `problem`: why the options name none. */
export function toAddress(options: ModbusLineOptions): ModbusAddress | { readonly problem: string } {
  const { host, port, rtu, device, baudrate, comset } = options;
  if ((host === undefined) === (device === undefined)) return { problem: 'Modbus needs either host or device' };
  if (host !== undefined) return { kind: rtu ? 'rtu-over-tcp' : 'tcp', host, port: port ?? 502 };
  return { kind: 'serial', device: device ?? '', baudrate: baudrate ?? 9_600, comset: comset ?? '8N1' };
}

/** What errors call a line: `Modbus 192.168.1.5:502`, `Modbus /dev/ttyUSB0`. */
export function showAddress(address: ModbusAddress): string {
  return `Modbus ${whereIs(address)}`;
}

/** What two devices of the same line have in common. */
export function whereIs(address: ModbusAddress): string {
  if (address.kind === 'serial') return address.device;
  const host = address.host.includes(':') ? `[${address.host}]` : address.host.toLowerCase();
  return `${host}:${address.port}`;
}
