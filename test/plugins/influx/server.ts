import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { TestContext } from 'vitest';

/** A point as a server reads it from line protocol. */
export interface Point {
  readonly measurement: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly fields: Readonly<Record<string, number>>;
  /** s since the epoch */
  readonly time: number;
}

export interface InfluxServer {
  readonly url: string;
  readonly requests: {
    readonly path: string;
    readonly query: URLSearchParams;
    readonly authorization: string | undefined;
  }[];
  /** Connections that are open now */
  connections(): number;
  /** What was accepted */
  readonly points: Point[];
  /** Status of the next answers; `hang`: none */
  answer: number | 'hang';
  /** Lines that it takes at once */
  most: number;
  /** What the answer says */
  says: string;
  close(): Promise<void>;
}

/** A server on loopback that takes points as InfluxDB does. */
export async function startInflux(t: Pick<TestContext, 'onTestFinished'>, port = 0): Promise<InfluxServer> {
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://x');
    const body = await read(request);
    influx.requests.push({ path: pathname, query: searchParams, authorization: request.headers.authorization });
    if (influx.answer === 'hang') return;
    const status = body.split('\n').length > influx.most ? 413 : influx.answer;
    if (status === 204) influx.points.push(...parse(body));
    response.writeHead(status).end(influx.says);
  };
  // Who asks may give up in the middle.
  const server = createServer((request, response) => void answer(request, response).catch(() => response.destroy()));
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const influx: InfluxServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: [],
    connections: () => sockets.size,
    points: [],
    answer: 204,
    most: 10_000,
    says: '',
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  t.onTestFinished(async () => {
    if (server.listening) await influx.close();
  });
  return influx;
}

async function read(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}

/** Splits at a character that is not escaped. */
const split = (text: string, at: string): string[] => text.split(new RegExp(`(?<!\\\\)${at}`));
const plain = (text: string): string => text.replace(/\\([,= ])/g, '$1');

/** Reads line protocol strictly; throws at whatever is not of it. */
export function parse(body: string): Point[] {
  return body
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => {
      const [series = '', fieldText = '', time = '', ...rest] = split(line, ' ');
      const [measurement = '', ...tagTexts] = split(series, ',');
      const tags = tagTexts.map((tag) => split(tag, '='));
      const fields = split(fieldText, ',').map((field) => split(field, '='));
      const isWrong =
        rest.length > 0 ||
        measurement === '' ||
        !/^\d{10}$/.test(time) ||
        tags.some((tag) => tag.length !== 2 || tag.includes('')) ||
        // No suffix: i would make it an integer.
        fields.some(([name, value]) => !name || !/^-?\d+(\.\d+)?(e[-+]?\d+)?$/.test(value ?? ''));
      if (isWrong) throw new Error(`no line protocol: ${line}`);
      return {
        measurement: plain(measurement),
        tags: Object.fromEntries(tags.map(([name = '', value = '']) => [plain(name), plain(value)])),
        fields: Object.fromEntries(fields.map(([name = '', value = '']) => [plain(name), Number(value)])),
        time: Number(time),
      };
    });
}
