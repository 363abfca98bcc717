import { expect, test, vi } from 'vitest';
import { type Host, main } from '../../../core/cli/main.ts';
import { systemClock } from '../../../core/clock.ts';
import { temporaryFolder } from '../../helpers/folder.ts';

const HOUSE = {
  interval: 1,
  database: { type: 'sqlite', file: './evcc.db' },
  meters: { grid: { type: 'simulator', usage: 'grid' } },
  chargers: { garage: { type: 'simulator' } },
  site: { title: 'Hut', meters: { grid: 'grid' } },
  loadpoints: [{ title: 'Garage', charger: 'garage', mode: 'off' }],
  rest: { port: 0, host: '127.0.0.1' },
  mdns: false,
};

/** `evcc start` in this process. */
function start(directory: string) {
  const stop = new AbortController();
  let out = '';
  const host: Host = {
    directory,
    env: {},
    clock: systemClock,
    signal: stop.signal,
    out: (text) => {
      out += text;
    },
    err: (text) => {
      out += text;
    },
    onCrash: () => () => {},
  };
  const ended = main(['start', '--log', 'error'], host);
  const starts = (): readonly string[] => [...out.matchAll(/REST: (http:\/\/[^/]+)/g)].map(([, url = '']) => url);
  return {
    /** Resolves with the address of the house that was started as the one of this number. */
    url: async (count: number): Promise<string> => {
      await vi.waitFor(() => expect(starts()).toHaveLength(count), { timeout: 20_000, interval: 20 });
      return starts().at(-1) ?? '';
    },
    async stop(): Promise<number> {
      stop.abort();
      return await ended;
    },
  };
}

test('a restored and a reset house start anew in the same process', async () => {
  const directory = temporaryFolder({ 'evcc.config.json': HOUSE });
  const house = start(directory);
  const mode = async (url: string): Promise<unknown> => (await fetch(`${url}/api/state?jq=.loadpoints[0].mode`)).json();
  const set = (url: string, to: string): Promise<Response> =>
    fetch(`${url}/api/loadpoints/1/mode/${to}`, { method: 'POST' });

  const first = await house.url(1);
  await set(first, 'pv');
  const backup = Buffer.from(await (await fetch(`${first}/api/backup`)).arrayBuffer());
  await set(first, 'now');
  const form = new FormData();
  form.append('password', '');
  form.append('file', new Blob([backup]), 'house.gz');
  expect((await fetch(`${first}/api/db/restore`, { method: 'POST', body: form })).status).toBe(204);

  const second = await house.url(2);
  expect(await mode(second)).toBe('pv');
  expect((await fetch(`${second}/api/db/restore`, { method: 'POST', body: 'nonsense' })).status).toBe(400);
  const body = JSON.stringify({ sessions: false, settings: true });
  expect((await fetch(`${second}/api/db/reset`, { method: 'POST', body })).status).toBe(204);

  const third = await house.url(3);
  expect(await mode(third)).toBe('off');
  expect(await house.stop()).toBe(0);
}, 60_000);
