import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { JSON_TYPE } from './answer.ts';

/**
 * Answers on a connection that has no response object, and ends it. `request`: how the request begins, where that is known;
 * nobody expects a body after HEAD.
 */
export function answerRaw(socket: Duplex, status: number, body: string, request?: Buffer): void {
  if (!socket.writable) return void socket.destroy();
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Connection: close',
    `Content-Type: ${JSON_TYPE}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  const shown = request?.subarray(0, 5).toString() === 'HEAD ' ? '' : body;
  socket.end(`${head.join('\r\n')}\r\n\r\n${shown}`, () => socket.destroy());
}
