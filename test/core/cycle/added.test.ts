import { describe, expect, test } from 'vitest';
import type { Readings, SiteState } from '../../../core/index.ts';
import { type FakeHouse, startHouse } from '../../helpers/house.ts';
import { logged, probe } from '../../helpers/probe.ts';

type Draft = Record<keyof Readings, unknown> & { pv: unknown[]; battery: unknown[]; aux: unknown[] };

/** A house in whose first two cycles a plugin of plain JavaScript does something to the draft. */
async function measured(
  t: Parameters<typeof startHouse>[0],
  tap: (draft: Draft) => void,
): Promise<{ house: FakeHouse; sites: SiteState[] }> {
  const sites: SiteState[] = [];
  let cycles = 0;
  const house = await startHouse(t, {
    plugins: [
      probe((evcc) => {
        evcc.hooks.measure.tapPromise('probe', async (draft) => {
          cycles += 1;
          if (cycles <= 2) tap(draft as unknown as Draft);
        });
        evcc.hooks.measured.tap('probe', (site) => void sites.push(site));
      }),
    ],
  });
  house.set({ pv: 1_000 });
  return { house, sites };
}

const state = (sample: unknown, more: object = {}): object => ({ name: 'roof', title: 'Roof', sample, ...more });

describe('a reading that a plugin adds', () => {
  test('counts like one of a configured meter', async (t) => {
    const { house } = await measured(t, (draft) => {
      draft.pv.push(state({ value: { power: 500 }, at: 1, stale: false }), state(undefined));
      draft.grid = state({ value: { power: -700 }, at: 1, stale: false });
    });
    await house.cycle();
    expect([house.site('pvPower'), house.site('gridPower')]).toEqual([1_500, -700]);
  });

  test.for([
    ['has no value', state({ at: 1, stale: false }), 'the reading is undefined, not an object'],
    ['has a wrong value', state({ value: { power: 'much' }, at: 1 }), 'power of the reading is "much"'],
    ['has no time', state({ value: { power: 1 } }), 'its sample has no time (at)'],
    ['has null for a sample', state(null), 'its sample has no time (at)'],
    ['has no capacity', state(undefined, { capacity: 'big' }), 'its capacity is no positive number'],
    ['is null', null, 'it is no object'],
    ['is a number', 500, 'it is no object'],
  ] as const)('and %s is dropped and named once; the meters of the house count', async ([, added, why], t) => {
    const { house } = await measured(t, (draft) => {
      draft.pv.push(added);
      draft.battery.push(added);
      draft.grid = added;
    });
    await house.cycle();
    await house.cycle();
    expect([house.site('pvPower'), house.site('gridPower')]).toEqual([1_000, -1_000]);
    const lines = logged(house, 'adding readings');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(why);
    await house.cycle();
    expect(logged(house, 'adding readings').slice(1)).toEqual(['info: adding readings works again']);
    expect(logged(house, 'a cycle failed')).toEqual([]);
  });

  test('in place of a whole list is dropped', async (t) => {
    const { house } = await measured(t, (draft) => Object.assign(draft, { pv: undefined }));
    await house.cycle();
    expect(house.site('pvPower')).toBe(1_000);
    expect(logged(house, 'is no list')).toHaveLength(1);
  });

  test('changes no reading of a meter, and nothing once the snapshot was taken', async (t) => {
    const late = state({ value: { power: 500 }, at: 1, stale: false }) as { sample: { value: { power: number } } };
    let draft: Draft | undefined;
    const { house, sites } = await measured(t, (given) => {
      draft = given;
      given.pv.push(late);
    });
    await house.cycle();
    late.sample.value.power = Number.NaN;
    draft?.pv.push('too late');
    expect(sites[0]?.readings.pv.map(({ sample }) => sample?.value.power)).toEqual([1_000, 500]);
    const [meter] = (draft as unknown as Draft).pv as [typeof late];
    expect(() => {
      meter.sample.value.power = 0;
    }).toThrow(TypeError);
  });
});

describe('what a plugin answers is dropped and named', () => {
  const rate = { start: 0, end: 1, price: 1 };
  test.for([
    ['plan', new Map([[1, { target: 1, slots: [{ ...rate, price: 'cheap' }] }]]), 'price of the reading is "cheap"'],
    ['plan', new Map([[1, { target: 1 }]]), 'has another shape'],
    ['plan', new Map([[1, null]]), 'has another shape'],
    ['plan', new Map([[1, { slots: [] }]]), 'has another shape'],
    ['rates', { grid: { kind: 'priceforecast', rates: [{ ...rate, end: 0 }] } }, 'end of the reading is 0'],
    ['rates', { grid: { kind: 'priceforecast', rates: [null] } }, 'null'],
    ['rates', { grid: { rates: [rate] } }, 'has another shape'],
  ] as const)('%s: %o', async ([hook, answer, why], t) => {
    const house = await startHouse(t, {
      rates: (now) => [{ start: now, end: now + 86_400_000, price: 0.3 }],
      plugins: [probe((evcc) => evcc.hooks[hook].tapPromise('probe', async () => answer as never))],
    });
    await house.run(30);
    expect(logged(house, `${hook} of plugin probe failed`).join()).toContain(why);
    expect(logged(house, 'a cycle failed')).toEqual([]);
    expect(house.site('tariffGrid')).toBe(0.3);
  });
});
