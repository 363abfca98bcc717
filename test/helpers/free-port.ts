import { createServer } from 'node:net';

const { VITEST_POOL_ID = '0' } = process.env;

const COUNT = 3_000;
/**
 * Below those that systems give away by themselves, so that no connection or server of somebody else takes one meanwhile; tests
 * that run side by side have their own.
 */
const FIRST = 20_000 + (Number(VITEST_POOL_ID) % 4) * COUNT;

/** Other processes of the same number begin elsewhere. */
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
