import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Evcc } from '../../core/index.ts';
import { followCertificate, readCertificate } from '../shared/tls.ts';
import { createApp } from './app.ts';
import { createSender } from './client.ts';
import { limitConnections } from './connections.ts';
import type { Dialect } from './dialect.ts';
import { createGate } from './gate.ts';
import { createLive, type Live } from './live.ts';
import type { RestOptions } from './options.ts';
import { canonicalTarget } from './path.ts';
import { createRates } from './rates.ts';
import { answerRaw } from './raw.ts';

/** TCP port unless the configuration names one */
export const DEFAULT_PORT = 7070;
/** ms that running requests have to finish when the server stops */
const STOP_GRACE = 2_000;

/** Bounds of what one client may take: ms, bytes */
const LIMITS = {
  headersTimeout: 5_000,
  /** Of uploads; other bodies have less, see `body.ts` */
  requestTimeout: 600_000,
  connectionsCheckingInterval: 2_500,
  keepAliveTimeout: 120_000,
  maxHeaderSize: 16_384,
  /** Of the TLS handshake */
  handshakeTimeout: 10_000,
} as const;
const SILENCE = 30_000;

export interface RestServer {
  /** Listens; resolves with the address in use. Errors: `EVCC_PLUGIN_FAILED`, which says what to do. */
  start(): Promise<AddressInfo>;
  /** Lets running requests finish and closes everything; by force after a while or when aborted. */
  stop(signal: AbortSignal): Promise<void>;
}

/**
 * `dialect` is served at `/api` and `/ws`. `page` is that of the web page, served below `/document`, so that the page is the same
 * whatever other clients want.
 */
export function createRestServer(evcc: Evcc, options: RestOptions, dialect: Dialect, page: Dialect): RestServer {
  const { port = DEFAULT_PORT, host, allowedOrigins, proxies, tls } = options;
  const gate = createGate(evcc, allowedOrigins);
  let stopped: Promise<void> | undefined;
  const rates = createRates(evcc.clock);
  const closing = (): boolean => stopped !== undefined;
  const sender = createSender(proxies);
  const faceOf = (own: Dialect): Face => ({
    live: createLive(evcc, own),
    answer: createApp(evcc, { dialect: own, gate, rates, sender, tls: tls !== undefined, closing }),
  });
  const usual = faceOf(dialect);
  const faces = page.name === dialect.name ? [usual] : [usual, faceOf(page)];
  const paged = new WeakSet<IncomingMessage>();
  /** Who answers a request; the path of one for the page is as that of any other from here on. */
  const choose = (request: IncomingMessage): Face => {
    const rest = PAGE_PATH.exec(request.url ?? '')?.[1];
    if (rest !== undefined) {
      request.url = rest;
      paged.add(request);
    }
    return (paged.has(request) && faces[1]) || usual;
  };
  const answer: RequestListener = (request, response) => choose(request).answer(request, response);
  const mayRead = (request: IncomingMessage): boolean => gate.refusal(request, false) === undefined;
  gate.onChange(() => {
    for (const { live } of faces) live.recheck(mayRead);
  });

  const limits = {
    ...LIMITS,
    shouldUpgradeCallback(request: IncomingMessage) {
      choose(request);
      return !evcc.standby && wantsLive(request) && mayRead(request);
    },
  };
  const secure = tls && createTlsServer({ ...limits, requestCert: tls.ca !== undefined }, answer);
  const server = secure ?? createServer(limits, answer);
  let endFollowing = (): void => {};
  server.timeout = SILENCE;
  limitConnections(server);
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    choose(request).live.accept(request, socket, head);
  });
  server.on('clientError', (error: NodeJS.ErrnoException & { rawPacket?: Buffer }, socket: Duplex) => {
    const [status, message] = PARSE_FAILURES[error.code ?? ''] ?? [400, 'this is no valid HTTP request'];
    answerRaw(socket, status, dialect.failure(message), error.rawPacket);
  });

  const end = async (signal: AbortSignal): Promise<void> => {
    endFollowing();
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    const force = (): void => server.closeAllConnections();
    const cancel = evcc.clock.after(STOP_GRACE, force);
    signal.addEventListener('abort', force, { once: true });
    await Promise.all(faces.map(({ live }) => live.close(signal)));
    if (signal.aborted) force();
    await closed;
    signal.removeEventListener('abort', force);
    cancel();
  };

  return {
    async start() {
      if (secure && tls) {
        const certificate = await readCertificate(evcc, 'rest', tls);
        secure.setSecureContext(certificate.secure);
        endFollowing = followCertificate(evcc, 'rest', tls, certificate, (renewed) =>
          secure.setSecureContext(renewed.secure),
        );
      }
      await gate.ready();
      return new Promise((resolve, reject) => {
        server.once('error', (error: NodeJS.ErrnoException) => reject(toFailure(evcc, error, port, host)));
        server.listen({ port, ...(host !== undefined && { host }) }, () => {
          server.removeAllListeners('error');
          server.on('error', (error) => evcc.log.warn(`the server failed: ${error.message}`));
          for (const { live } of faces) live.open();
          resolve(server.address() as AddressInfo);
        });
      });
    },
    stop(signal) {
      stopped ??= end(signal);
      return stopped;
    },
  };
}

/** What serves a dialect. */
interface Face {
  readonly answer: RequestListener;
  readonly live: Live;
}

/** Below this path, the rest of which is captured, everything is in the dialect of the web page. */
const PAGE_PATH = /^\/document(\/.*)$/;

const PARSE_FAILURES: Readonly<Record<string, readonly [number, string]>> = {
  HPE_HEADER_OVERFLOW: [431, `the header is larger than ${LIMITS.maxHeaderSize} bytes`],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'the request did not arrive in time'],
};

/** The client asks for the WebSocket; requests to upgrade anything else are answered as if they did not. */
function wantsLive({ method, url, headers }: IncomingMessage): boolean {
  return (
    method === 'GET' && headers.upgrade?.toLowerCase() === 'websocket' && canonicalTarget(url ?? '')?.path === '/ws'
  );
}

/** The reason why the server cannot listen, with what to do about it. */
function toFailure(evcc: Evcc, error: NodeJS.ErrnoException, port: number, host: string | undefined): unknown {
  const where = host === undefined ? `port ${port}` : `${host} port ${port}`;
  const messages: Readonly<Record<string, string>> = {
    EADDRINUSE: `${where} is in use: end the program that uses it, or choose another with rest: { port: ${port + 1} }`,
    EACCES: `${where} needs special rights: choose one above 1023, e.g. rest: { port: ${DEFAULT_PORT} }`,
    EADDRNOTAVAIL: `rest.host ${host} is no address of this machine: correct it, or leave it out to listen on all`,
    EAI_AGAIN: `rest.host ${host} cannot be looked up: write an address, or leave it out to listen on all`,
    ENOTFOUND: `rest.host ${host} is not known: correct it, or leave it out to listen on all`,
  };
  try {
    return evcc.fail(
      'EVCC_PLUGIN_FAILED',
      messages[error.code ?? ''] ?? `cannot listen on ${where}: ${error.message}`,
      {
        cause: error,
      },
    );
  } catch (failure) {
    return failure;
  }
}
