import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { systemClock } from '../../../core/clock.ts';
import type { Clock, Store } from '../../../core/index.ts';
import { storeContract } from '../../contract/store.ts';
import { FakeClock } from '../../helpers/fake-clock.ts';
import { freePort } from '../../helpers/free-port.ts';
import { PASSWORD, type Postgres, startPostgres } from '../../helpers/postgres.ts';
import { openPostgres } from './postgres.ts';
import { failure } from './sqlite.ts';

let server: Postgres;

beforeAll(async () => {
  server = await startPostgres();
}, 120_000);

afterAll(() => server.close());

/** A clock whose pauses are short, so that what is not there is not waited for. */
const impatient: Clock = { ...systemClock, sleep: () => systemClock.sleep(1) };

const SESSION = { created: 1, loadpoint: '', vehicle: '', identifier: '', energy: 0, duration: 0 };

describe('the PostgreSQL store', () => {
  const cases = storeContract(async () => {
    const url = await server.schema();
    return { store: await openPostgres({ url }), reopen: () => openPostgres({ url }), close() {} };
  });
  for (const { title, run } of cases) test(title, run);
});

describe('who cannot be let in', () => {
  const refused = async (url: string, password?: string): Promise<string> => {
    const opening = openPostgres({ url, ...(password !== undefined && { password }) }, { clock: impatient });
    const { code, message } = await failure(opening);
    assert.equal(code, 'EVCC_STORE_FAILED');
    for (const secret of [PASSWORD, encodeURIComponent(PASSWORD), 'guess'])
      assert.ok(!message.includes(secret), message);
    return message;
  };

  test('a wrong password is named', async () => {
    assert.match(
      await refused(server.url('postgres', 'evcc', 'guess')),
      /^PostgreSQL at 127\.0\.0\.1:\d+ refuses the password of user evcc\. Correct it in database\.url/,
    );
  });

  test('a password of its own goes before that of the address', async () => {
    const url = await server.schema();
    await refused(url, 'guess');
    const store = await openPostgres({ url: url.replace(encodeURIComponent(PASSWORD), 'guess'), password: PASSWORD });
    assert.match(String(store.location), /^PostgreSQL database postgres at 127\.0\.0\.1:\d+$/);
    await store.close();
  });

  test('a database that does not exist is named, with how it is made', async () => {
    assert.match(await refused(server.url('nothing')), /has no database nothing\. Create it with "createdb nothing"/);
  });

  test('a user without rights is told which', async () => {
    await server.query("create role guest login password 'guess'; create schema closed; create schema locked");
    await server.query('grant usage on schema locked to guest');
    for (const schema of ['closed', 'locked']) {
      const options = encodeURIComponent(`-c search_path=${schema}`);
      assert.match(
        await refused(`${server.url('postgres', 'guest', 'guess')}?options=${options}`),
        /^User guest may not do that .* Make it the owner: ALTER DATABASE postgres OWNER TO guest/,
      );
    }
  });

  test('a server that is not there is named', async () => {
    const port = await freePort();
    assert.match(
      await refused(`postgres://evcc:${encodeURIComponent(PASSWORD)}@127.0.0.1:${port}/evcc`),
      /^PostgreSQL cannot be reached: nothing listens at 127\.0\.0\.1:\d+\. Is it running\?/,
    );
  });

  test('an address that is none is no secret spilt', async () => {
    const { code, message } = await failure(openPostgres({ url: 'postgres://evcc:guess@[/evcc' }));
    assert.equal(code, 'EVCC_CONFIG_INVALID');
    assert.ok(!message.includes('guess'), message);
  });

  test('a second evcc is refused until the first one ended, and may read meanwhile', async () => {
    const url = await server.schema();
    const first = await openPostgres({ url });
    await first.settings.set('site.bufferSoc', '80');
    assert.match(await refused(url), /^The PostgreSQL database postgres at .* is in use by another evcc\. End it/);
    const reader = await openPostgres({ url }, { reading: true });
    assert.deepEqual([...(await reader.settings.all())], [['site.bufferSoc', '80']]);
    assert.equal((await failure(reader.settings.set('site.bufferSoc', '90'))).code, 'EVCC_STORE_FAILED');
    await reader.close();
    await first.close();
    await (await openPostgres({ url })).close();
  });

  test('a database of a newer release, and one of another program, are refused and not touched', async () => {
    const url = await server.schema();
    await (await openPostgres({ url })).close();
    const schema = /house\d+/.exec(url)?.[0];
    await server.query(`insert into ${schema}.evcc_migrations values (9, 1)`);
    assert.match(await refused(url), /newer release \(its version is 9, this release knows 4\)/);

    const other = await server.schema();
    await server.query(`create table ${/house\d+/.exec(other)?.[0]}.settings (key text)`);
    assert.match(await refused(other), /belongs to another program \(it has the tables settings\)/);
  });
});

describe('a server that goes away', () => {
  test('is waited for, and nothing that was acknowledged is lost', async () => {
    const clock = new FakeClock();
    const store = await openPostgres({ url: await server.schema() }, { clock });
    await store.settings.set('site.bufferSoc', '80');
    await server.stop();
    const written = store.settings.set('site.bufferSoc', '90');
    const saved = store.sessions.save(SESSION);
    await clock.advance(5_000);
    await server.start();
    await clock.until(Promise.all([written, saved]));
    assert.deepEqual([...(await store.settings.all())], [['site.bufferSoc', '90']]);
    assert.equal((await store.sessions.list()).length, 1);
    await store.close();
  });

  test('is an error after some seconds, and used again when it is back, by this evcc alone', async () => {
    const url = await server.schema();
    const store = await openPostgres({ url }, { clock: impatient });
    await server.stop();
    const { code, message } = await failure(store.settings.set('site.bufferSoc', '80'));
    assert.equal(code, 'EVCC_STORE_FAILED');
    assert.match(message, /cannot be reached/);
    await server.start();
    await store.settings.set('site.bufferSoc', '90');
    assert.match((await failure(openPostgres({ url }))).message, /in use by another evcc/);
    await store.close();
  });

  test('ends no process when nobody was using it, and closing without it works', async () => {
    const store: Store = await openPostgres({ url: await server.schema() });
    await server.stop();
    await store.close();
    await server.start();
  });

  test('whoever ends the connection does not end the store', async () => {
    const store = await openPostgres({ url: await server.schema() });
    await server.query("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'evcc'");
    await store.settings.set('site.bufferSoc', '80');
    assert.equal((await store.settings.all()).get('site.bufferSoc'), '80');
    await store.close();
  });
});
