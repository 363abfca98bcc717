import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import { share, shareRequests } from '../../../../plugins/shared/http/sharing.ts';
import { deviceContext } from '../../../contract/index.ts';
import { FakeClock, settle } from '../../../helpers/fake-clock.ts';
import { failure, setUp, soon } from './setup.ts';

function counter(options: { keep?: number; deadline?: number } = {}) {
  const clock = new FakeClock();
  const calls: { signal: AbortSignal; answer: PromiseWithResolvers<number> }[] = [];
  const load = (signal: AbortSignal): Promise<number> => {
    const answer = Promise.withResolvers<number>();
    calls.push({ signal, answer });
    return answer.promise;
  };
  return { clock, calls, shared: share(load, deviceContext({ clock }), options) };
}

describe('one answer for several', () => {
  test('those who ask at the same time share it, later ones ask anew', async () => {
    const { shared, calls } = counter();
    const both = Promise.all([shared.get(soon()), shared.get(soon())]);
    calls[0]?.answer.resolve(1);
    assert.deepEqual(await both, [1, 1]);
    const next = shared.get(soon());
    calls[1]?.answer.resolve(2);
    assert.equal(await next, 2);
    assert.equal(calls.length, 2);
  });

  test('it is kept for as long as wanted, but no failure is, and none of a time that is to come', async () => {
    const { shared, calls, clock } = counter({ keep: 1_000 });
    const broken = failure(shared.get(soon()));
    calls[0]?.answer.reject(new Error('broken'));
    assert.equal((await broken).message, 'broken');
    const first = shared.get(soon());
    calls[1]?.answer.resolve(1);
    await first;
    await clock.advance(999);
    assert.equal(await shared.get(soon()), 1);
    await clock.advance(1);
    const second = shared.get(soon());
    calls[2]?.answer.resolve(2);
    assert.equal(await second, 2);
    shared.forget();
    const third = shared.get(soon());
    calls[3]?.answer.resolve(3);
    assert.equal(await third, 3);
  });

  test('what was under way when it was forgotten is not kept', async () => {
    const { shared, calls } = counter({ keep: 1_000 });
    const old = shared.get(soon());
    shared.forget();
    const fresh = shared.get(soon());
    calls[1]?.answer.resolve(2);
    calls[0]?.answer.resolve(1);
    assert.deepEqual(await Promise.all([old, fresh]), [1, 2]);
    assert.equal(await shared.get(soon()), 2);
  });

  test('it ends with the last one who waits, and only for those who gave up', async () => {
    const { shared, calls } = counter();
    const [one, two] = [new AbortController(), new AbortController()];
    const first = failure(shared.get(one.signal));
    const second = failure(shared.get(two.signal));
    one.abort();
    assert.equal((await first).code, 'EVCC_DEVICE_UNAVAILABLE');
    assert.equal(calls[0]?.signal.aborted, false);
    two.abort();
    await second;
    assert.equal(calls[0]?.signal.aborted, true);
    assert.equal((await failure(shared.get(AbortSignal.abort()))).code, 'EVCC_DEVICE_UNAVAILABLE');
    assert.equal(calls.length, 1);
  });

  test('with a deadline it goes on although nobody waits, until then', async () => {
    const { shared, calls, clock } = counter({ deadline: 5_000 });
    const caller = new AbortController();
    const given = failure(shared.get(caller.signal));
    caller.abort();
    await given;
    assert.equal(calls[0]?.signal.aborted, false);
    const later = shared.get(soon());
    calls[0]?.answer.resolve(7);
    assert.equal(await later, 7);
    assert.equal(clock.pending, 0);
    void failure(shared.get(soon()));
    await clock.advance(5_000);
    assert.equal(calls[1]?.signal.aborted, true);
    calls[1]?.answer.reject(new Error('aborted'));
    await settle();
  });
});

describe('shared requests', () => {
  test('equal questions are asked once, others on their own', async (t) => {
    const { device, http, context, clock } = await setUp(t);
    device.route('GET /a', { json: { a: 1 } });
    device.route('GET /b', { json: { b: 1 } });
    const requests = shareRequests(http, context, { keep: 1_000 });
    const ask = (path: string) => requests.json({ url: device.url + path }, soon());
    assert.deepEqual(await Promise.all([ask('/a'), ask('/a'), ask('/b')]), [{ a: 1 }, { a: 1 }, { b: 1 }]);
    assert.equal(await requests.text({ url: `${device.url}/a` }, soon()), '{"a":1}');
    assert.equal(device.requests.length, 3);
    await clock.advance(900);
    await ask('/a');
    assert.equal(device.requests.length, 3);
    requests.forget();
    await ask('/a');
    await clock.advance(1_000);
    await ask('/a');
    assert.equal(device.requests.length, 5);
  });
});
