import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'vitest';
import type { ChargerDevice } from '../../../../core/index.ts';
import sgReady, { type SgReadyChargerOptions } from '../../../../plugins/chargers/sgready/index.ts';
import type { CustomSource } from '../../../../plugins/shared/sources/options.ts';
import { type AppliedPlugin, applyPlugin, type ChargerPeer, chargerContract } from '../../../contract/index.ts';
import { FakeClock } from '../../../helpers/fake-clock.ts';
import { type HttpDevice, startHttpDevice } from '../../../helpers/http-device.ts';

const soon = () => AbortSignal.timeout(5_000);
const MINUTE = 60_000;

/** Two relays, the first one blocks and the second one recommends, and a meter. */
async function startRelays() {
  const http = await startHttpDevice();
  const contacts = [false, false];
  const meter = { power: 0 as number | string, temperature: 48.5 };
  for (const index of [0, 1]) {
    http.route(`GET /relay/${index as 0}`, ({ query }) => {
      contacts[index] = query.get('turn') === 'on';
      return { text: 'ok' };
    });
  }
  http.route('GET /status', () => ({
    json: { ...meter, mode: contacts[0] ? 'dim' : contacts[1] ? 'boost' : 'normal' },
  }));
  const to = (index: number, map: Record<string, string>) =>
    ({ target: 'http', url: `${http.url}/relay/${index}?turn={value}`, method: 'GET', map }) as const;
  const at = (path: string): CustomSource => ({ source: 'http', url: `${http.url}/status`, path });
  const options: SgReadyChargerOptions = {
    setMode: [to(0, { normal: 'off', boost: 'off', dim: 'on' }), to(1, { normal: 'off', boost: 'on', dim: 'off' })],
    power: at('power'),
    temperature: at('temperature'),
    consumption: 2_070,
  };
  return { http, contacts, meter, options, at };
}

let relays: Awaited<ReturnType<typeof startRelays>>;
let plugin: AppliedPlugin;
let clock: FakeClock;
const create = (more: Partial<SgReadyChargerOptions> = {}): Promise<ChargerDevice> =>
  plugin.chargers.create('sgready', { ...relays.options, ...more }, { clock });
const writes = (http: HttpDevice) => http.requests.filter(({ path }) => path.startsWith('/relay')).length;

const peer = async (): Promise<ChargerPeer> => {
  const { http, contacts, meter, options, at } = await startRelays();
  const applied = await applyPlugin(sgReady);
  return {
    device: await applied.chargers.create('sgready', { ...options, mode: at('mode'), hold: 0 }),
    statuses: ['B', 'C'],
    state: () => ({
      status: contacts[1] ? 'C' : 'B',
      enabled: contacts[1] === true,
      current: 3,
      power: Number(meter.power),
      soc: meter.temperature,
    }),
    set: ({ status, power }) => {
      if (status) contacts[1] = status === 'C';
      if (power !== undefined) meter.power = power;
    },
    writes: () => writes(http),
    faults: ['refuse', 'hang', 'garbage', 'invalid'],
    fail: (fault) => {
      if (fault !== 'invalid') return http.fail(fault as 'refuse');
      meter.power = 'unavailable';
      return undefined;
    },
    recover: async () => {
      meter.power = 0;
      await http.recover();
    },
    close: async () => {
      await applied.remove();
      await http.close();
    },
  };
};

describe('sgready', () => {
  for (const { title, run } of chargerContract(peer)) test(title, run);
});

describe('sgready', () => {
  beforeEach(async () => {
    relays = await startRelays();
    plugin = await applyPlugin(sgReady);
    clock = new FakeClock();
  });
  afterEach(async () => {
    await plugin.remove();
    await relays.http.close();
  });
  /** Lets time pass, and what it sets off arrive. */
  const pass = async (ms: number, arrived: number) => {
    await clock.advance(ms);
    while (writes(relays.http) < arrived) await new Promise((resolve) => setImmediate(resolve));
  };

  test('is a heater that can only be switched, with what it takes as its smallest current', async () => {
    const pump = await create();
    assert.deepEqual(pump.traits, { phases: 3, integrated: true, heating: true, switch: true, minCurrent: 3 });
    relays.meter.power = 2_100;
    assert.deepEqual(await pump.read(soon()), { status: 'B', enabled: false, power: 2_100, soc: 48.5 });
    assert.equal(writes(relays.http), 0);
  });

  test('keeps a mode for ten minutes, and says meanwhile what it was told', async () => {
    const pump = await create();
    await pump.enable(true, soon());
    assert.deepEqual(relays.contacts, [false, true]);
    await pump.enable(false, soon());
    assert.equal((await pump.read(soon())).enabled, false);
    await clock.advance(10 * MINUTE - 1);
    assert.deepEqual([relays.contacts, writes(relays.http)], [[false, true], 2]);
    await pass(1, 4);
    assert.deepEqual(relays.contacts, [false, false]);
    await pump.close?.();
  });

  test('a change that is taken back in time never happens', async () => {
    const pump = await create();
    for (const enabled of [true, false, true]) await pump.enable(enabled, soon());
    assert.equal(clock.pending, 0);
    assert.deepEqual([relays.contacts, writes(relays.http)], [[false, true], 2]);
    await pump.close?.();
  });

  test('is dimmed at once, and not boosted before that is over', async () => {
    const pump = await create();
    await pump.enable(true, soon());
    await pump.dim?.(true, soon());
    assert.deepEqual(relays.contacts, [true, false]);
    const { status, enabled } = await pump.read(soon());
    assert.deepEqual([status, enabled], ['B', true]);
    await pump.dim?.(false, soon());
    assert.deepEqual(relays.contacts, [true, false]);
    await pass(10 * MINUTE, 6);
    assert.deepEqual(relays.contacts, [false, true]);
    await pump.close?.();
  });

  test('a change that fails while nobody waits is tried again', async () => {
    const pump = await create();
    await pump.enable(true, soon());
    await pump.enable(false, soon());
    await relays.http.fail('error');
    await pass(10 * MINUTE, 3);
    while (clock.pending === 0) await new Promise((resolve) => setImmediate(resolve));
    await relays.http.recover();
    await pass(10_000, 5);
    assert.deepEqual(relays.contacts, [false, false]);
    await pump.close?.();
  });

  test('sees that something else switched it, and puts that right when it is told again', async () => {
    const pump = await create({ mode: relays.at('mode'), hold: 0 });
    await pump.enable(true, soon());
    relays.contacts[1] = false;
    assert.equal((await pump.read(soon())).enabled, false);
    await pump.enable(true, soon());
    assert.deepEqual(relays.contacts, [false, true]);
  });

  test('refuses a mode that does not exist', async () => {
    const pump = await create({ mode: relays.at('temperature') });
    await assert.rejects(pump.read(soon()), {
      code: 'EVCC_DEVICE_PROTOCOL',
      message: /^mode: 48\.5 is not one of normal/,
    });
  });

  test('a heat pump without that mode is not dimmed', async () => {
    const { setMode } = relays.options;
    const [, boost] = Array.isArray(setMode) ? setMode : [];
    const pump = await create({ setMode: { ...boost, map: { normal: 'off', boost: 'on' } } });
    assert.equal(pump.dim, undefined);
    await pump.enable(true, soon());
    assert.deepEqual(relays.contacts, [false, true]);
  });

  test('leaves nothing behind', async () => {
    const pump = await create();
    await pump.enable(true, soon());
    await pump.enable(false, soon());
    await pump.close?.();
    assert.equal(clock.pending, 0);
  });
});
