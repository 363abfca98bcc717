import type { PostgresPool, PostgresPoolClient } from 'kysely';
import { Client, type ClientConfig, types } from 'pg';

export interface ConnectionOptions {
  readonly config: ClientConfig;
  /** Goes before that of an address; absent: that one counts */
  readonly password?: string | undefined;
  /** Called with each new connection before it is used; a rejection closes it again. */
  readonly prepare: (client: Client) => Promise<void>;
}

/** 64-bit integers: our times, lengths and counts are all exact as numbers. */
const INT8 = 20;

/** One connection, so that accesses keep their order. One that is lost is replaced when it is needed next. */
export class Connection implements PostgresPool {
  readonly options: ClientConfig;
  readonly #prepare: ConnectionOptions['prepare'];
  readonly #password: string | undefined;
  #open: Promise<{ readonly client: Client; readonly shared: PostgresPoolClient }> | undefined;
  #newest: Client | undefined;
  #ended = false;

  constructor({ config, password, prepare }: ConnectionOptions) {
    this.options = { ...config, application_name: 'evcc', keepAlive: true, types: { getTypeParser } };
    this.#prepare = prepare;
    this.#password = password;
  }

  async connect(): Promise<PostgresPoolClient> {
    if (this.#ended) throw new Error('the database was closed');
    this.#open ??= this.#connect().catch((error: unknown): never => {
      this.#open = undefined;
      throw error;
    });
    return (await this.#open).shared;
  }

  /** The connection is not used any more; the next access makes a new one. */
  drop(): void {
    const open = this.#open;
    this.#open = undefined;
    open?.then(({ client }) => client.end()).catch(() => {});
  }

  async end(): Promise<void> {
    this.#ended = true;
    const open = await this.#open?.catch(() => undefined);
    await open?.client.end().catch(() => {});
  }

  async #connect(): Promise<{ readonly client: Client; readonly shared: PostgresPoolClient }> {
    const client = new Client(this.options);
    // The driver would prefer the one in the address.
    if (this.#password !== undefined) client.password = this.#password;
    this.#newest = client;
    // One that ends late must not take its successor along.
    const forget = (): void => {
      if (this.#newest === client) this.#open = undefined;
    };
    // Without a listener a server that ends would end this process, too.
    client.on('error', forget);
    client.on('end', forget);
    try {
      await client.connect();
      await this.#prepare(client);
    } catch (error) {
      client.end().catch(() => {});
      throw error;
    }
    const query = client.query.bind(client) as unknown as PostgresPoolClient['query'];
    return { client, shared: { query, release: () => {} } };
  }
}

function getTypeParser(oid: number, format?: 'text' | 'binary'): (text: string) => unknown {
  return oid === INT8 && format !== 'binary' ? Number : (types.getTypeParser(oid, 'text') as (text: string) => unknown);
}
