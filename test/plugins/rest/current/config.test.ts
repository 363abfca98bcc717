import { expect, test } from 'vitest';
import { startBoth } from './both.ts';

/** What clients ask about the configuration. */

test('the devices of each class are listed by name, type and title, without anything else of the configuration', async () => {
  const house = await startBoth({
    config: {
      meters: { grid: { type: 'fake', title: 'Main meter', password: 'in-the-file' }, pv: { type: 'fake' } },
      vehicles: { ev6: { type: 'fake', title: 'EV6' } },
      rest: { port: 0, host: '127.0.0.1', current: { port: 0 } },
    } as never,
    battery: undefined as never,
    site: { meters: { grid: 'grid', pv: 'pv' } },
    loadpoints: [{ vehicle: 'ev6' }],
  });
  const of = async (path: string): Promise<unknown> => (await house.current('GET', `/config/devices/${path}`)).json;
  expect(await of('meter')).toEqual([
    { name: 'grid', type: 'fake', config: { title: 'Main meter' } },
    { name: 'pv', type: 'fake', config: { title: 'pv' } },
  ]);
  expect(await of('vehicle')).toEqual([{ name: 'ev6', type: 'fake', config: { title: 'EV6' } }]);
  expect(await of('charger')).toEqual([{ name: 'charger1', type: 'fake', config: { title: 'charger1' } }]);
  expect(await of('tariff')).toMatchObject([{ name: 'grid' }]);
  for (const none of ['circuit', 'messenger']) expect(await of(none)).toEqual([]);
  expect(await house.current('GET', '/config/devices/nothing')).toMatchObject({ status: 400 });
  expect((await house.document('GET', '/config/site')).status).toBe(404);
});

test('a device tells what it said last, and why it says nothing', async () => {
  const house = await startBoth();
  const of = (path: string) => house.current('GET', `/config/devices/${path}/status`);
  expect((await of('meter/grid')).json).toMatchObject({ power: { value: -7_700, error: '' } });
  expect((await of('meter/battery')).json).toMatchObject({ soc: { value: 60, error: '' } });
  expect((await of('vehicle/ev6')).json).toMatchObject({
    soc: { value: 40, error: '' },
    odometer: { value: 12_345, error: '' },
  });
  // It is nowhere.
  expect((await of('vehicle/zoe')).json).toEqual({});
  expect((await of('charger/charger1')).json).toMatchObject({
    chargeStatus: { value: 'B', error: '' },
    enabled: { value: expect.any(Boolean), error: '' },
  });
  expect((await of('tariff/grid')).json).toEqual({});
  house.grid.failure = new Error('no answer');
  await house.cycle();
  expect((await of('meter/grid')).json).toMatchObject({ power: { value: -7_700, error: 'no answer' } });
  for (const unknown of ['meter/nothing', 'vehicle/grid', 'meter/constructor']) {
    expect(await of(unknown)).toMatchObject({ status: 404, json: { error: expect.any(String) } });
  }
});

test('parts are told by the names of what plays them', async () => {
  const house = await startBoth({
    loadpoints: [
      { title: 'Garage', circuit: 'main' },
      { title: 'Carport', name: 'yard' },
    ],
    config: {
      vehicles: { ev6: { type: 'fake' } },
      circuits: { main: { title: 'Main fuse', maxCurrent: 35 } },
      rest: { port: 0, host: '127.0.0.1', current: { port: 0 } },
    } as never,
  });
  expect((await house.current('GET', '/config/site')).json).toEqual({
    title: house.site('siteTitle'),
    grid: 'grid',
    pv: ['pv'],
    battery: ['battery'],
    aux: [],
    ext: [],
    consumers: [],
  });
  expect((await house.current('GET', '/config/loadpoints')).json).toEqual([
    { name: 'charger1', title: 'Garage', circuit: 'main' },
    { name: 'yard', title: 'Carport', circuit: 'main' },
  ]);
  expect((await house.current('GET', '/config/tariff')).json).toEqual({ currency: 'EUR', grid: 'grid', solar: [] });
  expect((await house.current('GET', '/config/devices/circuit')).json).toEqual([
    { name: 'main', config: { title: 'Main fuse' } },
  ]);
  expect((await house.current('GET', '/config/devices/circuit/main/status')).json).toMatchObject({
    maxCurrent: { value: 35, error: '' },
  });
});
