import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A TCP line between a device and its peer, which can be cut. */
export interface Line {
  /** Port on loopback where the device connects */
  readonly port: number;
  /**
   * Cuts what is connected. From now on new connections lead to a port (`number`), are refused, or are taken and led
   * nowhere (`hang`).
   */
  lead(to: number | 'refuse' | 'hang'): Promise<void>;
  /** Connections that are open now */
  connections(): number;
  close(): Promise<void>;
}

export async function startLine(to: number): Promise<Line> {
  const sockets = new Set<Socket>();
  let target: number | 'refuse' | 'hang' = to;
  let server: Server;

  const listen = async (port: number): Promise<number> => {
    server = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => {});
      if (typeof target === 'number') {
        const onward = connect(target, '127.0.0.1');
        onward.on('error', () => socket.destroy());
        onward.on('close', () => socket.destroy());
        socket.on('close', () => onward.destroy());
        socket.pipe(onward).pipe(socket);
      } else socket.resume();
      socket.on('close', () => sockets.delete(socket));
    });
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  };
  const stop = async () => {
    for (const socket of sockets) socket.destroy();
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    await closed;
  };

  const port = await listen(0);
  return {
    port,
    lead: async (next) => {
      target = next;
      await stop();
      if (next !== 'refuse') await listen(port);
    },
    connections: () => sockets.size,
    close: stop,
  };
}
