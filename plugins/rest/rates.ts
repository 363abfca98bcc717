import type { Clock } from '../../core/index.ts';

/** What one client may take in a second, and at once after a pause. Reading takes 1, a change 10. */
const PER_SECOND = 20_000;
const AT_ONCE = 40_000;
/** Clients that are remembered */
const MOST = 1_000;

interface Account {
  left: number;
  /** ms since the epoch */
  at: number;
}

/** Bounds what one client may ask for, so that it leaves something for the others. */
export interface Rates {
  /** ms to wait until a client may ask for this, 0: now, and it is taken */
  take(client: string, cost: number): number;
}

export function createRates(clock: Pick<Clock, 'now'>): Rates {
  const accounts = new Map<string, Account>();
  return {
    take(client, cost) {
      const now = clock.now();
      let account = accounts.get(client);
      if (!account) {
        account = { left: AT_ONCE, at: now };
        accounts.set(client, account);
        const [oldest] = accounts.keys();
        if (accounts.size > MOST && oldest !== undefined) accounts.delete(oldest);
      }
      const passed = Math.max(0, now - account.at);
      account.left = Math.min(AT_ONCE, account.left + (passed * PER_SECOND) / 1_000);
      account.at = now;
      if (account.left < cost) return Math.ceil(((cost - account.left) / PER_SECOND) * 1_000);
      account.left -= cost;
      return 0;
    },
  };
}
