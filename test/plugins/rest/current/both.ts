import { onTestFinished } from 'vitest';
import { createMemoryStore } from '../../../../core/store.ts';
import { type FakeHouse, type HouseOptions, startHouse } from '../../../helpers/house.ts';

/** A real house that serves both dialects, and what its clients do. */

export const NOW: number = Date.parse('2025-06-15T12:00:00Z');
const HOUR = 3_600_000;

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The parsed body; `undefined`: it is no JSON */
  readonly json: unknown;
}

export type Ask = (method: string, path: string, body?: string) => Promise<Answer>;

export interface BothHouse extends FakeHouse {
  /** The current dialect; paths begin after `/api` */
  readonly current: Ask;
  /** The document dialect */
  readonly document: Ask;
  readonly port: number;
  /** The state in the current dialect */
  state(): Promise<State>;
}

export type Values = Readonly<Record<string, unknown>>;
export type State = Values & {
  readonly loadpoints: readonly Values[];
  readonly vehicles: Readonly<Record<string, Values>>;
  readonly grid: Values;
  readonly battery: Values | null;
};

export async function startBoth(options: HouseOptions = {}): Promise<BothHouse> {
  const house = await startHouse(
    { onTestFinished },
    {
      now: NOW,
      store: createMemoryStore(),
      battery: { soc: 60, capacity: 10_000 },
      batteryMode: async () => {},
      loadpoints: [{ title: 'Garage', mode: 'pv', vehicle: 'ev6' }, { title: 'Carport' }],
      charger: (charger, index) => {
        charger.canSwitchPhases = index === 0;
        charger.traits = { maxCurrent: 32 };
      },
      rates: (now) => [
        { start: now - HOUR, end: now + HOUR, price: 0.30009 },
        { start: now + HOUR, end: now + 24 * HOUR, price: 0.1 },
      ],
      ...options,
      config: {
        vehicles: {
          ev6: { type: 'fake', title: 'EV6', icon: 'car', capacity: 77, onIdentify: { minSoc: 10 } },
          zoe: { type: 'fake', title: 'Zoe' },
        },
        rest: { port: 0, host: '127.0.0.1', current: { port: 0 } },
        ...options.config,
      } as never,
    },
  );
  Object.assign(house.vehicles.ev6 ?? {}, { reading: { soc: 40, range: 210, odometer: 12_345, limitSoc: 90 } });
  house.set({ pv: 9_000, base: 300, battery: -1_000 });
  await house.run(20);
  const urls = house.runtime.announcements.flatMap((line) => /^REST.*?(http:\/\/[^/,]+)/.exec(line)?.[1] ?? []);
  const [document = '', current = document] = urls;
  const asker =
    (url: string): Ask =>
    async (method, path, body) => {
      const response = await fetch(`${url}/api${path}`, { method, ...(body !== undefined && { body }) });
      const text = await response.text();
      return { status: response.status, headers: response.headers, text, json: parsed(text) };
    };
  const ask = asker(current);
  return {
    ...house,
    current: ask,
    document: asker(document),
    port: Number(new URL(current).port),
    state: async () => (await ask('GET', '/state')).json as State,
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
