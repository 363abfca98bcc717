import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { freePort } from './free-port.ts';

/** A TCP server on loopback and a free port, which can go away and come back there. */
export interface TcpServer {
  readonly port: number;
  /** Connections that are open now */
  readonly sockets: ReadonlySet<Socket>;
  /** Connections that were ever opened */
  opened(): number;
  /** Takes connections again. */
  listen(): Promise<void>;
  /** Ends all connections and takes no more. */
  stop(): Promise<void>;
}

export async function startTcpServer(serve: (socket: Socket) => void): Promise<TcpServer> {
  const sockets = new Set<Socket>();
  let opened = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    opened += 1;
    socket.on('error', () => {});
    socket.once('close', () => sockets.delete(socket));
    serve(socket);
  });
  const listen = async (port: number): Promise<number> => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  };
  const port = await listen(await freePort());
  return {
    port,
    sockets,
    opened: () => opened,
    listen: async () => {
      if (!server.listening) await listen(port);
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      await closed;
    },
  };
}
