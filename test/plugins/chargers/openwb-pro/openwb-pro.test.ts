import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'vitest';
import { chargerContract } from '../../../contract/index.ts';
import { settle } from '../../../helpers/fake-clock.ts';
import { httpChargerPeer, startHttpCharger } from '../../../helpers/http-charger.ts';
import { soon } from '../../../helpers/register-charger.ts';
import { STATUS, box as simulated } from './fixtures.ts';

describe('openwb-pro', () => {
  for (const { title, run } of chargerContract(httpChargerPeer(simulated))) test(title, run);
});

async function begin(t: TestContext, options: object = {}) {
  const charger = await startHttpCharger(simulated, options);
  t.onTestFinished(charger.end);
  const bodies = () => charger.box.requests.filter(({ method }) => method === 'POST').map(({ body }) => body);
  const beats = () => bodies().filter((body) => body === 'heartbeatenabled=1').length;
  /** Lets a heartbeat that is due arrive and be answered. */
  const arrive = async (count: number): Promise<void> => {
    while (beats() < count || charger.clock.pending === 0) await new Promise((resolve) => setImmediate(resolve));
  };
  return { ...charger, bodies, beats, arrive };
}

test('commands are forms', async (t) => {
  const { device, bodies, model } = await begin(t, { heartbeat: false });
  await device.enable(true, soon());
  await device.setMaxCurrent(7.5, soon());
  await device.setPhases?.(1, soon());
  await device.enable(false, soon());
  await device.enable(true, soon());
  await device.wakeUp?.(soon());
  assert.deepEqual(bodies(), [
    'ampere=6',
    'ampere=7.5',
    'phasetarget=1',
    'ampere=0',
    'ampere=7.5',
    'cp_interrupt=true&cp_interrupt_version=0V&cp_interrupt_duration=4',
  ]);
  assert.equal(model.state.current, 7.5);
});

test('the heartbeat is told every 30 s from the beginning on, until the device is closed', async (t) => {
  const { device, clock, beats, arrive } = await begin(t);
  await clock.advance(0);
  await arrive(1);
  await clock.advance(29_999);
  assert.equal(beats(), 1);
  await clock.advance(1);
  await arrive(2);
  await device.close?.();
  await clock.advance(120_000);
  await settle();
  assert.equal(beats(), 2);
  assert.equal(clock.pending, 0);
});

test('there is no heartbeat and no switching of phases where they are not wanted', async (t) => {
  const { device, clock, bodies } = await begin(t, { heartbeat: false, phaseSwitching: false });
  await clock.advance(120_000);
  assert.deepEqual(bodies(), []);
  assert.equal(device.setPhases, undefined);
});

const status = (more: object) => ({
  json: {
    ...STATUS,
    power_all: -3,
    plug_state: true,
    charge_state: false,
    offered_current: 0,
    phases_target: 0,
    ...more,
  },
});

describe('answers', () => {
  for (const [name, more, expected] of [
    ['nothing but what is needed', {}, { status: 'B', enabled: false, power: 0, identifier: '' }],
    ['an identified car', { vehicle_id: 'AA:BB', rfid_tag: '1234' }, { identifier: 'AA:BB' }],
    ['a card', { rfid_tag: '1234' }, { identifier: '1234' }],
    ['a soc of the past', { soc_value: 50, soc_timestamp: STATUS.timestamp - 301 }, { soc: undefined }],
    ['a soc without time', { soc_value: 50 }, { soc: undefined }],
    ['a single phase', { currents: [9.8], phases_target: 1 }, { currents: [9.8, 0, 0], phases: 1 }],
    ['empty lists', { currents: [] }, { currents: undefined }],
  ] as const) {
    test(name, async (t) => {
      const { device, box } = await begin(t);
      box.route('GET /connect.php', status(more));
      const reading = await device.read(soon());
      for (const [key, value] of Object.entries(expected)) {
        assert.deepEqual(reading[key as keyof typeof reading], value, key);
      }
    });
  }

  for (const [name, more, text] of [
    ['a text for the state', { plug_state: 'maybe' }, /plug_state is "maybe"/],
    ['a current that is none', { offered_current: 'NaN' }, /offered_current is "NaN"/],
    ['phases that are none', { currents: [1, 'x', 2] }, /currents\[1\] is "x"/],
  ] as const) {
    test(`${name} is an error with the address`, async (t) => {
      const { device, box } = await begin(t);
      box.route('GET /connect.php', status(more));
      await assert.rejects(device.read(soon()), { code: 'EVCC_DEVICE_PROTOCOL', message: text });
      await assert.rejects(device.read(soon()), { message: new RegExp(`GET ${box.url}/connect.php`) });
    });
  }
});
