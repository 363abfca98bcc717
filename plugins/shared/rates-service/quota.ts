import { createHash } from 'node:crypto';
import type { DeviceContext, Store } from '../../../core/index.ts';

/** Requests that an account has left on a day (UTC), counted in the database, so that a restart does not give new ones. */

export interface Quota {
  /** Takes one of them. Errors: `EVCC_DEVICE_UNAVAILABLE` when all are used up. */
  take(): Promise<void>;
}

/** The accounts of one plugin. */
export interface Quotas {
  /** `account` is what tells it from others, and may be a secret; devices with the same one share its requests. */
  open(account: string, perDay: number): Quota;
}

interface Used {
  /** Such as `2026-03-14` */
  readonly day: string;
  readonly requests: number;
}

export function createQuotas(
  runtime: Pick<DeviceContext, 'clock' | 'time' | 'fail'> & { readonly store: Pick<Store, 'memory'> },
): Quotas {
  // The database is opened after plugins are applied.
  const { clock, time, fail } = runtime;
  const accounts = new Map<string, { used: Used | undefined; turn: Promise<void> }>();

  async function take(key: string, account: { used: Used | undefined }, perDay: number): Promise<void> {
    const day = time.format(clock.now()).slice(0, 'YYYY-MM-DD'.length);
    account.used ??= parse((await runtime.store.memory.all()).get(key));
    const requests = account.used?.day === day ? account.used.requests : 0;
    if (requests >= perDay) fail('EVCC_DEVICE_UNAVAILABLE', `the ${perDay} requests of the day are used up`);
    account.used = { day, requests: requests + 1 };
    // A database that fails keeps nobody from asking.
    await runtime.store.memory.save(new Map([[key, JSON.stringify(account.used)]])).catch(() => {});
  }

  return {
    open: (name, perDay) => {
      const key = `quota.${createHash('sha256').update(name).digest('base64url')}`;
      const account = accounts.get(key) ?? { used: undefined, turn: Promise.resolve() };
      accounts.set(key, account);
      return {
        take: () => {
          const taken = account.turn.then(() => take(key, account, perDay));
          account.turn = taken.catch(() => {});
          return taken;
        },
      };
    },
  };
}

/** What was stored; `undefined`: nothing that makes sense. */
function parse(text: string | undefined): Used | undefined {
  try {
    const { day, requests } = JSON.parse(text ?? '') as Readonly<Record<string, unknown>>;
    return typeof day === 'string' && typeof requests === 'number' ? { day, requests } : undefined;
  } catch {
    return undefined;
  }
}
