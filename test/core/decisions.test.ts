import { describe, expect, test } from 'vitest';
import type { DecisionRecord, LoadedPlugin, Reason, TariffKind } from '../../core/index.ts';
import { type FakeHouse, type HouseOptions, startHouse } from '../helpers/house.ts';

/** A limiter that allows `allows.current` A. */
function limiter(name: string, allows: { current: number }, change?: string): LoadedPlugin {
  return {
    name,
    apply: ({ hooks }) =>
      hooks.limit.tap(name, (setpoint) => {
        if (setpoint.current <= allows.current) return setpoint;
        const reason: Reason = { code: name, text: `${name} allows ${allows.current} A`, ...(change && { change }) };
        return { ...setpoint, current: allows.current, reasons: [...setpoint.reasons, reason] };
      }),
  };
}

const NOW: HouseOptions = { loadpoints: [{ title: 'Garage', name: 'garage', mode: 'now' }] };

const current = ({ runtime }: FakeHouse, id = 1): DecisionRecord => {
  const record = runtime.evcc.decisions.current(id);
  if (!record) throw new Error('no decision yet');
  return record;
};
const changes = ({ runtime }: FakeHouse, id = 1): readonly DecisionRecord[] => runtime.evcc.decisions.changes(id) ?? [];

test('a decision says what it was based on, who decided, who lowered it from what to what, and what came of it', async (t) => {
  const plugins = [limiter('fuse', { current: 13 }), limiter('operator', { current: 10 }, 'more from 20:00 on')];
  const house = await startHouse(t, { ...NOW, plugins });
  house.set({ base: 300, pv: 1_000 });
  const at = house.clock.now();
  await house.cycle();
  expect(current(house)).toEqual({
    at,
    loadpoint: 1,
    name: 'garage',
    title: 'Garage',
    result: { enabled: true, current: 10, phases: 3 },
    binding: { by: 'operator', code: 'operator', text: 'operator allows 10 A', change: 'more from 20:00 on' },
    change: 'more from 20:00 on',
    strategy: expect.objectContaining({ by: 'mode', code: 'mode-now', current: 16 }),
    limits: [
      { by: 'fuse', code: 'fuse', text: 'fuse allows 13 A', from: 16, to: 13 },
      {
        by: 'operator',
        code: 'operator',
        text: 'operator allows 10 A',
        change: 'more from 20:00 on',
        from: 13,
        to: 10,
      },
    ],
    guard: [],
    timers: {},
    inputs: expect.objectContaining({
      mode: 'now',
      status: 'B',
      connected: true,
      charging: false,
      enabled: false,
      offeredCurrent: 0,
      maxCurrent: 16,
      gridPower: -700,
      sitePower: -700,
      pvPower: 1_000,
      homePower: 300,
      chargePower: 0,
      sessionEnergy: 0,
    }),
  });
  // What nobody knows is absent, not 0.
  expect(Object.keys(current(house).inputs)).not.toEqual(
    expect.arrayContaining(['soc', 'batterySoc', 'price', 'vehicle']),
  );
});

test('without limits the decision hangs on the strategy, with what would change it', async (t) => {
  const house = await startHouse(t, { loadpoints: [{ mode: 'off' }] });
  await house.cycle();
  expect(current(house)).toMatchObject({
    result: { enabled: false, current: 0 },
    binding: { by: 'mode', code: 'mode-off' },
    limits: [],
    guard: [],
  });
});

describe('what is waited for', () => {
  const HOUR = 3_600_000;
  const START = Date.parse('2025-06-15T12:00:00Z');
  const local = (hour: number): string =>
    new Intl.DateTimeFormat('en-GB', { weekday: 'short', hour: '2-digit', minute: '2-digit' }).format(
      START + hour * HOUR,
    );
  const options = (loadpoint: object, kind: TariffKind = 'priceforecast'): HouseOptions => ({
    now: START,
    loadpoints: [{ mode: 'pv', ...loadpoint }],
    tariffKind: kind,
    rates: () =>
      [0.3, 0.2, 0.08, 0.3].map((price, hour) => ({
        start: START + hour * HOUR,
        end: START + (hour + 1) * HOUR,
        price,
      })),
  });

  test('is the next cheap rate, besides more surplus', async (t) => {
    const house = await startHouse(t, options({}));
    await house.commandSite('smartCostLimit', 0.1);
    await house.run(20);
    expect(current(house).change).toMatch(
      new RegExp(`^starts with \\d+ W more surplus for 60 s, or waits for ${local(2)}, 0\\.080 per kWh$`),
    );
    expect(current(house).binding.change).not.toContain('waits');
    await house.run(2 * 3_600);
    expect(current(house)).toMatchObject({ binding: { code: 'smart-cost' } });
    expect(current(house)).not.toHaveProperty('change');
  });

  test('is the next slot of the plan', async (t) => {
    const house = await startHouse(t, options({}));
    await house.command('targetEnergy', 5);
    await house.command('targetTime', '2025-06-15T16:00:00Z');
    await house.run(60);
    expect(current(house).change).toContain(`waits for ${local(2)}, 0.080 per kWh`);
  });

  test.for([
    ['nothing in mode off', { mode: 'off' }, 'priceforecast'],
    ['nothing with a price that never changes', {}, 'pricestatic'],
  ] as const)('is %s', async ([, loadpoint, kind], t) => {
    const house = await startHouse(t, options(loadpoint, kind));
    await house.commandSite('smartCostLimit', 0.1);
    await house.run(20);
    expect(current(house).change ?? '').not.toContain('waits');
  });

  test('is nothing without a car', async (t) => {
    const house = await startHouse(t, options({}));
    await house.commandSite('smartCostLimit', 0.1);
    house.charger().status = 'A';
    await house.run(20);
    expect(current(house).change ?? '').not.toContain('waits');
  });
});

test('what left too little is what it hangs on', async (t) => {
  const allows = { current: 4 };
  const house = await startHouse(t, { ...NOW, plugins: [limiter('fuse', allows)] });
  await house.cycle();
  expect(current(house)).toMatchObject({
    result: { enabled: false, current: 0 },
    binding: { by: 'fuse', code: 'fuse' },
    change: 'starts when 6 A are allowed',
    limits: [{ code: 'fuse', from: 16, to: 4 }],
    guard: [{ code: 'below-minimum', from: 4, to: 0 }],
  });
  // The guard says something, but lowers nothing.
  allows.current = 8;
  await house.cycle();
  expect(current(house).binding.code).toBe('fuse');
});

test('while the charger gives no readings, what it was told stays in force', async (t) => {
  const house = await startHouse(t, NOW);
  await house.run(60);
  house.charger().failure = new Error('gone');
  await house.run(300);
  expect(current(house)).toMatchObject({
    result: { enabled: true, current: 16 },
    binding: { by: 'core', code: 'charger-unavailable', change: 'goes on when the charger answers' },
  });
  expect(current(house).inputs).not.toHaveProperty('status');
});

test('only decisions with another result or another reason are kept, and published', async (t) => {
  const allows = { current: 16 };
  const house = await startHouse(t, {
    ...NOW,
    plugins: [limiter('fuse', allows)],
    charger: (charger) => {
      charger.traits = { currentStep: 0.1 };
    },
  });
  await house.run(60);
  const [first] = changes(house);
  expect(changes(house)).toHaveLength(1);
  expect(house.loadpoint('decision')).toEqual(JSON.parse(JSON.stringify(first)));
  const version = house.runtime.evcc.state.version;
  await house.run(30);
  expect(house.runtime.evcc.state.version).toBeGreaterThan(version);
  expect(house.loadpoint('decision')).toMatchObject({ at: first?.at });

  // Less than 1 A is no change of its own, but many small ones are.
  const seen: number[] = [];
  for (const amps of [15.6, 15.2, 14.8, 14.4]) {
    allows.current = amps;
    await house.cycle();
    seen.push(changes(house).length);
  }
  expect(seen).toEqual([2, 2, 2, 3]);
  expect(changes(house).map(({ result, binding }) => [result.current, binding.code])).toEqual([
    [16, 'mode-now'],
    [15.6, 'fuse'],
    [14.4, 'fuse'],
  ]);
  expect(house.loadpoint('decision')).toMatchObject({ result: { current: 14.4 } });
  await house.command('mode', 'off');
  await house.cycle();
  expect(changes(house).at(-1)).toMatchObject({ binding: { code: 'mode-off' }, result: { enabled: false } });
});

test('the history is bounded', async (t) => {
  const allows = { current: 16 };
  const house = await startHouse(t, { ...NOW, plugins: [limiter('fuse', allows)] });
  for (let cycle = 0; cycle < 520; cycle += 1) {
    allows.current = cycle % 2 === 0 ? 10 : 12;
    await house.cycle();
  }
  expect(changes(house)).toHaveLength(500);
  expect(changes(house).at(-1)).toMatchObject({ result: { current: 12 } });
});

test('a loadpoint keeps its history when its charger is exchanged, and shows its own after a change of order', async (t) => {
  const house = await startHouse(t, {
    loadpoints: [
      { title: 'Garage', mode: 'now' },
      { title: 'Yard', mode: 'off' },
    ],
  });
  await house.run(30);
  const { loadpoints = [], chargers } = house.config;
  const before = changes(house);
  await house.runtime.reconfigure({
    ...house.config,
    chargers: { ...chargers, charger1: { type: 'fake', n: 2 } },
    loadpoints: [...loadpoints].reverse(),
  });
  await house.run(30);
  expect(changes(house, 2).slice(0, before.length)).toEqual(before);
  expect(house.loadpoint('decision', 1)).toMatchObject({ loadpoint: 1, title: 'Yard' });
  expect(house.loadpoint('decision', 2)).toMatchObject({ loadpoint: 2, title: 'Garage' });
  expect(house.runtime.evcc.decisions.current(3)).toBeUndefined();
  expect(house.runtime.evcc.decisions.changes(3)).toBeUndefined();
});
