import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type Server, type Socket } from 'node:net';
import { Aedes } from 'aedes';
import type { Clock, Logger } from '../../core/index.ts';

export interface BrokerServerOptions {
  readonly host: string;
  /** 0: a free one */
  readonly port: number;
  /** Absent: everybody may connect */
  readonly login?: { readonly user: string; readonly password: string };
}

/** A listening MQTT broker (3.1, 3.1.1, 5). Everything is kept in memory. */
export interface BrokerServer {
  readonly port: number;
  /**
   * Takes no new clients, lets those of this machine finish for at most a second, and ends. The controller itself is among
   * them, and what it says last reaches all others.
   */
  close(clock: Clock, signal: AbortSignal): Promise<void>;
  /** Ends at once, unless it is closed already. */
  destroy(): void;
}

/** ms in which clients may finish */
const GRACE = 1_000;
/** ms in which the last messages go out to the clients that stay */
const FORWARDING = 50;
/** Bytes of a message; a home has no use for more, and everything retained is kept in memory. */
const LARGEST_PAYLOAD = 256 * 1024;
const MOST_CLIENTS = 200;

/** Opens the broker; rejects with the error of `listen`. */
export async function startBroker(options: BrokerServerOptions, log: Logger): Promise<BrokerServer> {
  const { login } = options;
  const expected = login && digest(login.user, login.password);
  /** What is retained by topic, as of the last message that was taken */
  const retained = new Map<string, Buffer | string>();
  const aedes = await Aedes.createBroker({
    drainTimeout: 30_000,
    authenticate(_client, user, password, done) {
      const allowed = !expected || timingSafeEqual(digest(user ?? '', password ?? ''), expected);
      if (allowed) done(null, true);
      // 4: bad user name or password (MQTT 3.1.1, table 3.1)
      else done(Object.assign(new Error('bad user name or password'), { returnCode: 4 }), false);
    },
    authorizePublish(_client, packet, done) {
      if (packet.topic.startsWith('$')) done(new Error('topics that begin with $ belong to the broker'));
      else if (packet.payload.length > LARGEST_PAYLOAD) done(new Error(`larger than ${LARGEST_PAYLOAD} bytes`));
      else if (packet.retain) {
        if (packet.payload.length > 0) retained.set(packet.topic, packet.payload);
        else retained.delete(packet.topic);
        done(null);
      } else afterRetained(() => done(null));
    },
    // What is sent because of a new subscription has no broker. While that was looked up, a newer message may have been sent.
    authorizeForward: (_client, packet) =>
      packet.retain && !packet.brokerId && retained.get(packet.topic) !== packet.payload ? null : packet,
  });
  aedes.on('clientError', (client, error) => log.debug(`client ${client.id}: ${error.message}`));
  aedes.on('connectionError', (_client, error) => log.debug(`a client could not connect: ${error.message}`));

  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    aedes.handle(socket);
  });
  server.maxConnections = MOST_CLIENTS;

  let closed = false;
  const destroy = (): void => {
    if (closed) return;
    closed = true;
    server.close();
    aedes.close();
    for (const socket of sockets) socket.destroy();
  };

  try {
    await listen(server, options);
  } catch (error) {
    destroy();
    throw error;
  }
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : options.port,
    async close(clock, signal) {
      server.close();
      const leaving = [...sockets].filter(isLocal).map(gone);
      const left = new AbortController();
      const late = clock.sleep(GRACE, AbortSignal.any([signal, left.signal])).catch(() => {});
      await Promise.race([Promise.all(leaving), late]);
      left.abort();
      if (sockets.size > 0) await clock.sleep(FORWARDING, signal).catch(() => {});
      for (const socket of sockets) socket.end();
      destroy();
    },
    destroy,
  };
}

/**
 * Runs `publish` when retained messages that arrived together with this one are on their way: aedes stores those first, and
 * drops them for a subscriber that has already got a later message.
 */
function afterRetained(publish: () => void): void {
  queueMicrotask(() => queueMicrotask(() => queueMicrotask(publish)));
}

function listen(server: Server, { host, port }: BrokerServerOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** The client runs on this machine: it connected from the address that it connected to, or over loopback. */
function isLocal({ localAddress, remoteAddress }: Socket): boolean {
  return remoteAddress !== undefined && remoteAddress === localAddress;
}

function gone(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.destroyed) resolve();
    else socket.once('close', () => resolve());
  });
}

/** Of equal length for every login, so that comparing says nothing about it. */
function digest(user: string, password: string | Buffer): Buffer {
  return createHash('sha256').update(user).update('\0').update(password).digest();
}
