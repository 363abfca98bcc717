import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import { createTurns } from '../../../../plugins/shared/http/turns.ts';
import { FakeClock, settle } from '../../../helpers/fake-clock.ts';
import { failure, setUp, soon } from './setup.ts';

const now = Date.parse('2025-06-15T12:00:00Z');

describe('turns', () => {
  test('one after the other, with a pause between their beginnings', async () => {
    const clock = new FakeClock(now);
    const turns = createTurns(1_000, clock);
    const seen: [string, number][] = [];
    const run = async (name: string, length: number): Promise<void> => {
      const end = await turns.begin(soon());
      seen.push([name, clock.now() - now]);
      await clock.sleep(length);
      end();
    };
    const all = Promise.all([run('short', 100), run('long', 2_500), run('last', 0)]);
    await clock.until(all, 100);
    assert.deepEqual(seen, [
      ['short', 0],
      ['long', 1_000],
      ['last', 3_500],
    ]);
  });

  test('who gives up waiting neither holds the others up nor lets them overtake', async () => {
    const clock = new FakeClock(now);
    const turns = createTurns(0, clock);
    const first = await turns.begin(soon());
    const impatient = new AbortController();
    const second = turns.begin(impatient.signal);
    let isThird = false;
    const third = turns.begin(soon()).then(() => {
      isThird = true;
    });
    impatient.abort();
    (await second)();
    await settle();
    assert.equal(isThird, false, 'the first is still at work');
    first();
    await third;
  });

  test('a clock that is put back makes nobody wait for longer than the pause', async () => {
    let time = now;
    const clock = new FakeClock(now);
    const turns = createTurns(1_000, {
      now: () => time,
      sleep: (ms, signal) => clock.sleep(ms, signal),
      after: clock.after,
    });
    (await turns.begin(soon()))();
    time = now - 86_400_000;
    const next = turns.begin(soon());
    await clock.advance(1_000);
    await next;
  });
});

describe('a client with a pace', () => {
  test('sends one request after the other, in the order in which they were made', async (t) => {
    const { device, http } = await setUp(t, { pace: 0 });
    let busy = 0;
    let most = 0;
    device.route('GET /x', () => {
      busy += 1;
      most = Math.max(most, busy, device.connections());
      busy -= 1;
      return { json: 1 };
    });
    await Promise.all([1, 2, 3].map((index) => http.json({ url: `${device.url}/x?index=${index}` }, soon())));
    assert.deepEqual(
      device.requests.map(({ query }) => query.get('index')),
      ['1', '2', '3'],
    );
    assert.equal(most, 1);
  });

  test('a request whose time is over before its turn is not sent, and those behind it are', async (t) => {
    const { device, http, clock } = await setUp(t, { pace: 1_000 });
    device.route('GET /x', { json: 1 });
    const url = `${device.url}/x`;
    await http.json({ url }, soon());
    const error = await failure(http.json({ url }, AbortSignal.timeout(20)));
    assert.equal(error.code, 'EVCC_DEVICE_UNAVAILABLE');
    assert.match(error.message, /no time left/);
    const next = http.json({ url }, soon());
    await clock.advance(1_000);
    await next;
    assert.equal(device.requests.length, 2);
  });

  test('closing ends the waiting', async (t) => {
    const { device, http } = await setUp(t, { pace: 60_000 });
    device.route('GET /x', { json: 1 });
    const url = `${device.url}/x`;
    await http.json({ url }, soon());
    const waiting = failure(http.json({ url }, soon()));
    await settle();
    http.close();
    assert.equal((await waiting).code, 'EVCC_DEVICE_UNAVAILABLE');
    assert.equal(device.requests.length, 1);
  });
});

describe('servers that want to be left alone', () => {
  for (const [status, field, seconds] of [
    [429, '120', 120],
    [503, '5', 5],
    [429, 'Sun, 15 Jun 2025 12:02:00 GMT', 120],
    [429, '99999999', 86_400],
  ] as const) {
    test(`${status} with ${field} is respected for ${seconds} s`, async (t) => {
      const { device, http, clock } = await setUp(t);
      const url = `${device.url}/x`;
      device.route('GET /x', { status, headers: { 'retry-after': field }, text: '' });
      assert.match((await failure(http.text({ url }, soon()))).message, new RegExp(`status ${status}`));
      device.route('GET /x', { text: 'fine' });
      const error = await failure(http.text({ url }, soon()));
      assert.equal(error.code, 'EVCC_DEVICE_UNAVAILABLE');
      assert.match(error.message, new RegExp(`/x: must not be asked for another ${seconds} s`));
      await clock.advance(seconds * 1_000 - 1);
      await failure(http.text({ url }, soon()));
      assert.equal(device.requests.length, 1);
      await clock.advance(1);
      assert.equal(await http.text({ url }, soon()), 'fine');
    });
  }

  for (const [status, field] of [
    [500, '120'],
    [429, 'soon'],
    [429, '-1'],
    [429, 'Sun, 99 Foo 2025 12:02:00 GMT'],
    [429, 'Sun, 15 Jun 2025 11:00:00 GMT'],
  ] as const) {
    test(`${status} with ${field} is an answer as any other`, async (t) => {
      const { device, http } = await setUp(t);
      device.route('GET /x', { status, headers: { 'retry-after': field }, text: '' });
      for (let turn = 0; turn < 2; turn += 1) await failure(http.text({ url: `${device.url}/x` }, soon()));
      assert.equal(device.requests.length, 2);
    });
  }

  test('other servers may be asked', async (t) => {
    const { device, http } = await setUp(t);
    const other = await setUp(t);
    device.route('GET /x', { status: 429, headers: { 'retry-after': '60' }, text: '' });
    other.device.route('GET /x', { json: 2 });
    await failure(http.json({ url: `${device.url}/x` }, soon()));
    assert.equal(await http.json({ url: `${other.device.url}/x` }, soon()), 2);
  });
});
