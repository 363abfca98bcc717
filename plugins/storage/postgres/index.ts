import Type from 'typebox';
import type { Plugin } from '../../../core/index.ts';
import type { OptionsOf } from '../../shared/options.ts';

const schema = Type.Object({
  url: Type.String({
    description:
      'Address as `postgres://user:password@host:5432/database`, with `?sslmode=verify-full` for TLS; characters such as @ and / are percent-encoded',
    pattern: '^postgres(ql)?://',
  }),
  password: Type.Optional(
    Type.String({ description: 'Password of the user, instead of one in the address', minLength: 1, secret: true }),
  ),
});

/** Options of a `postgres` store. */
export interface PostgresStoreOptions {
  /** `postgres://user:password@host:5432/database`, with `?sslmode=verify-full` for TLS */
  url: string;
  /** Instead of one in the address */
  password?: string;
}

declare module 'evcc' {
  interface StoreTypes {
    postgres: PostgresStoreOptions;
  }
}

/** Keeps everything in a PostgreSQL database, which may be on another machine. */
const postgres: Plugin = {
  name: 'storage-postgres',
  apply(evcc) {
    evcc.stores.define('postgres', {
      schema,
      async create({ url, password }: OptionsOf<typeof schema, PostgresStoreOptions>, context) {
        // Only houses that use it load the driver.
        const { connect } = await import('./connect.ts');
        return await connect(url, password, context);
      },
    });
  },
};

export default postgres;
