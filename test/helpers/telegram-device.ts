import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { startTcpServer } from './tcp-server.ts';

/** `refuse`: nothing listens. `hang`: takes the connection, sends nothing. `reset`: ends each connection at once. */
export type TelegramFault = 'refuse' | 'hang' | 'reset';

/** A device on loopback and a free port that sends by itself. */
export interface TelegramDevice {
  readonly port: number;
  /** Sends bytes to all who are connected, and from now on to those who connect. */
  send(bytes: Uint8Array): void;
  /** Ends all connections, and fails from now on. */
  fail(fault: TelegramFault): Promise<void>;
  recover(): Promise<void>;
  /** Connections that are open now, and that were ever opened */
  connections(): number;
  opened(): number;
  close(): Promise<void>;
}

export async function startTelegramDevice(): Promise<TelegramDevice> {
  let present: Uint8Array = Buffer.alloc(0);
  let fault: TelegramFault | undefined;
  const server = await startTcpServer((socket) => {
    socket.resume();
    if (fault === 'reset') socket.destroy();
    else if (!fault) socket.write(present);
  });
  return {
    port: server.port,
    send: (bytes) => {
      present = bytes;
      for (const socket of server.sockets) socket.write(bytes);
    },
    fail: async (wanted) => {
      fault = wanted;
      await server.stop();
      if (wanted !== 'refuse') await server.listen();
    },
    recover: async () => {
      fault = undefined;
      await server.stop();
      await server.listen();
    },
    connections: () => server.sockets.size,
    opened: server.opened,
    close: server.stop,
  };
}

/** A serial port without hardware: a pseudo-terminal. */
export interface SerialLine {
  /** Such as `/dev/pts/3` */
  readonly path: string;
  /** Lets bytes arrive at the port. */
  send(bytes: Uint8Array): void;
  close(): Promise<void>;
}

/** `script`, which every Debian has, makes the pseudo-terminal and passes its own input on to it. */
export async function startSerialLine(): Promise<SerialLine> {
  const child = spawn('script', ['-qfec', 'tty; exec sleep 60', '/dev/null'], { stdio: ['pipe', 'pipe', 'ignore'] });
  const [path] = (await once(child.stdout, 'data')) as [Buffer];
  return {
    path: path.toString().trim(),
    send: (bytes) => void child.stdin.write(bytes),
    close: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}
