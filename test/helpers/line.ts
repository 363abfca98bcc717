import { connect } from 'node:net';
import { startTcpServer } from './tcp-server.ts';

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
  let target: number | 'refuse' | 'hang' = to;
  const server = await startTcpServer((socket) => {
    if (typeof target !== 'number') {
      socket.resume();
      return;
    }
    const onward = connect(target, '127.0.0.1');
    onward.on('error', () => socket.destroy());
    onward.on('close', () => socket.destroy());
    socket.on('close', () => onward.destroy());
    socket.pipe(onward).pipe(socket);
  });
  return {
    port: server.port,
    lead: async (next) => {
      target = next;
      await server.stop();
      if (next !== 'refuse') await server.listen();
    },
    connections: () => server.sockets.size,
    close: server.stop,
  };
}
