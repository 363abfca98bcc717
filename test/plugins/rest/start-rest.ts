import { type IncomingHttpHeaders, request } from 'node:http';
import { connect } from 'node:net';
import { onTestFinished } from 'vitest';
import type { Store } from '../../../core/index.ts';
import access, { type AccessOptions } from '../../../plugins/access/index.ts';
import rest, { type RestOptions } from '../../../plugins/rest/index.ts';
import { createFakeEvcc, type FakeEvcc } from './fake-evcc.ts';

export interface Rest {
  readonly evcc: FakeEvcc;
  readonly url: string;
  readonly port: number;
  /** A request, its path sent as it is, with its answer */
  ask(method: string, path: string, options?: AskOptions): Promise<Answer>;
  /** Sends bytes as they are and resolves with all that comes back until the server ends the connection. */
  raw(text: string): Promise<string>;
  stop(signal?: AbortSignal): Promise<void>;
}

export interface AskOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
  readonly text: string;
  /** The parsed body; `undefined`: it is no JSON */
  readonly json: Readonly<Record<string, unknown>> | undefined;
}

/**
 * The plugin as the runtime uses it, listening on a free port of this machine; `guarded`: with the plugin `access` and these
 * options.
 */
export async function startRest(options: RestOptions = {}, guarded?: AccessOptions, store?: Store): Promise<Rest> {
  const evcc = await createFakeEvcc(store);
  if (guarded) await access.apply(evcc, guarded);
  const release = await rest.apply(evcc, { port: 0, host: '127.0.0.1', ...options });
  await evcc.hooks.setup.promise();
  const url = /https?:\/\/[^/]+/.exec(evcc.announced[0] ?? '')?.[0] ?? '';
  const port = Number(new URL(url).port);
  onTestFinished(async () => {
    await evcc.hooks.stop.promise(AbortSignal.abort());
    await release?.();
  });
  return {
    evcc,
    url,
    port,
    ask: (method, path, { headers = {}, body } = {}) =>
      new Promise((resolve, reject) => {
        const sent = request({ host: '127.0.0.1', port, method, path, headers }, (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('end', () => {
            const bytes = Buffer.concat(chunks);
            const text = bytes.toString();
            resolve({ status: response.statusCode ?? 0, headers: response.headers, bytes, text, json: parse(text) });
          });
        });
        sent.on('error', reject);
        sent.end(body);
      }),
    raw: (text) =>
      new Promise((resolve, reject) => {
        let received = '';
        const socket = connect(port, '127.0.0.1', () => socket.write(text));
        socket.setEncoding('utf8');
        socket.on('data', (chunk: string) => {
          received += chunk;
        });
        socket.once('close', () => resolve(received));
        socket.once('error', (error: NodeJS.ErrnoException) => {
          if (error.code !== 'ECONNRESET' && error.code !== 'EPIPE') reject(error);
        });
      }),
    stop: async (signal = new AbortController().signal) => {
      await evcc.hooks.stop.promise(signal);
    },
  };
}

/** The same request many times over one connection, the end of which the last one asks for; all arrive at once. */
export function manyOf(request: string, count: number): string {
  const head = `${request} HTTP/1.1\r\nHost: x\r\n`;
  return `${`${head}\r\n`.repeat(count - 1)}${head}Connection: close\r\n\r\n`;
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
