import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { Evcc, LogEntry } from '../../core/index.ts';
import type { Dialect, LiveEntries } from './dialect.ts';
import { createLiveClient, type LiveClient } from './live-client.ts';
import { answerRaw } from './raw.ts';

/** ms between two pings. Some clients reconnect after 50 s without a message, so that a quiet house must not be silent. */
const BEAT = 20_000;
/** ms that clients have to answer a close when the server stops */
const STOP_GRACE = 1_000;
/** Bytes of a message of a client, which are not read anyway */
const LARGEST_MESSAGE = 4_096;

/** The WebSocket: first everything, then each change. */
export interface Live {
  /** Begins to listen to the log and to ping. */
  open(): void;
  accept(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Closes the connections of those who may not read any more. */
  recheck(mayRead: (request: IncomingMessage) => boolean): void;
  /** Resolves when all connections are closed. */
  close(signal: AbortSignal): Promise<void>;
}

export function createLive(evcc: Evcc, dialect: Dialect): Live {
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: LARGEST_MESSAGE,
    perMessageDeflate: false,
  });
  /** With what they came by */
  const clients = new Map<LiveClient, IncomingMessage>();
  let loadpoints = 0;
  let closed = false;

  const broadcast = (frames: readonly Buffer[]): void => {
    for (const client of clients.keys()) client.send(frames);
  };
  const everything = (): Buffer => toFrame(dialect.everything(evcc.state));
  /** A value of the site as it is, for clients that heard nothing for a while. */
  const reminder = (): Buffer | undefined => {
    const [first] = dialect.everything(evcc.state);
    return first && toFrame([first]);
  };

  evcc.hooks.publish.tap('rest', (changes) => {
    const before = loadpoints;
    loadpoints = evcc.state.loadpoints.length;
    // There is no message for what is gone.
    if (loadpoints < before) for (const client of clients.keys()) client.renew();
    if (clients.size === 0) return;
    broadcast(dialect.changed(evcc.state, changes()).map((entry) => toFrame([entry])));
  });
  let endLog = (): void => {};
  let endBeat = (): void => {};
  const beat = (): void => {
    endBeat = evcc.clock.after(BEAT, () => {
      const frame = reminder();
      for (const client of clients.keys()) client.beat(frame);
      beat();
    });
  };

  server.on('wsClientError', (error, socket) => answerRaw(socket, 400, dialect.failure(error.message)));

  return {
    open() {
      beat();
      endLog = evcc.onLog((line) => {
        if (clients.size > 0) broadcast([logFrame(line)]);
      });
    },
    accept(request, socket, head) {
      if (closed) return answerRaw(socket, 503, dialect.failure('the server stops'));
      server.handleUpgrade(request, socket, head, (webSocket) => {
        const client = createLiveClient(webSocket, evcc.clock);
        clients.set(client, request);
        webSocket.once('close', () => clients.delete(client));
        client.send([everything()]);
      });
    },
    recheck(mayRead) {
      for (const [client, request] of clients) if (!mayRead(request)) client.dismiss();
    },
    async close(signal) {
      closed = true;
      endBeat();
      endLog();
      await Promise.all([...clients.keys()].map((client) => client.leave(STOP_GRACE, signal)));
    },
  };
}

function toFrame(entries: LiveEntries): Buffer {
  return Buffer.from(JSON.stringify(Object.fromEntries(entries)));
}

/** The area of a loadpoint's log is `lp-` and its id. */
function logFrame({ level, area, message }: LogEntry): Buffer {
  const id = /^lp-(\d+)$/.exec(area)?.[1];
  return toFrame([['log', { message, level, ...(id !== undefined && { lp: Number(id) }) }]]);
}
