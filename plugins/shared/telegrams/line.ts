import type { Duplex } from 'node:stream';
import Type, { type TProperties } from 'typebox';
import type { Clock, DeviceContext } from '../../../core/index.ts';
import { openSocket } from '../socket.ts';

/** Where a device is that sends by itself: behind a serial-to-network adapter, or at a serial port. */
export interface TelegramLineOptions {
  /** Name or address of the adapter that passes the telegrams on; either this or `device` */
  host?: string;
  /** TCP port of the adapter */
  port?: number;
  /** Serial port, such as `/dev/ttyUSB0` */
  device?: string;
  /** Bit/s of the serial port */
  baudrate?: number;
  /** Data bits, parity and stop bits of the serial port */
  comset?: TelegramComset;
}

export type TelegramComset = '8N1' | '8E1' | '7E1' | '7N1';

/** What a kind of meter uses unless its options say otherwise. */
export interface TelegramDefaults {
  readonly port: number;
  readonly baudrate: number;
  readonly comset: TelegramComset;
}

/** Schemas of the options of a line. */
export function telegramLine({
  port,
  baudrate,
  comset,
}: TelegramDefaults): Readonly<Record<keyof TelegramLineOptions, TProperties[string]>> {
  return {
    host: Type.Optional(
      Type.String({
        description: 'Name or address of the adapter that passes the telegrams on; either this or `device`',
        pattern: '^[^\\s/:@]+$|^[0-9a-fA-F:]+$',
      }),
    ),
    port: Type.Optional(Type.Integer({ description: 'TCP port', minimum: 1, maximum: 65_535, default: port })),
    device: Type.Optional(Type.String({ description: 'Serial port, such as `/dev/ttyUSB0`', minLength: 1 })),
    baudrate: Type.Optional(
      Type.Integer({
        description: 'Speed of the serial port',
        unit: 'bit/s',
        minimum: 300,
        maximum: 1_000_000,
        default: baudrate,
      }),
    ),
    comset: Type.Optional(
      Type.Enum(['8N1', '8E1', '7E1', '7N1'], {
        description: 'Data bits, parity and stop bits of the serial port',
        default: comset,
      }),
    ),
  };
}

/** A line that can be opened. */
export interface TelegramLine {
  /** What errors call it: `192.168.1.5:23`, `/dev/ttyUSB0` */
  readonly name: string;
  /** Errors: those of the network or of the serial port. */
  open(clock: Clock, signal: AbortSignal): Promise<Duplex>;
}

/** The line of options. Errors: `EVCC_CONFIG_INVALID` for options that name none, or two. */
export function toLine(
  options: TelegramLineOptions,
  defaults: TelegramDefaults,
  { fail }: Pick<DeviceContext, 'fail'>,
): TelegramLine {
  const { host, port, device, baudrate, comset } = { ...defaults, ...options };
  if (host !== undefined && device === undefined) {
    const name = `${host.includes(':') ? `[${host}]` : host}:${port}`;
    return { name, open: (clock, signal) => openSocket(host, port, clock, signal) };
  }
  if (device !== undefined && host === undefined)
    return { name: device, open: () => openPort(device, baudrate, comset) };
  return fail('EVCC_CONFIG_INVALID', 'the meter needs either host or device');
}

const PARITY = { N: 'none', E: 'even' } as const;

async function openPort(path: string, baudRate: number, comset: TelegramComset): Promise<Duplex> {
  // Only houses with a meter at a serial port load the library.
  const { SerialPort } = await import('serialport');
  const { promise, resolve, reject } = Promise.withResolvers<Duplex>();
  const port = new SerialPort({
    path,
    baudRate,
    dataBits: comset.startsWith('7') ? 7 : 8,
    parity: PARITY[comset.charAt(1) as keyof typeof PARITY],
    stopBits: 1,
    autoOpen: false,
  });
  port.open((error) => (error ? reject(error) : resolve(port)));
  return promise;
}
