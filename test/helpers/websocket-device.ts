import { once } from 'node:events';
import type { IncomingMessage, Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { freePort } from './free-port.ts';

/**
 * `refuse`: nothing listens. `hang`: takes connections, says nothing and hears nothing. `garbage`: says what is no message of its
 * protocol. `auth`: up to the script. `forbidden`: answers the handshake with status 403. `mute`: not even answers the handshake.
 */
export type WebSocketFault = 'refuse' | 'hang' | 'garbage' | 'auth' | 'forbidden' | 'mute';

/** A client as the script of a device sees it. */
export interface WebSocketClient {
  send(message: object | string): void;
  /** Ends the connection without a word. */
  destroy(): void;
}

/** What a device says; `fault` is `auth` or nothing. */
export interface WebSocketScript {
  opened?(client: WebSocketClient, fault: WebSocketFault | undefined): void;
  message?(text: string, client: WebSocketClient, fault: WebSocketFault | undefined): void;
}

/** A device that speaks WebSocket, on loopback and a free port. */
export interface WebSocketDevice {
  /** `127.0.0.1:<port>` */
  readonly host: string;
  /** All text that arrived while it did not hang */
  readonly received: readonly string[];
  /** Head of the last handshake */
  readonly handshake: () => IncomingMessage | undefined;
  /** Says something to every client. */
  say(message: object | string): void;
  /** Ends all connections without a word. */
  disconnect(): void;
  /** Hears and answers nothing any more on the connections that are open. */
  freeze(): void;
  /** Breaks all connections; from now on it fails in one way until `recover`, which breaks them too. */
  fail(fault: WebSocketFault): Promise<void>;
  recover(): Promise<void>;
  /** Connections that are open now, and that were ever opened */
  connections(): number;
  opened(): number;
  /** Pings that arrived */
  pings(): number;
  close(): Promise<void>;
}

export async function startWebSocketDevice(script: WebSocketScript = {}): Promise<WebSocketDevice> {
  const sockets = new Set<Socket>();
  const clients = new Set<WebSocket>();
  const received: string[] = [];
  let fault: WebSocketFault | undefined;
  let last: IncomingMessage | undefined;
  let opened = 0;
  let pings = 0;
  let server: Server;
  const upgrade = new WebSocketServer({ noServer: true, autoPong: true });

  const take = (socket: WebSocket, request: IncomingMessage): void => {
    const client: WebSocketClient = {
      send: (message) => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
      destroy: () => socket.terminate(),
    };
    clients.add(socket);
    opened += 1;
    socket.on('close', () => clients.delete(socket));
    socket.on('error', () => {});
    socket.on('ping', () => {
      pings += 1;
    });
    if (fault === 'hang') return void request.socket.pause();
    if (fault === 'garbage') return void socket.send('<!doctype html>');
    socket.on('message', (data) => {
      received.push(String(data));
      script.message?.(String(data), client, fault);
    });
    script.opened?.(client, fault);
  };
  const listen = async (port: number): Promise<number> => {
    server = createServer((_, response) => response.writeHead(404).end());
    server.on('connection', (socket) => {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    });
    server.on('upgrade', (request, socket, head) => {
      last = request;
      if (fault === 'mute') return;
      if (fault === 'forbidden') return void socket.end('HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n');
      upgrade.handleUpgrade(request, socket, head, (client) => take(client, request));
    });
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  };
  const disconnect = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  const stop = async (): Promise<void> => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    disconnect();
    await closed;
  };
  const port = await listen(await freePort());
  return {
    host: `127.0.0.1:${port}`,
    received,
    handshake: () => last,
    say: (message) => {
      const text = typeof message === 'string' ? message : JSON.stringify(message);
      for (const client of clients) client.send(text);
    },
    disconnect,
    freeze: () => {
      for (const socket of sockets) socket.pause();
    },
    fail: async (wanted) => {
      fault = wanted;
      if (wanted === 'refuse') await stop();
      else disconnect();
    },
    recover: async () => {
      fault = undefined;
      disconnect();
      if (!server.listening) await listen(port);
    },
    connections: () => sockets.size,
    opened: () => opened,
    pings: () => pings,
    close: stop,
  };
}
