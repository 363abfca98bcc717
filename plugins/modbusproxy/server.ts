import { createServer, type Server, type Socket } from 'node:net';
import type { Clock } from '../../core/index.ts';

/** A listening Modbus TCP server. */
export interface ProxyServer {
  readonly port: number;
  /** Ends all connections. */
  close(): Promise<void>;
}

export interface ProxyServerOptions {
  readonly host: string;
  /** 0: a free one */
  readonly port: number;
  readonly clock: Clock;
  /** Answers one request, function code and data; `signal` is aborted when it takes too long, or the client has gone. */
  answer(unit: number, request: Buffer, signal: AbortSignal): Promise<Buffer>;
}

const MOST_CLIENTS = 16;
/** ms in which a request that was begun has to be complete, that a client may be silent, and that a request may wait */
const COMPLETE = 10_000;
const SILENT = 600_000;
const WAITING = 10_000;
/** Bytes of answers that a client may leave unread */
const UNREAD = 16_384;

/**
 * Modbus TCP for other programs. A client has one request under way at a time, so that those of many share the line fairly; one
 * that sends what is no Modbus, begins requests without ending them, or does not read the answers is disconnected. Rejects with
 * the error of `listen`.
 */
export async function startProxy(options: ProxyServerOptions): Promise<ProxyServer> {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true, keepAlive: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => sockets.delete(socket));
    serve(socket, options).catch(() => socket.destroy());
  });
  server.maxConnections = MOST_CLIENTS;
  await listen(server, options);
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : options.port,
    close: async () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
      await promise;
    },
  };
}

function listen(server: Server, { host, port }: ProxyServerOptions): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen({ host, port }, () => {
    server.off('error', reject);
    resolve();
  });
  return promise;
}

async function serve(socket: Socket, { clock, answer }: ProxyServerOptions): Promise<void> {
  const gone = new AbortController();
  let patience = clock.after(SILENT, () => socket.destroy());
  socket.once('close', () => {
    patience();
    gone.abort();
  });
  let bytes: Buffer = Buffer.alloc(0);
  // What arrives while a request is under way waits in the network.
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    patience();
    bytes = Buffer.concat([bytes, chunk]);
    for (let frame = cut(bytes); frame; frame = cut(bytes)) {
      if (frame === 'nonsense') return void socket.destroy();
      const deadline = new AbortController();
      const cancel = clock.after(WAITING, () => deadline.abort());
      const said = await answer(frame.unit, frame.request, AbortSignal.any([gone.signal, deadline.signal]));
      cancel();
      if (socket.destroyed) return;
      socket.write(toFrame(frame, said));
      if (socket.writableLength > UNREAD) return void socket.destroy();
      bytes = bytes.subarray(frame.length);
    }
    patience = clock.after(bytes.length > 0 ? COMPLETE : SILENT, () => socket.destroy());
  }
}

interface Frame {
  readonly transaction: number;
  readonly unit: number;
  /** Function code and data */
  readonly request: Buffer;
  /** Bytes of all of it */
  readonly length: number;
}

/** The first frame; `undefined`: it is not complete (Modbus Messaging on TCP/IP Implementation Guide 1.0b, section 3.1.3). */
function cut(bytes: Buffer): Frame | 'nonsense' | undefined {
  if (bytes.length < 6) return undefined;
  const following = bytes.readUInt16BE(4);
  if (bytes.readUInt16BE(2) !== 0 || following < 2 || following > 254) return 'nonsense';
  const length = 6 + following;
  if (bytes.length < length) return undefined;
  return { transaction: bytes.readUInt16BE(0), unit: bytes.readUInt8(6), request: bytes.subarray(7, length), length };
}

function toFrame({ transaction, unit }: Frame, answer: Buffer): Buffer {
  const head = Buffer.alloc(7);
  head.writeUInt16BE(transaction, 0);
  head.writeUInt16BE(answer.length + 1, 4);
  head.writeUInt8(unit, 6);
  return Buffer.concat([head, answer]);
}
