import { homedir } from 'node:os';
import { resolve } from 'node:path';
import Type from 'typebox';
import type { Plugin } from '../../../core/index.ts';
import type { OptionsOf } from '../../shared/options.ts';
import { defaultFile } from './location.ts';
import { MEMORY, openStore } from './open.ts';

const schema = Type.Object({
  file: Type.Optional(
    Type.String({
      description:
        'Path of the database, relative to the folder of the configuration; `:memory:` keeps nothing. Default: `evcc.db` in the data folder of the user',
      minLength: 1,
    }),
  ),
});

/** Options of a `sqlite` store. */
export interface SqliteStoreOptions {
  /** Path, relative to the folder of the configuration; `:memory:` keeps nothing. Default: in the user's data folder */
  file?: string;
}

declare module 'evcc' {
  interface StoreTypes {
    sqlite: SqliteStoreOptions;
  }
}

/** Keeps settings and sessions in one file, with the SQLite that is part of Node. */
const sqlite: Plugin = {
  name: 'storage-sqlite',
  apply(evcc) {
    evcc.stores.define('sqlite', {
      schema,
      create({ file }: OptionsOf<typeof schema, SqliteStoreOptions>, context) {
        if (file === MEMORY) return openStore(MEMORY, context);
        const path = file ?? defaultFile({ platform: process.platform, env: process.env, home: homedir() });
        return openStore(resolve(context.directory, path), context);
      },
    });
  },
};

export default sqlite;
