import { expect, onTestFinished, test } from 'vitest';
import { createMemoryStore } from '../../../core/store.ts';
import { flatten } from '../../../plugins/mqtt/encode.ts';
import { startHouse } from '../../helpers/house.ts';
import { startBoth } from './current/both.ts';

/** Colours of devices in charts: `PUT /api/devicecolors`. */

const put = (value: unknown) => ['PUT', '/devicecolors', JSON.stringify(value)] as const;

test('are set one by one and all together, in both dialects, and survive a restart', async () => {
  const store = createMemoryStore();
  const house = await startBoth({ store });
  expect((await house.state()).deviceColors).toEqual({});
  expect((await house.current(...put({ title: 'Garage', color: '#2f8fdb' }))).json).toEqual({ Garage: '#2f8fdb' });
  expect((await house.document(...put({ title: 'EV6', color: '#FF00aa80' }))).json).toEqual({
    result: { Garage: '#2f8fdb', EV6: '#FF00aa80' },
  });
  expect((await house.current(...put({ title: 'Garage', color: '' }))).json).toEqual({ EV6: '#FF00aa80' });
  expect((await house.current(...put({ title: 'Nothing', color: '' }))).json).toEqual({ EV6: '#FF00aa80' });
  const all = { 'Wärme / Pumpe': '#112233', toString: '#445566', title: '#778899' };
  expect((await house.current(...put(all))).text).toBe(`${JSON.stringify(all)}\n`);
  expect(Object.entries((await house.state()).deviceColors as object)).toEqual(Object.entries(all));
  await house.stop();
  const again = await startHouse({ onTestFinished }, { store });
  expect(Object.entries(again.site('deviceColors') as object)).toEqual(Object.entries(all));
  expect((await again.runtime.evcc.settings.execute(command({}))) as object).toEqual({});
});

const command = (value: unknown) => ({ scope: 'site', id: 0, name: 'deviceColors', value, source: 'test' }) as const;

test('what is none is refused and changes nothing', async () => {
  const house = await startBoth();
  await house.current(...put({ Garage: '#2f8fdb' }));
  const long = 'x'.repeat(201);
  const many = Object.fromEntries(Array.from({ length: 101 }, (_, index) => [`Car ${index}`, '#000000']));
  const bodies: readonly unknown[] = [
    { title: 'Garage', color: 'red' },
    { title: 'Garage', color: '#12345' },
    { title: 'Garage', color: '#1234567' },
    { title: 'Garage', color: null },
    { title: '', color: '#123456' },
    { title: long, color: '#123456' },
    { title: 'Garage', color: '#123456', more: '#123456 ' },
    { title: 'Garage' },
    { '': '#123456' },
    { ['__proto__']: '#123456' },
    { title: '__proto__', color: '#123456' },
    { [long]: '#123456' },
    { Garage: ['#123456'] },
    { Garage: '#12345g' },
    { Garage: 'url(//example.com)' },
    many,
    ['#123456'],
    '#123456',
    7,
    null,
  ];
  for (const dialect of [house.current, house.document]) {
    for (const body of bodies) {
      const { status, json } = await dialect(...put(body));
      expect([status, json], JSON.stringify(body)).toEqual([400, { error: expect.stringContaining('#rrggbb') }]);
    }
    for (const body of ['{', '', undefined]) {
      const { status, json } = await dialect('PUT', '/devicecolors', body);
      expect([status, json], body).toEqual([400, { error: expect.stringContaining('#rrggbb') }]);
    }
    for (const method of ['POST', 'GET', 'DELETE']) {
      const { status, headers } = await dialect(method, '/devicecolors');
      expect([status, headers.get('allow')]).toEqual([405, 'PUT, OPTIONS']);
    }
  }
  const { 'Car 100': _, ...most } = many;
  expect((await house.current(...put(most))).status).toBe(200);
  const { status, json } = await house.current(...put({ title: 'One more', color: '#123456' }));
  expect([status, json]).toEqual([400, { error: 'no more than 100 titles may have a colour' }]);
  expect((await house.current(...put({ title: 'Car 0', color: '#123456' }))).status).toBe(200);
});

test('are one JSON text on MQTT, whatever the titles are', async () => {
  const house = await startHouse({ onTestFinished });
  const colours = { 'A/+#': '#123456' };
  await house.runtime.evcc.settings.execute(command(colours));
  const { state } = house.runtime.evcc;
  const key = state.describe('site', 'deviceColors');
  expect(flatten('site/deviceColors', state.site.get('deviceColors') ?? null, key)).toEqual([
    ['site/deviceColors', JSON.stringify(colours)],
  ]);
});
