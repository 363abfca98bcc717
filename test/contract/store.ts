import assert from 'node:assert/strict';
import type { HistoryRow, Session, SessionEdit, Store } from '../../core/index.ts';
import type { ContractCase } from './peer.ts';

/** A store that is empty at first, and the database behind it. */
export interface StorePeer {
  readonly store: Store;
  /** Closes the store and opens it again as after a restart; absent: it keeps nothing */
  reopen?(): Promise<Store>;
  /** Ends and removes the database. The contract closes the stores. */
  close(): Promise<void> | void;
}

const NOON = Date.parse('2025-06-15T12:00:00Z');

const SHORT: Session = {
  created: NOON,
  loadpoint: 'Garage',
  vehicle: '',
  identifier: '',
  energy: 0,
  duration: 0,
};

const FULL: Session = {
  created: NOON + 0.5 * 3_600_000 + 1,
  finished: NOON + 2 * 3_600_000 + 123,
  loadpoint: 'Garage "links"; – 東',
  vehicle: "Oma's ë-Auto",
  identifier: '04:ab:12',
  odometer: 48_211.5,
  meterStart: 1_234_567.8,
  meterStop: 1_245_678.9,
  energy: 11_111.1,
  duration: 5_400_000,
  solarPercentage: 66.7,
  price: -0.1234,
  pricePerKwh: 0.305,
  co2PerKwh: 0,
  socStart: 20.5,
  socEnd: 80,
  addedRange: 210.4,
  referencePricePerKwh: 0.32,
  referenceCo2PerKwh: 0.5,
};

const QUARTER = 900_000;

/** A slot of a series, quarter hours after noon. */
function slot(series: string, quarter: number, mean = quarter, length = QUARTER): HistoryRow {
  return { series, start: NOON + quarter * QUARTER, length, mean, known: length / 2 };
}

/** What every store has to do, as cases for any test runner. Each case sets up an empty store of its own. */
export function storeContract(setup: () => Promise<StorePeer>): ContractCase[] {
  const contract = (title: string, body: (open: Opened) => Promise<void>): ContractCase => ({
    title: `store: ${title}`,
    run: async () => {
      const peer = await setup();
      const open = { store: peer.store, reopen: peer.reopen?.bind(peer) };
      try {
        await body(open);
      } finally {
        await open.store.close();
        await peer.close();
      }
    },
  });

  return [
    contract('an empty store has no settings and no sessions', async ({ store }) => {
      assert.equal((await store.settings.all()).size, 0);
      assert.deepEqual(await store.sessions.list(), []);
    }),

    contract('settings are what was last set', async ({ store }) => {
      await store.settings.set('loadpoint.garage.mode', 'pv');
      await store.settings.set('site.prioritySoc', '50');
      await store.settings.set('loadpoint.garage.mode', 'now');
      assert.deepEqual(sorted(await store.settings.all()), [
        ['loadpoint.garage.mode', 'now'],
        ['site.prioritySoc', '50'],
      ]);
    }),

    contract('keys and values may be any text', async ({ store }) => {
      const texts = [
        '',
        ' ',
        "it's; drop table settings --",
        'ë 東 🚗',
        'a\nb\t"c"',
        'x'.repeat(100_000),
        '007',
        'null',
      ];
      for (const text of texts) await store.settings.set(`key ${text}`, text);
      assert.deepEqual(
        sorted(await store.settings.all()),
        texts.map((text) => [`key ${text}`, text]).sort(([a = ''], [b = '']) => compare(a, b)),
      );
    }),

    contract('a deleted setting is gone, and deleting it again does nothing', async ({ store }) => {
      await store.settings.set('site.telemetry', 'true');
      await store.settings.set('site.bufferSoc', '80');
      await store.settings.delete('site.telemetry');
      await store.settings.delete('site.telemetry');
      assert.deepEqual(sorted(await store.settings.all()), [['site.bufferSoc', '80']]);
    }),

    contract('of settings written at the same time the last one holds', async ({ store }) => {
      await Promise.all(Array.from({ length: 50 }, (_, value) => store.settings.set('site.bufferSoc', String(value))));
      assert.deepEqual(sorted(await store.settings.all()), [['site.bufferSoc', '49']]);
    }),

    contract('what was answered does not change afterwards', async ({ store }) => {
      const before = await store.settings.all();
      await store.settings.set('site.bufferSoc', '80');
      assert.equal(before.size, 0);
    }),

    contract('an empty store remembers nothing, and saving nothing does nothing', async ({ store }) => {
      await store.memory.save(new Map());
      assert.equal((await store.memory.all()).size, 0);
    }),

    contract('memory is what was last saved, without what was deleted', async ({ store }) => {
      await store.memory.save(
        new Map([
          ['alive', '1'],
          ['loadpoint.garage', '{"enabled":true}'],
          ['plans', '[]'],
        ]),
      );
      await store.memory.save(
        new Map([
          ['alive', '2'],
          ['plans', null],
          ['never', null],
        ]),
      );
      assert.deepEqual(sorted(await store.memory.all()), [
        ['alive', '2'],
        ['loadpoint.garage', '{"enabled":true}'],
      ]);
      assert.equal((await store.settings.all()).size, 0);
    }),

    contract('much can be saved at once', async ({ store }) => {
      const many = Array.from({ length: 1_500 }, (_, index) => [`loadpoint.${index}`, String(index)] as const);
      await store.memory.save(new Map(many));
      assert.equal((await store.memory.all()).size, 1_500);
      await store.memory.save(new Map(many.slice(1).map(([key]) => [key, null])));
      assert.deepEqual(sorted(await store.memory.all()), [['loadpoint.0', '0']]);
    }),

    contract('a session comes back with every field, and absent ones absent', async ({ store }) => {
      const short = await store.sessions.save(SHORT);
      const full = await store.sessions.save(FULL);
      assert.notEqual(short, full);
      assert.deepEqual(await store.sessions.list(), [
        { ...FULL, id: full },
        { ...SHORT, id: short },
      ]);
    }),

    contract('sessions from elsewhere get ids of their own', async ({ store }) => {
      const id = await store.sessions.save(SHORT);
      await store.sessions.add([]);
      await store.sessions.add([{ ...FULL, id }, ...Array.from({ length: 1_200 }, () => SHORT)]);
      const listed = await store.sessions.list();
      const [full] = listed;
      assert.deepEqual(full, { ...FULL, id: full?.id });
      assert.equal(new Set(listed.map((session) => session.id)).size, 1_202);
    }),

    contract('saving a session again replaces it and nothing else', async ({ store }) => {
      const other = await store.sessions.save(SHORT);
      const id = await store.sessions.save(FULL);
      const { finished: _, ...running } = FULL;
      assert.equal(await store.sessions.save({ ...running, id, energy: 12_000 }), id);
      assert.deepEqual(await store.sessions.list(), [
        { ...running, id, energy: 12_000 },
        { ...SHORT, id: other },
      ]);
    }),

    contract('a session saved again leaves alone what is kept of it', async ({ store }) => {
      const id = await store.sessions.save(FULL);
      const { odometer: _, ...without } = FULL;
      const next = { ...without, id, loadpoint: 'Carport', vehicle: 'Zoe', energy: 12_000 };
      await store.sessions.save(next, ['vehicle', 'odometer']);
      assert.deepEqual(await store.sessions.list(), [{ ...next, vehicle: FULL.vehicle, odometer: FULL.odometer }]);
      await store.sessions.save(next, ['loadpoint']);
      assert.deepEqual(await store.sessions.list(), [next]);
      await store.sessions.save({ ...next, odometer: 5 }, ['odometer']);
      assert.deepEqual(await store.sessions.list(), [next]);
    }),

    contract('an edit changes what it names of one session and nothing else', async ({ store }) => {
      const other = await store.sessions.save(SHORT);
      const id = await store.sessions.save(FULL);
      const edit = async (changes: SessionEdit): Promise<Session | undefined> => {
        assert.equal(await store.sessions.edit(id, changes), true);
        const [edited, untouched] = await store.sessions.list();
        assert.deepEqual(untouched, { ...SHORT, id: other });
        return edited;
      };
      assert.deepEqual(await edit({}), { ...FULL, id });
      assert.deepEqual(await edit({ vehicle: '' }), { ...FULL, id, vehicle: '' });
      assert.deepEqual(await edit({ vehicle: `"; 東'` }), { ...FULL, id, vehicle: `"; 東'` });
      assert.deepEqual(await edit({ loadpoint: 'Carport', vehicle: FULL.vehicle }), {
        ...FULL,
        id,
        loadpoint: 'Carport',
      });
      const { odometer: _, ...unread } = FULL;
      assert.deepEqual(await edit({ loadpoint: FULL.loadpoint, odometer: null }), { ...unread, id });
      assert.deepEqual(await edit({ odometer: 0 }), { ...FULL, id, odometer: 0 });
    }),

    contract('a deleted session stays deleted, and its id is not given again', async ({ store }) => {
      const other = await store.sessions.save(SHORT);
      const id = await store.sessions.save(FULL);
      assert.equal(await store.sessions.delete(id), true);
      assert.equal(await store.sessions.save({ ...FULL, id }), id);
      assert.deepEqual(await store.sessions.list(), [{ ...SHORT, id: other }]);
      assert.equal(await store.sessions.delete(id), false);
      assert.equal(await store.sessions.edit(id, { vehicle: 'Zoe' }), false);
      assert.equal(await store.sessions.edit(id, {}), false);
      assert.notEqual(await store.sessions.save(SHORT), id);
    }),

    contract('sessions are listed from a time on and before another', async ({ store }) => {
      for (const created of [NOON - 1, NOON, NOON + 1, NOON + 2]) await store.sessions.save({ ...SHORT, created });
      const listed = async (created: { from?: number; until?: number }): Promise<number[]> =>
        (await store.sessions.list(created)).map((session) => session.created - NOON);
      assert.deepEqual(await listed({}), [2, 1, 0, -1]);
      assert.deepEqual(await listed({ from: NOON }), [2, 1, 0]);
      assert.deepEqual(await listed({ until: NOON }), [-1]);
      assert.deepEqual(await listed({ from: NOON, until: NOON + 2 }), [1, 0]);
      assert.deepEqual(await listed({ from: NOON + 2, until: NOON }), []);
    }),

    contract('sessions are listed newest first, also when they began together', async ({ store }) => {
      const ids: number[] = [];
      for (const hour of [3, 1, 2, 2]) {
        ids.push(await store.sessions.save({ ...SHORT, created: NOON + hour * 3_600_000 }));
      }
      const listed = (await store.sessions.list()).map((session) => session.id);
      assert.deepEqual(listed, [ids[0], ids[3], ids[2], ids[1]]);
    }),

    contract('history is what was last saved, sorted by time and series', async ({ store }) => {
      assert.deepEqual(await store.history.list(), []);
      assert.deepEqual(await store.history.series(), []);
      const later = slot('pvPower', 2, -0.000_123);
      await store.history.save([later, slot('pvPower', 0), slot('homePower', 2), slot('chargePower.東', 0)]);
      await store.history.save([{ ...slot('pvPower', 0), mean: 1e9, known: 1 }]);
      await store.history.save([]);
      assert.deepEqual(await store.history.list(), [
        slot('chargePower.東', 0),
        { ...slot('pvPower', 0), mean: 1e9, known: 1 },
        slot('homePower', 2),
        later,
      ]);
      assert.deepEqual(await store.history.series(), ['chargePower.東', 'homePower', 'pvPower']);
    }),

    contract('history is listed by series, time, length and number', async ({ store }) => {
      const hour = slot('pvPower', -4, 0, 4 * QUARTER);
      const rows = [hour, slot('homePower', 0), slot('pvPower', 0), slot('pvPower', 1), slot('pvPower', 2)];
      await store.history.save(rows);
      const [, home, first, second, third] = rows;
      assert.deepEqual(await store.history.list({ series: ['homePower', 'gridImport'] }), [home]);
      assert.deepEqual(await store.history.list({ series: [] }), []);
      assert.deepEqual(await store.history.list({ from: NOON + QUARTER }), [second, third]);
      assert.deepEqual(await store.history.list({ until: NOON }), [hour]);
      assert.deepEqual(await store.history.list({ series: ['pvPower'], from: NOON, until: NOON + 2 * QUARTER }), [
        first,
        second,
      ]);
      assert.deepEqual(await store.history.list({ shorterThan: 4 * QUARTER, most: 1 }), [home]);
      assert.deepEqual(await store.history.list({ most: 2 }), [hour, home]);
    }),

    contract('rows of a span are replaced by others, and no others', async ({ store }) => {
      const quarters = [0, 1, 2, 3, 4].map((quarter) => slot('pvPower', quarter));
      const before = slot('pvPower', -1);
      await store.history.save([before, slot('homePower', 1), ...quarters]);
      const hour = slot('pvPower', 0, 1.5, 4 * QUARTER);
      await store.history.replace({ from: NOON, until: NOON + 4 * QUARTER }, [hour]);
      assert.deepEqual(await store.history.list(), [before, hour, slot('pvPower', 4)]);
      await store.history.replace({ from: NOON, until: NOON + 4 * QUARTER }, []);
      assert.deepEqual(await store.history.list(), [before, slot('pvPower', 4)]);
    }),

    contract('much history can be saved at once', async ({ store }) => {
      const many = Array.from({ length: 1_500 }, (_, quarter) => slot('pvPower', quarter));
      await store.history.save(many);
      assert.deepEqual(await store.history.list(), many);
    }),

    contract('everything is there again after a restart', async (open) => {
      if (!open.reopen) return;
      await open.store.settings.set('site.bufferSoc', '80');
      await open.store.settings.set('site.telemetry', 'true');
      await open.store.settings.delete('site.telemetry');
      const id = await open.store.sessions.save(FULL);
      await open.store.memory.save(new Map([['alive', '1']]));
      await open.store.history.save([slot('pvPower', 0)]);
      await open.store.close();
      open.store = await open.reopen();
      assert.deepEqual(sorted(await open.store.settings.all()), [['site.bufferSoc', '80']]);
      assert.deepEqual(sorted(await open.store.memory.all()), [['alive', '1']]);
      assert.deepEqual(await open.store.history.list(), [slot('pvPower', 0)]);
      assert.deepEqual(await open.store.sessions.list(), [{ ...FULL, id }]);
      assert.notEqual(await open.store.sessions.save(SHORT), id);
    }),

    contract('it says where it keeps data if it keeps them', async ({ store, reopen }) => {
      assert.equal(store.location !== undefined, reopen !== undefined);
    }),

    contract('writes under way when it is closed are done, and closing again does nothing', async (open) => {
      const written = open.store.settings.set('site.bufferSoc', '80');
      await Promise.all([open.store.close(), written]);
      await open.store.close();
      if (!open.reopen) return;
      open.store = await open.reopen();
      assert.deepEqual(sorted(await open.store.settings.all()), [['site.bufferSoc', '80']]);
    }),
  ];
}

interface Opened {
  /** The contract closes it */
  store: Store;
  readonly reopen: (() => Promise<Store>) | undefined;
}

function sorted(settings: ReadonlyMap<string, string>): [string, string][] {
  return [...settings].sort(([a], [b]) => compare(a, b));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
