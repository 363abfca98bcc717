import { describe, expect, test } from 'vitest';
import { createLive, type LiveHost } from '../../../plugins/web/page/data/live.ts';
import { HouseValues } from '../../../plugins/web/page/data/values-store.ts';
import { FakeClock, settle } from '../../helpers/fake-clock.ts';

/** The server's end of a connection */
class FakeSocket extends EventTarget {
  tell(frame: unknown): void {
    this.dispatchEvent(Object.assign(new Event('message'), { data: JSON.stringify(frame) }));
  }
  close(): void {
    this.dispatchEvent(new Event('close'));
  }
}

function setup(permission: 'granted' | 'denied' | 'standby' | 'unknown' = 'unknown') {
  const clock = new FakeClock();
  const sockets: FakeSocket[] = [];
  const values = new HouseValues();
  const host: LiveHost = {
    connect() {
      const socket = new FakeSocket();
      sockets.push(socket);
      return socket as unknown as WebSocket;
    },
    now: () => clock.now(),
    after: (ms, call) => clock.after(ms, call),
    permission: async () => permission,
  };
  const live = createLive(values, host);
  return { clock, sockets, values, live, last: () => sockets.at(-1) as FakeSocket };
}

describe('values', () => {
  test('the first frame is everything, the next ones are changes', () => {
    const { values, last, live } = setup();
    expect(live.connection.value).toBe('connecting');
    last().tell({ gridPower: 100, 'loadpoints.0.title': 'Garage', 'loadpoints.1.title': 'Carport' });
    last().tell({ gridPower: 200 });
    last().tell({ 'loadpoints.1.mode': 'now' });
    expect(live.connection.value).toBe('live');
    expect(values.site.get('gridPower')).toBe(200);
    expect(values.loadpoints.value.map((each) => [each.get('title'), each.get('mode')])).toEqual([
      ['Garage', undefined],
      ['Carport', 'now'],
    ]);
  });

  test('what a new connection does not tell is gone', async () => {
    const { values, last, clock } = setup();
    last().tell({ gridPower: 100, pvPower: 50, 'loadpoints.0.title': 'Garage', 'loadpoints.1.title': 'Carport' });
    last().close();
    await clock.advance(1_000);
    last().tell({ gridPower: 7, 'loadpoints.0.mode': 'pv' });
    expect(values.site.get('pvPower')).toBeUndefined();
    expect(values.loadpoints.value).toHaveLength(1);
    expect(values.loadpoints.value[0]?.get('title')).toBeUndefined();
  });

  test('lines of the log are kept apart, the newest first', () => {
    const { values, last } = setup();
    last().tell({});
    last().tell({ log: { level: 'warn', message: 'one' } });
    last().tell({ log: { level: 'error', message: 'two', lp: 1 } });
    expect(values.log.value.map(({ message }) => message)).toEqual(['two', 'one']);
    expect(values.site.any('log')).toBeUndefined();
  });
});

describe('the connection', () => {
  test('is made again with growing pauses, and at once when asked', async () => {
    const { clock, sockets, last, live } = setup();
    last().tell({});
    for (let i = 0; i < 6; i += 1) {
      last().close();
      await clock.advance(8_000);
    }
    expect(live.connection.value).toBe('lost');
    expect(sockets).toHaveLength(7);
    last().close();
    await clock.advance(100);
    expect(sockets).toHaveLength(7);
    live.retry();
    expect(sockets).toHaveLength(8);
    last().tell({});
    expect(live.connection.value).toBe('live');
  });

  test('is given up when it stays silent', async () => {
    const { clock, sockets, last } = setup();
    last().tell({});
    await clock.advance(59_000);
    expect(sockets).toHaveLength(1);
    await clock.advance(10_000);
    expect(sockets).toHaveLength(2);
  });

  test.each([
    ['denied', 'denied'],
    ['standby', 'standby'],
    ['unknown', 'lost'],
  ] as const)('that was never there and is %s is told as %s', async (permission, connection) => {
    const { last, live } = setup(permission);
    last().close();
    await settle();
    expect(live.connection.value).toBe(connection);
  });

  test('is over once it is closed', async () => {
    const { clock, sockets, live, last } = setup();
    last().tell({});
    live.close();
    live.retry();
    await clock.advance(100_000);
    expect(sockets).toHaveLength(1);
  });
});
