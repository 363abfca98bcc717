import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Fault } from 'evcc/testing';

/** A request as it arrived. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly token: string | undefined;
  /** The JSON of its body; `undefined`: it has none */
  readonly body: unknown;
}

/** What a device on the network does besides its work. */
export interface Device {
  /** `127.0.0.1:<port>` */
  readonly host: string;
  readonly faults: readonly Fault[];
  fail(fault: Fault): Promise<void>;
  recover(): Promise<void>;
  /** Connections that are open now */
  connections(): number;
  close(): Promise<void>;
}

/** A device that speaks JSON over HTTP on loopback; `port` 0 takes any free one. A number as answer is a status. */
export async function startDevice(port: number, answer: (asked: Asked) => object | number): Promise<Device> {
  const sockets = new Set<Socket>();
  let fault: Fault | undefined;
  let server: Server;

  const listen = async (at: number): Promise<number> => {
    const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
      const asked: Asked = {
        method: request.method ?? '',
        path: request.url ?? '',
        token: request.headers.authorization?.replace('Bearer ', ''),
        body: await bodyOf(request),
      };
      if (fault === 'hang') return;
      if (fault === 'garbage') return void response.end('<!doctype html><title>Log in</title>');
      const answered = fault === 'auth' ? 401 : fault === 'invalid' ? { slots: null } : answer(asked);
      if (typeof answered === 'number') response.writeHead(answered).end();
      else response.setHeader('content-type', 'application/json').end(JSON.stringify(answered));
    };
    server = createServer((request, response) => void serve(request, response).catch(() => response.destroy()));
    server.on('connection', (socket) => {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    });
    server.listen(at, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  };
  const close = async () => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  };

  const chosen = await listen(port);
  return {
    host: `127.0.0.1:${chosen}`,
    faults: ['refuse', 'hang', 'garbage', 'invalid', 'auth'],
    fail: async (wanted) => {
      fault = wanted;
      if (wanted === 'refuse') await close();
    },
    recover: async () => {
      fault = undefined;
      if (!server.listening) await listen(chosen);
    },
    connections: () => sockets.size,
    close,
  };
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text === '' ? undefined : JSON.parse(text);
}
