import type { Clock } from '../../../core/index.ts';
import { openSocket } from '../socket.ts';
import type { ModbusAddress } from './line.ts';

/** The library's client: frames, checksums and answers of one connection. */
export type ModbusClient = InstanceType<typeof import('modbus-serial')['default']>;

/** An open connection. */
export interface Wire {
  /** The client of the present frames */
  readonly client: ModbusClient;
  /** Bytes that arrived since `renew` or the opening */
  received(): number;
  /** Forgets what arrived so far, so that it is no part of the next answer. Errors: those of opening a serial port. */
  renew(): Promise<void>;
  /** Ends it, without calling `lost`. */
  close(): Promise<void>;
}

/**
 * Opens a connection; `lost` is called when it ends by itself, with what the network said. The library takes no note of a
 * connection that broke with an error, so the socket stays ours.
 */
export async function openWire(
  address: ModbusAddress,
  clock: Clock,
  signal: AbortSignal,
  lost: (error: unknown) => void,
): Promise<Wire> {
  // Only houses with Modbus load the library.
  const { default: library } = await import('modbus-serial');
  if (address.kind === 'serial') return serialWire(new library.default(), address, lost);
  const socket = await openSocket(address.host, address.port, clock, signal);
  let bytes = 0;
  const link = async (): Promise<ModbusClient> => {
    socket.removeAllListeners();
    let problem: unknown;
    socket.on('error', (error) => {
      problem = error;
    });
    socket.on('close', () => lost(problem));
    bytes = 0;
    socket.on('data', (data) => {
      bytes += data.length;
    });
    const client = new library.default();
    if (address.kind === 'tcp') await client.linkTCP(socket, { port: address.port });
    else await client.linkTelnet(socket, {});
    return client;
  };
  let client = await link();
  return {
    get client() {
      return client;
    },
    received: () => bytes,
    renew: async () => {
      client = await link();
    },
    close: async () => {
      socket.removeAllListeners();
      socket.on('error', () => {});
      socket.destroy();
    },
  };
}

const PARITY = { N: 'none', E: 'even', O: 'odd' } as const;

async function serialWire(
  client: ModbusClient,
  { device, baudrate, comset }: ModbusAddress & { kind: 'serial' },
  lost: (error: unknown) => void,
): Promise<Wire> {
  let closing = false;
  const start = async (): Promise<void> => {
    await client.connectRTUBuffered(device, {
      baudRate: baudrate,
      dataBits: 8,
      parity: PARITY[comset.charAt(1) as keyof typeof PARITY],
      stopBits: Number(comset.charAt(2)),
    });
  };
  const stop = (): Promise<void> => {
    const { promise, resolve } = Promise.withResolvers<void>();
    if (client.isOpen) client.close(() => resolve());
    else resolve();
    return promise;
  };
  await start();
  client.on('error', (error: unknown) => closing || lost(error));
  client.on('close', () => closing || lost(undefined));
  return {
    client,
    received: () => 0,
    renew: async () => {
      await stop();
      await start();
    },
    close: () => {
      closing = true;
      return stop();
    },
  };
}
