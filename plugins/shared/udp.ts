import { createSocket, type Socket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import type { DeviceContext, Evcc } from '../../core/index.ts';
import { networkFailure } from './network.ts';

declare module 'evcc' {
  interface Services {
    /** The UDP sockets of the house, which all its plugins share */
    udp: UdpPool;
  }
}

export interface UdpTarget {
  /** Port on this machine; all devices with the same one share a socket */
  readonly localPort: number;
  /** Only what comes from this name or address is heard; absent: everything */
  readonly host?: string;
  /** Port that is sent to; absent: nothing is sent */
  readonly port?: number;
  /** Multicast address to listen to besides */
  readonly group?: string;
}

/** What one device has of a socket that it may share with others. */
export interface UdpLink {
  /** What errors call it: `UDP 192.168.1.5:7090` */
  readonly name: string;
  /**
   * Waits until the socket is there and the host is found, and sends one packet. Errors: `EVCC_DEVICE_UNAVAILABLE` (port in use,
   * host unknown or not reachable, aborted).
   */
  send(data: string | Uint8Array, signal: AbortSignal): Promise<void>;
  /** Waits until the socket is there and the host is found, for who only listens. Errors as those of `send`. */
  ready(signal: AbortSignal): Promise<void>;
  /** Gives the socket up; the last one to do so ends it. */
  close(): Promise<void>;
}

/** The sockets of the house: one for each port. */
export interface UdpPool {
  /** Calls `take` with every packet for this device, from now on and until it is closed. */
  open(target: UdpTarget, take: (data: Buffer) => void, context: Pick<DeviceContext, 'fail'>): UdpLink;
  close(): Promise<void>;
}

/** `address`: that of this machine; absent: all it has */
export function createUdpPool({ address }: { readonly address?: string } = {}): UdpPool {
  const sockets = new Map<number, SharedSocket>();
  return {
    open: (target, take, { fail }) => {
      const { localPort, host, port } = target;
      const shared = sockets.get(localPort) ?? new SharedSocket(localPort, address);
      sockets.set(localPort, shared);
      const name = `UDP ${host === undefined ? `port ${localPort}` : `${showHost(host)}:${port ?? localPort}`}`;
      const user: User = { target, take, address: undefined };
      shared.users.add(user);
      const inTime = async <T>(work: Promise<T>, signal: AbortSignal): Promise<T> => {
        try {
          return await unlessAborted(work, signal);
        } catch (error) {
          if (!shared.users.has(user)) fail('EVCC_DEVICE_UNAVAILABLE', `${name}: the device was closed`);
          if (signal.aborted) fail('EVCC_DEVICE_UNAVAILABLE', `${name}: there was no time left to send`);
          return fail('EVCC_DEVICE_UNAVAILABLE', `${name}: ${explain(error, localPort)}`);
        }
      };
      return {
        name,
        ready: async (signal) => void (await inTime(shared.ready(user), signal)),
        send: (data, signal) => inTime(shared.send(user, data), signal),
        close: async () => {
          if (!shared.users.delete(user) || shared.users.size > 0) return;
          if (sockets.get(localPort) === shared) sockets.delete(localPort);
          await shared.close();
        },
      };
    },
    close: async () => {
      const all = [...sockets.values()];
      sockets.clear();
      await Promise.all(
        all.map((shared) => {
          shared.users.clear();
          return shared.close();
        }),
      );
    },
  };
}

interface User {
  readonly target: UdpTarget;
  readonly take: (data: Buffer) => void;
  /** Of the host, once it was looked up; until then nothing is heard */
  address: string | undefined;
}

/** A socket is opened when somebody first needs it, and anew after an error. */
class SharedSocket {
  readonly users = new Set<User>();
  readonly #port: number;
  readonly #address: string | undefined;
  readonly #groups = new Set<string>();
  #opening: Promise<Socket> | undefined;

  constructor(port: number, address: string | undefined) {
    this.#port = port;
    this.#address = address;
  }

  async ready(user: User): Promise<Socket> {
    this.#assertUsed(user);
    this.#opening ??= this.#open();
    const socket = await this.#opening;
    const { host, group } = user.target;
    if (group !== undefined && !this.#groups.has(group)) {
      socket.addMembership(group, this.#address);
      this.#groups.add(group);
    }
    // Asked every time: devices move from one address to another.
    if (host !== undefined) user.address = (await lookup(host, { family: 4 })).address;
    this.#assertUsed(user);
    return socket;
  }

  async send(user: User, data: string | Uint8Array): Promise<void> {
    const socket = await this.ready(user);
    const { port = this.#port } = user.target;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    socket.send(data, port, user.address, (error) => (error ? reject(error) : resolve()));
    await promise;
  }

  async close(): Promise<void> {
    const socket = await this.#opening?.catch(() => undefined);
    this.#opening = undefined;
    if (!socket) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    socket.close(resolve);
    await promise;
  }

  #open(): Promise<Socket> {
    this.#groups.clear();
    // Several programs listen to a group; any other port is nobody else's.
    const reuseAddr = [...this.users].some(({ target }) => target.group !== undefined);
    const socket = createSocket({ type: 'udp4', reuseAddr });
    const { promise: opened, resolve, reject } = Promise.withResolvers<Socket>();
    socket.once('listening', () => resolve(socket));
    socket.on('error', (error) => {
      if (this.#opening === opened) this.#opening = undefined;
      reject(error);
      socket.removeAllListeners('message').close();
    });
    socket.on('message', (data, { address }) => {
      for (const { target, take, address: known } of [...this.users]) {
        if (target.host === undefined || known === address) take(data);
      }
    });
    socket.bind(this.#port, this.#address);
    return opened;
  }

  #assertUsed(user: User): void {
    if (!this.users.has(user)) throw new Error('it is closed');
  }
}

/**
 * The sockets of the house, for device types. What is opened while plugins are still being applied finds its socket with its first
 * packet. Errors besides those of the pool: `EVCC_DEVICE_UNAVAILABLE` while nobody offers sockets.
 */
export function useUdp(evcc: Pick<Evcc, 'services'>): Pick<UdpPool, 'open'> {
  let present: UdpPool | undefined;
  evcc.services.use('udp', (pool) => {
    present = pool;
    return () => {
      present = undefined;
    };
  });
  return {
    open: (target, take, context) => {
      let found = present?.open(target, take, context);
      const link = (): UdpLink => {
        found ??= present?.open(target, take, context);
        return found ?? context.fail('EVCC_DEVICE_UNAVAILABLE', 'there are no UDP sockets yet');
      };
      return {
        get name() {
          return found?.name ?? 'UDP';
        },
        ready: async (signal) => link().ready(signal),
        send: async (data, signal) => link().send(data, signal),
        close: async () => found?.close(),
      };
    },
  };
}

async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    signal.throwIfAborted();
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener('abort', abort);
    work.catch(() => {});
  }
}

function explain(error: unknown, localPort: number): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') return `another program uses UDP port ${localPort} of this machine`;
  if (code === 'EACCES') return `UDP port ${localPort} of this machine is not permitted`;
  return networkFailure(error).text;
}

const showHost = (host: string): string => (host.includes(':') ? `[${host}]` : host);
