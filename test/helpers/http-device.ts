import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { freePort } from './free-port.ts';

/** A request as it arrived at the device. */
export interface ArrivedRequest {
  readonly method: string;
  /** Path without query */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** What a route answers: JSON, or a text with its own status and headers. */
export type HttpAnswer =
  | { status?: number; headers?: Record<string, string>; text: string | Buffer }
  | { json: unknown };

/**
 * `refuse`: nothing listens. `hang`: takes the request, never answers. `garbage`: a web page instead of JSON. `auth`: 401.
 * `noise`: bytes that are not HTTP. `reset`: ends the connection in the middle of the answer. `empty`: no body. `error`: 500.
 */
export type HttpFault = 'refuse' | 'hang' | 'garbage' | 'auth' | 'noise' | 'reset' | 'empty' | 'error';

/** A device that speaks HTTP, on loopback and a free port. */
export interface HttpDevice {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** Everything that arrived, also while it failed */
  readonly requests: readonly ArrivedRequest[];
  /** Answers requests of a method and path; a function sees the request. */
  route(route: `${string} /${string}`, answer: HttpAnswer | ((request: ArrivedRequest) => HttpAnswer)): void;
  /** Lets the device fail in one way until `recover`. */
  fail(fault: HttpFault): Promise<void>;
  recover(): Promise<void>;
  /** Connections that are open now */
  connections(): number;
  close(): Promise<void>;
}

export async function startHttpDevice(): Promise<HttpDevice> {
  const routes = new Map<string, HttpAnswer | ((request: ArrivedRequest) => HttpAnswer)>();
  const requests: ArrivedRequest[] = [];
  const sockets = new Set<Socket>();
  let fault: HttpFault | undefined;

  async function answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const url = new URL(incoming.url ?? '/', 'http://device');
    const request: ArrivedRequest = {
      method: incoming.method ?? 'GET',
      path: url.pathname,
      query: url.searchParams,
      headers: incoming.headers,
      body: Buffer.concat(chunks).toString(),
    };
    requests.push(request);
    if (fault === 'hang') return;
    if (fault === 'noise') return void incoming.socket.end('\u0001\u0002 no HTTP at all\r\n\r\n');
    if (fault === 'reset') {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': 1_000 });
      response.write('{"power":');
      return void setImmediate(() => incoming.socket.destroy());
    }
    if (fault === 'empty') return void response.end();
    if (fault === 'error') return void response.writeHead(500).end('broken');
    if (fault === 'auth') return void response.writeHead(401, { 'www-authenticate': 'Basic' }).end();
    if (fault === 'garbage') return void response.end('<!doctype html><title>Log in</title>');
    const route = routes.get(`${request.method} ${request.path}`);
    if (!route) return void response.writeHead(404).end('no such route');
    const result = typeof route === 'function' ? route(request) : route;
    if ('json' in result) {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(result.json));
    } else response.writeHead(result.status ?? 200, result.headers).end(result.text);
  }

  let server: Server;
  const listen = async (port: number): Promise<number> => {
    server = createServer((incoming, response) => void answer(incoming, response).catch(() => response.destroy()));
    server.on('connection', (socket) => {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    });
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  };
  const port = await listen(await freePort());
  const stop = async () => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  };

  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    route: (route, result) => void routes.set(route, result),
    fail: async (wanted) => {
      fault = wanted;
      if (wanted === 'refuse') await stop();
    },
    recover: async () => {
      fault = undefined;
      if (!server.listening) await listen(port);
    },
    connections: () => sockets.size,
    close: stop,
  };
}
