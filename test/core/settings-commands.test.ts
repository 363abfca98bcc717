import { describe, expect, test } from 'vitest';
import { type FakeHouse, type HouseOptions, startHouse } from '../helpers/house.ts';
import { logged } from '../helpers/probe.ts';

const NOW = Date.parse('2025-06-15T12:00:00Z');

const HOUSE: HouseOptions = {
  now: NOW,
  battery: { soc: 50 },
  charger: (charger) => {
    charger.canSwitchPhases = true;
    charger.traits = { maxCurrent: 32 };
  },
  config: { vehicles: { ev6: { type: 'fake', title: 'The EV6' }, zoe: { type: 'fake' } } as never },
};

async function everything(house: FakeHouse): Promise<string> {
  const { state, settings } = house.runtime.evcc;
  const values = settings.rows().map(({ scope, name }) => settings.get(scope, scope === 'site' ? 0 : 1, name));
  const stored = [...(await house.store.settings.all())];
  return JSON.stringify([[...state.site], state.loadpoints.map((values) => [...values]), values, stored]);
}

describe('limits between settings', () => {
  test.for([
    ['minCurrent above maxCurrent', 'minCurrent', 17, 'minCurrent must not be above maxCurrent (16 A)'],
    ['maxCurrent below minCurrent', 'maxCurrent', 5.9, 'maxCurrent must not be below minCurrent (6 A)'],
    [
      'maxCurrent above what the charger can',
      'maxCurrent',
      32.1,
      'maxCurrent must not be above 32 A, the limit of the charger',
    ],
    ['a target time that is now', 'targetTime', NOW, 'timestamp is in the past'],
    ['a target time in the past', 'targetTime', '2025-06-15T11:59:59Z', 'timestamp is in the past'],
  ] as const)('%s', async ([, name, value, message], t) => {
    const house = await startHouse(t, HOUSE);
    await house.runtime.cycle();
    const before = await everything(house);
    await expect(house.command(name, value)).rejects.toMatchObject({ code: 'EVCC_COMMAND_INVALID', message });
    expect(await everything(house)).toBe(before);
  });

  test('automatic phases need a charger that can switch', async (t) => {
    const house = await startHouse(t);
    await house.cycle();
    await expect(house.command('phases', 0)).rejects.toThrow('0 needs a charger that can switch phases');
    expect(await house.command('phases', 1)).toBe(1);
    expect(house.loadpoint('phasesConfigured')).toBeNull();
  });

  test('the soc settings of the battery may be out of order, with a warning', async (t) => {
    const house = await startHouse(t, HOUSE);
    await house.commandSite('bufferSoc', 60);
    await house.commandSite('prioritySoc', 61);
    await house.commandSite('bufferStartSoc', 59);
    expect([house.site('prioritySoc'), house.site('bufferStartSoc')]).toEqual([61, 59]);
    const warnings = house.log.filter(({ level }) => level === 'warn').map(({ message }) => message);
    expect(warnings).toEqual([
      'prioritySoc (61 %) should not be above bufferSoc (60 %)',
      'prioritySoc (61 %) should not be above bufferSoc (60 %)',
    ]);
  });

  test('strict commands keep them in order', async (t) => {
    const house = await startHouse(t, HOUSE);
    const set = (name: string, value: number) =>
      house.runtime.evcc.settings.execute({ scope: 'site', id: 0, name, value, source: 'test', strict: true });
    await set('bufferSoc', 60);
    await expect(set('prioritySoc', 61)).rejects.toThrow('should not be above bufferSoc (60 %)');
    await expect(set('bufferStartSoc', 59)).rejects.toThrow('should not be above bufferStartSoc (59 %)');
    await set('prioritySoc', 60);
    await set('bufferStartSoc', 60);
    await set('bufferStartSoc', 0);
    await set('bufferSoc', 0);
    await set('prioritySoc', 100);
    expect([house.site('prioritySoc'), house.site('bufferSoc')]).toEqual([100, 0]);
  });

  test('without a battery there are none', async (t) => {
    const house = await startHouse(t);
    for (const name of ['prioritySoc', 'bufferSoc', 'bufferStartSoc']) {
      await expect(house.commandSite(name, 50)).rejects.toThrow('the site has no battery meter');
    }
  });
});

describe('what does not exist', () => {
  test.for([
    [{ scope: 'loadpoint', id: 2, name: 'mode' }, 'there is no loadpoint 2'],
    [{ scope: 'loadpoint', id: 0, name: 'mode' }, 'there is no loadpoint 0'],
    [{ scope: 'loadpoint', id: -1, name: 'mode' }, 'there is no loadpoint -1'],
    [{ scope: 'loadpoint', id: 1.5, name: 'mode' }, 'there is no loadpoint 1.5'],
    [{ scope: 'loadpoint', id: Number.NaN, name: 'mode' }, 'there is no loadpoint NaN'],
    [{ scope: 'site', id: 1, name: 'telemetry' }, 'there is no site 1'],
    [{ scope: 'loadpoint', id: 1, name: 'mod' }, 'there is no setting "mod", did you mean "mode"?'],
    [{ scope: 'site', id: 0, name: 'mode' }, 'there is no setting "mode"'],
    [{ scope: 'site', id: 0, name: '__proto__' }, 'there is no setting "__proto__"'],
  ] as const)('%j', async ([address, message], t) => {
    const house = await startHouse(t);
    const { settings } = house.runtime.evcc;
    await expect(settings.execute({ ...address, value: 'now', source: 'test' })).rejects.toMatchObject({
      code: 'EVCC_NOT_FOUND',
      message: expect.stringContaining(message) as string,
    });
    expect(settings.get(address.scope, address.id, address.name)).toBeUndefined();
  });

  test('before the start', async (t) => {
    const house = await startHouse(t, { unprepared: true });
    await expect(house.command('mode', 'now')).rejects.toMatchObject({ code: 'EVCC_NOT_FOUND' });
  });
});

describe('answers', () => {
  test('are the value in force, or what the row says', async (t) => {
    const house = await startHouse(t, HOUSE);
    await house.cycle();
    expect(await house.command('mode', 'pv')).toBe('pv');
    expect(await house.command('targetSoc', '80')).toBe(80);
    expect(await house.command('targetTime', '2025-06-16T06:00:00+02:00')).toEqual({
      soc: 80,
      energy: 0,
      time: '2025-06-16T06:00:00+02:00',
    });
    expect(await house.command('targetTime', null)).toEqual({});
    expect(await house.command('vehicle', 'ev6')).toEqual({ vehicle: 'The EV6' });
    expect(await house.command('vehicle', null)).toEqual({});
    expect(await house.command('phases', 3)).toBe(house.loadpoint('phasesEnabled'));
  });
});

describe('what the log says about a change', () => {
  test.for([
    ['targetTime', '2025-06-15T18:30:00Z', /^info: Loadpoint 1: targetTime set to 2025-06-1[56] \d\d:[03]0 by /],
    ['targetTime', null, /targetTime set to nothing by /],
    ['planStrategy', '{"continuous":true}', /planStrategy set to \{"continuous":true,"precondition":0\} by /],
    ['repeatingPlans', '[]', /repeatingPlans set to \[\] by /],
    ['mode', 'now', /mode set to now by /],
    ['maxCurrent', '10', /maxCurrent set to 10 by /],
  ] as const)('%s %s', async ([name, value, line], t) => {
    const house = await startHouse(t, HOUSE);
    await house.command(name, value);
    expect(logged(house, `${name} set`)).toEqual([expect.stringMatching(line)]);
  });

  test('a value that is not allowed is answered with what is', async (t) => {
    const house = await startHouse(t, HOUSE);
    await expect(house.command('targetTime', 'tomorrow')).rejects.toThrow(
      'invalid value for targetTime: "tomorrow"; allowed is when the target shall be reached, RFC 3339',
    );
  });
});
