import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { Temporal } from 'temporal-polyfill';
import type { Plugin, Rate, TariffDevice } from '../../core/index.ts';
import { midnights } from '../../plugins/shared/pricing/local-time.ts';
import { applyPlugin } from '../contract/harness.ts';
import type { ContractCase, Fault } from '../contract/peer.ts';
import { type TariffPeer, tariffContract } from '../contract/tariff.ts';
import { FakeClock } from './fake-clock.ts';
import { type ArrivedRequest, type HttpAnswer, type HttpDevice, startHttpDevice } from './http-device.ts';

/** Services of rates on loopback, and what every type that asks one has to do: any way of publishing, any way of failing. */

type Route = (request: ArrivedRequest) => HttpAnswer;

/** A service as its type needs it. */
export interface RateFixture {
  readonly plugin: Plugin;
  readonly type: string;
  /** Options besides the address of the service, which they may need */
  readonly options?: object | ((url: string) => object);
  /** Minutes of a slot */
  readonly slot: number;
  /** IANA name of the place whose days are published */
  readonly timezone: string;
  /** Smallest difference of two values, in the unit of rates; absent: 0.00001 */
  readonly step?: number;
  /** Values below zero do not exist */
  readonly positive?: boolean;
  /** The next day is published in the course of this one */
  readonly publication?: boolean;
  /** ms until a question that failed is asked again; absent: a minute */
  readonly patience?: number;
  /** Texts of the options that no error may show; a service that is given some refuses others with 401 */
  readonly secrets?: readonly string[];
  /** Whether a request comes with the credentials; absent: nobody asks */
  authorized?(request: ArrivedRequest): boolean;
  /** Answers that are not JSON; their fields are not spoilt one by one */
  readonly opaque?: boolean;
  /** Local days of 23, 24 and 25 hours; absent: those of Europe in 2026 */
  readonly days?: readonly (readonly [day: string, hours: number])[];
  /** How it can fail, where the usual is too much */
  readonly faults?: readonly Fault[];
  /** What the device makes of these slots; absent: rates like them */
  expected?(slots: readonly Rate[], now: number): readonly Rate[];
  /** Routes that publish these slots, whose values are in the unit of rates. */
  routes(slots: readonly Rate[]): Readonly<Record<`${string} /${string}`, Route>>;
}

export interface RunningService {
  readonly http: HttpDevice;
  device: TariffDevice;
  readonly clock: FakeClock;
  /** What the service knows from now on */
  publish(slots: readonly Rate[]): void;
  /** Every request is answered so until the next `publish`. */
  spoil(spoilt: (answer: HttpAnswer, request: ArrivedRequest) => HttpAnswer): void;
  rates(): Promise<readonly Rate[]>;
  /** Makes the device anew, so that it has to ask. */
  renew(): Promise<void>;
  close(): Promise<void>;
}

/** Half past ten where the days are those of the fixture, on a day without change of the clock */
const DAY = '2026-03-14';

const EUROPE = [
  ['2026-03-29', 23],
  ['2026-03-30', 24],
  ['2026-10-25', 25],
] as const;

/** A service that publishes `slots`, and its device, at a time of day. */
export async function startService(fixture: RateFixture, now: number, options: object = {}): Promise<RunningService> {
  const clock = new FakeClock(now);
  const http = await startHttpDevice();
  const plugin = await applyPlugin(fixture.plugin, undefined, { clock });
  const own = typeof fixture.options === 'function' ? fixture.options(http.url) : fixture.options;
  const create = () => plugin.tariffs.create(fixture.type, { url: http.url, ...own, ...options }, { clock });
  let published: Readonly<Record<string, Route>> = {};
  const serve = (change: (answer: HttpAnswer, request: ArrivedRequest) => HttpAnswer): void => {
    for (const [route, answer] of Object.entries(published)) {
      http.route(route as `${string} /${string}`, (request) => {
        if (fixture.authorized?.(request) === false) return { status: 401, text: 'who are you?' };
        return change(answer(request), request);
      });
    }
  };
  const running: RunningService = {
    http,
    device: await create(),
    clock,
    publish: (slots) => {
      published = fixture.routes(slots);
      serve((answer) => answer);
    },
    spoil: serve,
    rates: () => running.device.rates(AbortSignal.timeout(5_000)),
    renew: async () => {
      running.device = await create();
    },
    close: async () => {
      await plugin.remove();
      await http.close();
    },
  };
  return running;
}

/** `2026-03-14T00:00:00.000+01:00` */
export function withOffset(time: number, timezone: string): string {
  const hour = `${timezone} ${Math.floor(time / 3_600_000)}`;
  const offset = offsets.get(hour) ?? Temporal.Instant.fromEpochMilliseconds(time).toZonedDateTimeISO(timezone).offset;
  offsets.set(hour, offset);
  const ahead =
    (Number(offset.slice(1, 3)) * 60 + Number(offset.slice(4))) * (offset.startsWith('-') ? -60_000 : 60_000);
  return new Date(time + ahead).toISOString().replace('Z', offset);
}

/** By zone and hour: looking them up takes long. */
const offsets = new Map<string, string>();

/** `2026-03-14T00:00:00Z` */
export function utc(time: number): string {
  return new Date(time).toISOString().replace('.000Z', 'Z');
}

/** Slots of local days, made from the rules of the zone: values go up and down, some are zero or below. */
export function slotsOf(fixture: RateFixture, day: string, days: number): Rate[] {
  const { timezone, slot, positive, step = 0.00001 } = fixture;
  const noon = Date.parse(`${day}T12:00:00Z`);
  const [start = 0, end = 0] = [midnights(noon, days, timezone)[0], midnights(noon, days, timezone).at(-1)];
  const count = (end - start) / (slot * 60_000);
  return Array.from({ length: count }, (_, index): Rate => {
    const wave = ((index * 7_919) % 40) - (positive ? 0 : 4);
    const price = Number((wave * 1_017 * step).toFixed(6));
    return { start: start + index * slot * 60_000, end: start + (index + 1) * slot * 60_000, price };
  });
}

/** ms since the epoch when the clock of the fixture's place shows this, on a day without change. */
export function clockTime({ timezone }: RateFixture, day: string, hours: number): number {
  return (midnights(Date.parse(`${day}T12:00:00Z`), 1, timezone)[0] ?? 0) + hours * 3_600_000;
}

/** The contract of tariffs, and all that can happen to the answers of a service. */
export function serviceCases(fixture: RateFixture): ContractCase[] {
  const { patience = 60_000, step = 0.00001, days = EUROPE, expected = (slots) => slots } = fixture;
  const now = clockTime(fixture, DAY, 10.45);
  const today = slotsOf(fixture, DAY, 1);
  const round = (price: number) => Number((Math.round(price / step) * step).toFixed(6));

  const peer = async (): Promise<TariffPeer> => {
    const running = await startService(fixture, now);
    const { http, device, clock } = running;
    running.publish(today);
    return {
      device,
      now: () => clock.now(),
      expected: () => expected(today, now),
      faults:
        fixture.faults ?? (fixture.authorized ? ['refuse', 'hang', 'garbage', 'auth'] : ['refuse', 'hang', 'garbage']),
      secrets: fixture.secrets ?? [],
      fail: (fault) => http.fail(fault as 'refuse'),
      recover: async () => {
        await http.recover();
        await clock.advance(patience);
      },
      connections: () => http.connections(),
      close: async () => {
        await running.close();
      },
    };
  };

  const service = (title: string, at: number, body: (running: RunningService) => Promise<void>): ContractCase => ({
    title: `service: ${title}`,
    run: async () => {
      const running = await startService(fixture, at);
      running.publish(today);
      try {
        await body(running);
      } finally {
        await running.close();
      }
    },
  });

  /** The next question fails with one of the codes, and shows no secret. */
  const fails = async (running: RunningService, what: string, codes: RegExp): Promise<void> => {
    const error = await running.rates().then(
      (rates) => assert.fail(`${what}: it should have failed, not answered ${rates.length} rates`),
      (reason: unknown) => reason as Error & { code?: string },
    );
    assert.match(error.code ?? '', codes, `${what}: ${error.code} ${error.message}`);
    for (const secret of fixture.secrets ?? []) assert.ok(!error.message.includes(secret), `${what}: shows a secret`);
    running.clock.jump(running.clock.now() + patience);
  };
  const unavailable = /^EVCC_DEVICE_UNAVAILABLE$/;
  const either = /^EVCC_DEVICE_(UNAVAILABLE|PROTOCOL)$/;

  return [
    ...tariffContract(peer),

    ...days.map(([day, hours]) => {
      const slots = slotsOf(fixture, day, 1);
      return service(`${day}, a day of ${hours} hours`, clockTime(fixture, day, 12), async (running) => {
        assert.equal(slots.length, (hours * 60) / fixture.slot);
        running.publish(slots);
        const rates = await running.rates();
        assert.deepEqual(
          rates.map((rate) => ({ ...rate, price: round(rate.price) })),
          expected(slots, running.clock.now()).map((rate) => ({ ...rate, price: round(rate.price) })),
        );
      });
    }),

    ...(fixture.publication
      ? [
          service('the next day is looked for from its publication on', now, async (running) => {
            const pause = running.device.pause;
            assert.ok(pause, 'it says when to ask again');
            assert.equal((await running.rates()).at(-1)?.end, today.at(-1)?.end);
            const hour = 3_600_000;
            const end = today.at(-1)?.end ?? 0;
            const known = (until: number): Rate[] => [{ start: now, end: until, price: 0.1 }];
            const pauses = Array.from({ length: 48 }, (_, half) =>
              pause(end - 24 * hour + half * (hour / 2), known(end)),
            );
            assert.ok(Math.max(...pauses) <= hour, 'hourly at least');
            assert.ok(Math.min(...pauses) <= hour / 4, 'more often while the next day is due');
            const complete = known(end + 24 * hour);
            assert.equal(pause(end - hour, complete), hour);
            const both = slotsOf(fixture, DAY, 2);
            running.publish(both);
            running.clock.jump(end - hour);
            const rates = await running.rates();
            assert.equal(rates.at(-1)?.end, both.at(-1)?.end, 'the next day is there');
            const present = rates.find((rate) => rate.start <= end - hour && end - hour < rate.end);
            assert.ok(present, 'the running slot too');
          }),
        ]
      : []),

    service('statuses, and answers that are none', now, async (running) => {
      const texts: readonly (readonly [string, HttpAnswer, RegExp])[] = [
        ['500', { status: 500, text: '{"error":"broken"}' }, unavailable],
        ['404', { status: 404, text: '' }, unavailable],
        ['503', { status: 503, text: '<html>' }, unavailable],
        ['empty', { text: '' }, either],
        ['a web page', { text: '<!doctype html><title>Welcome</title>' }, either],
        ['{}', { json: {} }, either],
        ['[]', { json: [] }, either],
        ['null', { json: null }, either],
        ['a text', { json: 'maintenance' }, either],
        ['a number', { json: 42 }, either],
      ];
      for (const [what, answer, codes] of texts) {
        running.spoil(() => answer);
        await fails(running, what, codes);
      }
      running.spoil((answer) => {
        const text = 'json' in answer ? JSON.stringify(answer.json) : answer.text.toString();
        return { text: text.slice(0, text.length * 0.6) };
      });
      await fails(running, 'cut off', either);
      running.publish(today);
      assert.equal((await running.rates()).length > 0, true);
    }),

    service('403 is an error of the credentials if there are some', now, async (running) => {
      running.spoil(() => ({ status: 403, text: 'no' }));
      await fails(running, '403', fixture.secrets ? /^EVCC_DEVICE_(AUTH|UNAVAILABLE)$/ : unavailable);
    }),

    service('a question that failed is not repeated at once', now, async (running) => {
      running.spoil(() => ({ status: 500, text: 'broken' }));
      await assert.rejects(running.rates(), /500/);
      const asked = running.http.requests.length;
      running.publish(today);
      running.clock.jump(running.clock.now() + patience - 1);
      await assert.rejects(running.rates(), /500/);
      assert.equal(running.http.requests.length, asked);
      running.clock.jump(running.clock.now() + 1);
      assert.ok((await running.rates()).length > 0);
    }),

    service('429 with Retry-After is obeyed', now, async (running) => {
      const retry = Math.ceil(patience / 1_000) + 600;
      running.spoil(() => ({ status: 429, headers: { 'retry-after': `${retry}` }, text: 'slow down' }));
      await assert.rejects(running.rates());
      const asked = running.http.requests.length;
      running.clock.jump(running.clock.now() + patience);
      await assert.rejects(running.rates());
      assert.equal(running.http.requests.length, asked, 'not before the service allows it');
      running.publish(today);
      running.clock.jump(running.clock.now() + (retry + 1) * 1_000);
      assert.ok((await running.rates()).length > 0);
    }),

    service('429 without Retry-After is a pause until the next full hour', now, async (running) => {
      running.spoil(() => ({ status: 429, text: 'slow down' }));
      await assert.rejects(running.rates(), /429/);
      const asked = running.http.requests.length;
      running.publish(today);
      const left = 3_600_000 - (running.clock.now() % 3_600_000);
      running.clock.jump(running.clock.now() + left - 1);
      await assert.rejects(running.rates());
      assert.equal(running.http.requests.length, asked, 'not in this hour');
      running.clock.jump(running.clock.now() + patience + 1);
      assert.ok((await running.rates()).length > 0);
    }),

    ...(fixture.opaque ? [] : [spoiling(service, now, today)]),
  ];
}

/** Each field in turn is missing, null and nonsense: an error with a code, or rates that can be used. */
function spoiling(
  service: (title: string, at: number, body: (running: RunningService) => Promise<void>) => ContractCase,
  now: number,
  today: readonly Rate[],
): ContractCase {
  return service('each field missing, null or nonsense', now, async (running) => {
    running.publish(today.filter(({ start, end }) => end > now - 3_600_000 && start < now + 3 * 3_600_000));
    const paths = new Set<string>();
    running.spoil((answer) => {
      if ('json' in answer) for (const path of pathsOf(answer.json)) paths.add(path);
      return answer;
    });
    await running.rates();
    assert.ok(paths.size > 0, 'there are fields');
    let failed = 0;
    for (const path of paths) {
      for (const value of [undefined, null, 'nonsense', Number.MAX_VALUE]) {
        await running.renew();
        running.spoil((answer) =>
          'json' in answer ? { json: withValue(answer.json, path.split('/'), value) } : answer,
        );
        const what = `${path} = ${JSON.stringify(value)}`;
        try {
          usable(await running.rates(), what);
        } catch (error) {
          failed += 1;
          const { code, message } = error as { code?: string; message: string };
          assert.match(code ?? '', /^EVCC_DEVICE_/, `${what}: ${message.slice(0, 300)}`);
        }
        await setImmediate();
      }
    }
    assert.ok(failed > 0, 'something matters');
  });
}

function usable(rates: readonly Rate[], what: string): void {
  let before = Number.NEGATIVE_INFINITY;
  for (const { start, end, price } of rates) {
    assert.ok(Number.isFinite(price) && Number.isFinite(start) && end > start && start >= before, `${what}: ${price}`);
    before = end;
  }
}

/** Paths of all fields, of lists those of the first item. */
function pathsOf(value: unknown, path: readonly string[] = []): string[] {
  if (typeof value !== 'object' || value === null) return path.length > 0 ? [path.join('/')] : [];
  const entries = Object.entries(value);
  const few = Array.isArray(value) || entries.length > 12 ? entries.slice(0, 1) : entries;
  const own = path.length > 0 ? [path.join('/')] : [];
  return [...own, ...few.flatMap(([key, child]) => pathsOf(child, [...path, key]))];
}

/** A copy in which one field has another value; `undefined`: it is gone. */
function withValue(json: unknown, path: readonly string[], value: unknown): unknown {
  const copy = structuredClone(json);
  const parent = path
    .slice(0, -1)
    .reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], copy);
  const last = path.at(-1) ?? '';
  if (typeof parent === 'object' && parent !== null) {
    if (value === undefined) delete (parent as Record<string, unknown>)[last];
    else (parent as Record<string, unknown>)[last] = value;
  }
  return copy;
}
