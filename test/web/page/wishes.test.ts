import { expect, test } from 'vitest';
import type { SiteValues } from '../../../plugins/web/page/data/values.ts';
import { Values } from '../../../plugins/web/page/data/values-store.ts';
import { chosenColour, sunScale } from '../../../plugins/web/page/data/wishes.ts';

function site(values: Readonly<Record<string, unknown>>): Values<SiteValues> {
  const made = new Values<SiteValues>();
  for (const [key, value] of Object.entries(values)) made.set(key, value);
  return made;
}

test.each([
  [{}, 1],
  [{ solarAdjusted: true }, 1],
  [{ solarAdjusted: true, forecast: {} }, 1],
  [{ solarAdjusted: false, forecast: { solar: { scale: 0.7, timeseries: [] } } }, 1],
  [{ solarAdjusted: true, forecast: { solar: { scale: 0.7, timeseries: [] } } }, 0.7],
])('%j: the sun is drawn times %d', (values, scale) => {
  expect(sunScale(site(values))).toBe(scale);
});

test('what has a title has the colour that was chosen for it', () => {
  const chosen = site({ deviceColors: { Garage: '#2f8fdb' } });
  expect(chosenColour(chosen, 'Garage')).toBe('#2f8fdb');
  for (const title of ['Carport', '', 'toString', '__proto__']) expect(chosenColour(chosen, title)).toBeUndefined();
  expect(chosenColour(site({}), 'Garage')).toBeUndefined();
});
