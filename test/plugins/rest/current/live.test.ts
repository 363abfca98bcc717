import { expect, test } from 'vitest';
import { time } from '../../../../core/clock.ts';
import { createState } from '../../../../core/state.ts';
import { createCurrentDialect } from '../../../../plugins/rest/current.ts';

test('parts of the forecast that are gone are null for those who know them', () => {
  const state = createState();
  state.define('site', { name: 'forecast', kind: 'json', description: 'Rates' });
  const dialect = createCurrentDialect(time);
  const told = (forecast: unknown) => {
    state.set('site', 0, 'forecast', forecast);
    const entries = dialect.changed(state, state.flush());
    return Object.fromEntries(entries.filter(([name]) => name.startsWith('forecast')));
  };
  const slots = [[0, 900, 0.3]];
  expect(told({ grid: slots, co2: slots })).toEqual({ 'forecast.grid': slots, 'forecast.co2': slots });
  expect(told({ grid: slots, solar: {} })).toEqual({
    'forecast.grid': slots,
    'forecast.solar': {},
    'forecast.co2': null,
  });
  expect(told(undefined)).toEqual({
    forecast: null,
    'forecast.grid': null,
    'forecast.solar': null,
    'forecast.co2': null,
  });
  expect(told({ co2: slots })).toEqual({ 'forecast.co2': slots, 'forecast.grid': null, 'forecast.solar': null });
});
