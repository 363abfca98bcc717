import { Client } from 'pg';
import type { DeviceContext, Store } from '../../../core/index.ts';
import { openStore } from './open.ts';

/** Opens the database at an address. Errors: `EVCC_CONFIG_INVALID` for one that is none, `EVCC_STORE_FAILED`. */
export function connect(url: string, password: string | undefined, context: DeviceContext): Promise<Store> {
  const { host, port, user = '', database = user } = parsed(url, context);
  return openStore(url, password, { host, port, user, database }, context);
}

/** What the driver makes of an address; environment variables such as PGHOST fill in what is missing. */
function parsed(url: string, { fail }: DeviceContext): Client {
  try {
    return new Client({ connectionString: url });
  } catch {
    // The message of the driver would show the address with the password in it.
    return fail('EVCC_CONFIG_INVALID', 'database.url is no address: write postgres://user:password@host:5432/database');
  }
}
