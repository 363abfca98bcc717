import { expect, onTestFinished, test } from 'vitest';
import { type FakeHouse, startHouse } from '../../helpers/house.ts';
import { connectLive } from './live-client.ts';

async function begin(): Promise<FakeHouse & { readonly url: string }> {
  const house = await startHouse(
    { onTestFinished },
    { loadpoints: [{ title: 'Garage', mode: 'pv' }], config: { rest: { port: 0, host: '127.0.0.1' } } },
  );
  const line = house.runtime.announcements.findLast((each) => each.startsWith('REST: ')) ?? '';
  return { ...house, url: /http:\/\/[^/]+/.exec(line)?.[0] ?? '' };
}

async function ask(url: string): Promise<{ status: number; result?: unknown; error?: unknown }> {
  const response = await fetch(url);
  return { status: response.status, ...((await response.json()) as object) };
}

test('the present decision and the changes, newest first, with times and durations of the dialect', async () => {
  const house = await begin();
  const { url } = house;
  expect(await ask(`${url}/api/loadpoints/1/decision`)).toEqual({
    status: 404,
    error: 'there is no loadpoint 1, or no cycle has ended yet',
  });
  await house.cycle();
  house.set({ pv: 6_000 });
  await house.run(30);
  expect(await ask(`${url}/api/loadpoints/1/decision`)).toMatchObject({
    status: 200,
    result: {
      at: '2025-06-15T12:00:30Z',
      loadpoint: 1,
      binding: { by: 'surplus', code: 'surplus-starting' },
      timers: { pv: { action: 'enable', since: '2025-06-15T12:00:10Z', delay: 60_000_000_000 } },
      inputs: { mode: 'pv', sitePower: -6_000 },
    },
  });
  const codes = async (query: string): Promise<unknown> => {
    const { result } = await ask(`${url}/api/loadpoints/1/decisions${query}`);
    return (result as { binding: { code: string } }[]).map(({ binding }) => binding.code);
  };
  expect(await codes('')).toEqual(['surplus-starting', 'surplus-low']);
  expect(await codes('?limit=1')).toEqual(['surplus-starting']);
  expect(await ask(`${url}/api/state`)).toMatchObject({
    result: { loadpoints: [{ decision: { at: '2025-06-15T12:00:10Z', binding: { code: 'surplus-starting' } } }] },
  });
});

test.for([
  ['/api/loadpoints/2/decision', 404, 'there is no loadpoint 2'],
  ['/api/loadpoints/2/decisions', 404, 'there is no loadpoint 2'],
  ['/api/loadpoints/0/decisions', 404, 'there is no loadpoint "0"'],
  ['/api/loadpoints/x/decision', 404, 'there is no loadpoint "x"'],
  ['/api/loadpoints/1/decisions?limit=0', 400, 'invalid limit: "0"; allowed is a whole number from 1 to 1000'],
  ['/api/loadpoints/1/decisions?limit=1001', 400, 'invalid limit'],
  ['/api/loadpoints/1/decisions?limit=-5', 400, 'invalid limit'],
  ['/api/loadpoints/1/decisions?limit=many', 400, 'invalid limit'],
] as const)('GET %s is refused with %i', async ([path, status, text]) => {
  const house = await begin();
  await house.cycle();
  expect(await ask(house.url + path)).toEqual({ status, error: expect.stringContaining(text) });
});

test('the WebSocket tells a decision when it changes something, and not in every cycle', async () => {
  const house = await begin();
  await house.cycle();
  const live = await connectLive(Number(new URL(house.url).port));
  house.set({ pv: 6_000 });
  for (let cycle = 0; cycle < 4; cycle += 1) {
    await house.cycle();
    // Pings of the server are answered in time.
    await live.caughtUp();
  }
  const decisions = (): unknown[] =>
    live.frames.flatMap((frame) => {
      const decision = frame['loadpoints.0.decision'];
      return decision === undefined ? [] : [decision];
    });
  expect(decisions()).toMatchObject([{ binding: { code: 'surplus-low' } }, { binding: { code: 'surplus-starting' } }]);
});
