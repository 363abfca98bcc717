import { createServer } from 'node:net';

/** Below those that systems give away by themselves, so that no connection or server of somebody else takes one meanwhile. */
const [FIRST, COUNT] = [20_000, 10_000];

/** Processes that run side by side begin elsewhere. */
let next = process.pid * 61;

/** A port on loopback that nobody uses. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST + (next % COUNT);
    next += 1;
    const server = createServer();
    const free = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true));
    });
    await new Promise((resolve) => server.close(resolve));
    if (free) return port;
  }
}
