import { createServer, type IncomingMessage, type Server, STATUS_CODES } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { Evcc } from '../../core/index.ts';
import { followCertificate, readCertificate } from '../shared/tls.ts';
import type { Dialect } from './dialect.ts';
import { isForeignPage, loginOf, negotiate, offeredProtocols, stationId } from './handshake.ts';
import { DEFAULT_PORT, type OcppOptions } from './options.ts';
import { watch } from './socket.ts';
import type { Stations } from './stations.ts';

/** Bytes of a message: lists of configuration keys and of charging profiles are the longest ones */
const LARGEST_MESSAGE = 256 * 1024;
/** Connections of all stations together */
const MOST_CONNECTIONS = 1_000;
/** ms */
const LIMITS = { headersTimeout: 10_000, requestTimeout: 10_000, maxHeaderSize: 8_192, handshakeTimeout: 10_000 };
/** ms that stations have to answer the end of their connection */
const GRACE = 1_000;

/** Where stations connect. */
export interface OcppServer {
  /** Listens; resolves with the address in use. Errors: `EVCC_PLUGIN_FAILED`, which says what to do. */
  start(): Promise<AddressInfo>;
  /** Ends all connections, by force after a while or when aborted. */
  stop(signal: AbortSignal): Promise<void>;
}

export function createOcppServer(
  evcc: Evcc,
  { port = DEFAULT_PORT, host, tls }: OcppOptions,
  stations: Stations,
  dialects: readonly Dialect[],
): OcppServer {
  const sockets = new WebSocketServer({
    noServer: true,
    clientTracking: true,
    maxPayload: LARGEST_MESSAGE,
    perMessageDeflate: false,
    handleProtocols: (offered) => negotiate([...offered])?.protocol ?? false,
  });
  const secure = tls && createTlsServer({ ...LIMITS, requestCert: tls.ca !== undefined });
  const server: Server = secure ?? createServer(LIMITS);
  server.maxConnections = MOST_CONNECTIONS;
  server.on('request', (_request, response) => {
    response.writeHead(426, { connection: 'close', upgrade: 'websocket', 'content-type': 'text/plain' });
    response.end('This is for OCPP stations, which connect with a WebSocket.\n');
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    const { headers, url = '' } = request;
    const login = loginOf(headers);
    const id = stationId(url, login?.user);
    if (id === undefined) return refuse(socket, 404, 'the address has to end with the id of the station');
    if (isForeignPage(headers)) return refuse(socket, 403, 'this is no place for web pages');
    const refusal = stations.refusal(id, login?.password);
    if (refusal) return refuse(socket, refusal.status, refusal.why);
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      const agreed = negotiate(offeredProtocols(headers));
      const dialect = dialects.find(({ version }) => version === agreed?.version);
      // As OCPP-J wants it: first connected without a version, then ended.
      if (!dialect) return webSocket.close(1002, 'none of the versions is known');
      stations.accept(id, watch(webSocket, evcc.clock), dialect, login?.password);
    });
  });
  server.on('clientError', (_error, socket) => refuse(socket, 400, 'this is no valid request'));
  server.on('tlsClientError', (_error: Error, socket: Duplex) => socket.destroy());

  let endFollowing = (): void => {};
  let stopped: Promise<void> | undefined;
  const end = async (signal: AbortSignal): Promise<void> => {
    endFollowing();
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    stations.close();
    const force = (): void => {
      for (const socket of sockets.clients) socket.terminate();
      server.closeAllConnections();
    };
    const cancel = evcc.clock.after(GRACE, force);
    signal.addEventListener('abort', force, { once: true });
    if (signal.aborted) force();
    await closed;
    signal.removeEventListener('abort', force);
    cancel();
  };
  return {
    async start() {
      if (secure && tls) {
        const certificate = await readCertificate(evcc, 'ocpp', tls);
        secure.setSecureContext(certificate.secure);
        endFollowing = followCertificate(evcc, 'ocpp', tls, certificate, (renewed) =>
          secure.setSecureContext(renewed.secure),
        );
      }
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen({ port, ...(host !== undefined && { host }) }, resolve);
      }).catch((error: NodeJS.ErrnoException) => {
        endFollowing();
        const where = host === undefined ? `port ${port}` : `${host} port ${port}`;
        const hint = HINTS[error.code ?? ''] ?? error.message;
        evcc.fail('EVCC_PLUGIN_FAILED', `cannot listen for OCPP stations on ${where}: ${hint}`, { cause: error });
      });
      server.removeAllListeners('error');
      server.on('error', (error) => evcc.log.warn(`the server failed: ${error.message}`));
      return server.address() as AddressInfo;
    },
    stop(signal) {
      stopped ??= end(signal);
      return stopped;
    },
  };
}

const HINTS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'it is in use: end the program that uses it, or choose another with ocpp.port',
  EACCES: 'it needs special rights: choose one above 1023 with ocpp.port',
  EADDRNOTAVAIL: 'this machine has no such address: correct ocpp.host, or leave it out to listen on all',
  ENOTFOUND: 'the name is not known: correct ocpp.host, or leave it out to listen on all',
};

function refuse(socket: Duplex, status: number, why: string): void {
  if (!socket.writable) return void socket.destroy();
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Connection: close',
    'Content-Type: text/plain',
    `Content-Length: ${Buffer.byteLength(why)}`,
    ...(status === 401 ? ['WWW-Authenticate: Basic realm="OCPP"'] : []),
    ...(status === 429 || status === 503 ? ['Retry-After: 60'] : []),
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${why}`, () => socket.destroy());
}
