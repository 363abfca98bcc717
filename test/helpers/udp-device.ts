import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { systemClock } from '../../core/clock.ts';
import type { Plugin } from '../../core/index.ts';
import { createUdpPool, type UdpPool } from '../../plugins/shared/udp.ts';
import { type AppliedPlugin, applyPlugin } from '../contract/index.ts';

/** A device that speaks UDP, on an address of loopback of its own, so that it can have the same port as this machine. */
export interface UdpDevice {
  readonly host: string;
  /** A free one; `localPort` of the tests is the same */
  readonly port: number;
  /** Everything that arrived */
  readonly received: readonly string[];
  /** Sends a packet to a port of `127.0.0.1`; absent: its own port. */
  say(data: string | Uint8Array, port?: number): void;
  close(): Promise<void>;
}

/** `take` is called with every packet, and with the port that it came from. */
export async function startUdpDevice(
  take: (text: string, port: number) => void = () => {},
  { host = '127.0.0.2', port = 0 }: { readonly host?: string; readonly port?: number } = {},
): Promise<UdpDevice> {
  const received: string[] = [];
  const socket: Socket = createSocket('udp4');
  socket.bind(port, host);
  await once(socket, 'listening');
  socket.on('message', (data, from) => {
    received.push(String(data));
    take(String(data), from.port);
  });
  const own = socket.address().port;
  let open = true;
  return {
    host,
    port: own,
    received,
    say: (data, to = own) => {
      if (open) socket.send(data, to, '127.0.0.1');
    },
    close: async () => {
      if (!open) return;
      open = false;
      const closed = once(socket, 'close');
      socket.close();
      await closed;
    },
  };
}

/** Applies a plugin whose devices speak UDP, together with sockets on 127.0.0.1. */
export async function applyWithUdp<Options>(
  plugin: Plugin<Options>,
  overrides: Parameters<typeof applyPlugin>[2] = {},
): Promise<AppliedPlugin & { readonly pool: UdpPool }> {
  const pool = createUdpPool({ address: '127.0.0.1' });
  const applied = await applyPlugin(plugin, undefined, {
    clock: systemClock,
    services: {
      provide() {},
      use: (name, use) => {
        if (name === 'udp') use(pool as never);
      },
    },
    ...overrides,
  });
  return {
    ...applied,
    pool,
    remove: async () => {
      await applied.remove();
      await pool.close();
    },
  };
}
