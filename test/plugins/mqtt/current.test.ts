import assert from 'node:assert/strict';
import { type TestContext, test } from 'vitest';
import { freePort } from '../../helpers/free-port.ts';
import { type FakeHouse, startHouse } from '../../helpers/house.ts';
import { observe } from './network.ts';

/** Topics of the current dialect, beside those of the document: what its clients read and write. */

const NOW = Date.parse('2025-06-15T12:00:00Z');
const TIME = '2025-06-16T05:00:00Z';

async function begin(t: TestContext) {
  const port = await freePort();
  const house = await startHouse(t, {
    now: NOW,
    battery: { soc: 61, capacity: 10_000 },
    batteryMode: async () => {},
    loadpoints: [{ mode: 'pv', vehicle: 'ev6' }, {}],
    charger: (charger) => {
      charger.canSwitchPhases = true;
    },
    config: {
      vehicles: { ev6: { type: 'fake', title: 'EV6', capacity: 77 }, zoe: { type: 'fake', title: 'Zoe' } },
      broker: { port },
      mqtt: { broker: `127.0.0.1:${port}` },
    } as never,
  });
  const observer = await observe(`mqtt://127.0.0.1:${port}`);
  t.onTestFinished(() => observer.close());
  await seen(house, observer.sees('evcc/status', 'online'));
  house.set({ base: 400, pv: 1_000, battery: -200 });
  await house.cycle();
  await observer.sees('evcc/loadpoints/1/connected', 'true');
  const shows = async (values: Readonly<Record<string, string>>): Promise<void> => {
    for (const [topic, value] of Object.entries(values)) await observer.sees(`evcc/${topic}`, value);
  };
  return { house, observer, shows };
}

/** Lets time pass in the house until something happened on the wire. */
async function seen(house: FakeHouse, event: Promise<void>): Promise<void> {
  let over = false;
  const done = event.then(() => {
    over = true;
  });
  while (!over) {
    await house.clock.advance(10);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await done;
}

test('the Home Assistant package finds site, battery, loadpoint and vehicles', async (t) => {
  const { shows, observer } = await begin(t);
  await shows({
    'site/grid/power': '-400',
    'site/battery/power': '-200',
    'site/battery/soc': '61',
    'site/battery/devices/1/soc': '61',
    'site/homePower': '400',
    'loadpoints/1/limitSoc': '0',
    'loadpoints/1/enableDelay': '60',
    'loadpoints/1/disableDelay': '180',
    'loadpoints/1/phases': '0',
    'loadpoints/1/phasesConfigured': '0',
    'loadpoints/1/offeredCurrent': '0',
    'loadpoints/1/vehicleName': 'ev6',
    vehicles: '2',
    'vehicles/ev6/title': 'EV6',
    'vehicles/ev6/capacity': '77',
    'vehicles/ev6/minSoc': '0',
    'vehicles/ev6/limitSoc': '100',
    'vehicles/zoe/title': 'Zoe',
    // The names of the document are there as before.
    'site/gridPower': '-400',
    'site/batterySoc': '61',
    'site/battery': '1',
    'site/battery/1/soc': '61',
    'site/vehicles': '2',
    'site/vehicles/1': 'EV6',
    'loadpoints/1/chargeCurrent': '0',
    'loadpoints/1/targetSoc': '100',
  });
  assert.equal(observer.values.has('evcc/loadpoints/1/alwaysCharge'), false);
});

/** What is written, and what is shown then */
const SETTERS: readonly (readonly [string, string, Readonly<Record<string, string>>])[] = [
  ['loadpoints/1/phasesConfigured', '1', { 'loadpoints/1/phasesConfigured': '1', 'loadpoints/1/phases': '1' }],
  ['loadpoints/1/limitSoc', '70', { 'loadpoints/1/limitSoc': '70', 'loadpoints/1/targetSoc': '70' }],
  ['loadpoints/1/limitEnergy', '7.5', { 'loadpoints/1/limitEnergy': '7.5' }],
  ['loadpoints/1/enableDelay', '90', { 'loadpoints/1/enableDelay': '90' }],
  ['loadpoints/1/disableDelay', '300', { 'loadpoints/1/disableDelay': '300' }],
  ['loadpoints/1/priority', '2', { 'loadpoints/1/priority': '2' }],
  ['loadpoints/1/batteryBoost', 'true', { 'loadpoints/1/batteryBoost': 'true' }],
  ['loadpoints/1/smartCostLimit', '0.2', { 'loadpoints/1/smartCostLimit': '0.2' }],
  ['loadpoints/1/vehicle', 'zoe', { 'loadpoints/1/vehicleName': 'zoe' }],
  ['loadpoints/1/vehicle', '-', { 'loadpoints/1/vehicleName': '' }],
  [
    'loadpoints/1/planEnergy',
    `{"value":12,"time":"${TIME}"}`,
    { 'loadpoints/1/planEnergy': '12', 'loadpoints/1/planTime': String(Date.parse(TIME) / 1_000) },
  ],
  ['site/smartFeedInPriorityLimit', '0.1', { 'loadpoints/2/smartFeedInPriorityLimit': '0.1' }],
  ['site/batteryGridChargeLimit', '0.1', { 'site/batteryGridChargeLimit': '0.1' }],
  ['site/batteryMode', 'hold', { 'site/batteryModeExternal': 'hold' }],
  ['site/batteryMode', 'HoldCharge', { 'site/batteryModeExternal': 'holdcharge' }],
  ['loadpoints/1/smartCostLimit', '+2e-1', { 'loadpoints/1/smartCostLimit': '0.2' }],
  ['vehicles/zoe/mode', 'MinPV', { 'vehicles/zoe/mode': 'minpv' }],
  ['vehicles/ev6/minSoc', '25', { 'vehicles/ev6/minSoc': '25', 'loadpoints/1/minSoc': '25' }],
  ['vehicles/ev6/limitSoc', '80', { 'vehicles/ev6/limitSoc': '80', 'loadpoints/1/targetSoc': '80' }],
  ['vehicles/zoe/limitSoc', '55', { 'vehicles/zoe/limitSoc': '55', 'loadpoints/1/targetSoc': '100' }],
  [
    'vehicles/zoe/planSoc',
    `{"value":75,"time":"${TIME}"}`,
    { 'vehicles/zoe/plan/soc': '75', 'vehicles/zoe/plan/time': String(Date.parse(TIME) / 1_000) },
  ],
  ['vehicles/zoe/planStrategy', '{"continuous":true}', { 'vehicles/zoe/planStrategy/continuous': 'true' }],
];

test.for(SETTERS)('%s/set %s', async ([topic, payload, shown], t) => {
  const { house, observer, shows } = await begin(t);
  await observer.send(`evcc/${topic}/set`, payload);
  await seen(house, observer.sees(`evcc/${topic}/set`, ''));
  await house.cycle();
  await seen(house, shows(shown));
});

test('a plan that is cleared leaves nothing behind', async (t) => {
  const { house, observer, shows } = await begin(t);
  await observer.send('evcc/vehicles/ev6/planSoc/set', `{"value":75,"time":"${TIME}"}`);
  await seen(house, shows({ 'vehicles/ev6/plan/soc': '75' }));
  await observer.send('evcc/vehicles/ev6/planSoc/set', 'null');
  await seen(
    house,
    observer.until(() => ['soc', 'time'].every((key) => !observer.values.has(`evcc/vehicles/ev6/plan/${key}`))),
  );
  assert.deepEqual(
    [...observer.values].filter(
      ([topic, payload]) => /\/planSoc(?!\/set)/.test(topic) && topic.includes('/vehicles/') && payload !== '',
    ),
    [],
  );
});

test.for([
  ['vehicles/ev6/minSoc', '101', 'allowed is a whole number from 0 to 100 (%)'],
  ['vehicles/nobody/minSoc', '20', 'there is no vehicle nobody'],
  ['vehicles/ev6/minsoc', '20', 'did you mean evcc/vehicles/ev6/minSoc/set?'],
  ['vehicles/ev6/planSoc', '80', 'invalid value for planSoc'],
  ['loadpoints/3/limitSoc', '80', 'there is no loadpoint 3'],
  ['loadpoints/1/planEnergy', '{"value":0,"time":"2025-06-16T05:00:00Z"}', 'invalid value for planEnergy'],
] as const)('%s/set %s is refused, and changes nothing', async ([topic, payload, why], t) => {
  const { house, observer } = await begin(t);
  const before = JSON.stringify([...house.runtime.evcc.state.vehicles].map(([name, values]) => [name, [...values]]));
  await observer.send(`evcc/${topic}/set`, payload);
  await seen(
    house,
    observer.until(() => house.log.some(({ message }) => message.includes(why))),
  );
  assert.equal(
    JSON.stringify([...house.runtime.evcc.state.vehicles].map(([name, values]) => [name, [...values]])),
    before,
  );
});

test('topics of a vehicle that leaves the configuration are cleared', async (t) => {
  const { house, observer, shows } = await begin(t);
  await shows({ 'vehicles/zoe/title': 'Zoe' });
  const { zoe: _, ...vehicles } = house.config.vehicles ?? {};
  assert.deepEqual(await house.runtime.reconfigure({ ...house.config, vehicles }), []);
  await seen(house, shows({ vehicles: '1' }));
  await seen(
    house,
    observer.until(() => ![...observer.values.keys()].some((topic) => topic.startsWith('evcc/vehicles/zoe/'))),
  );
  assert.equal(observer.values.get('evcc/vehicles/ev6/title'), 'EV6');
});
