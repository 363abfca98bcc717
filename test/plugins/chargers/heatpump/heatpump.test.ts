import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'vitest';
import type { ChargerDevice } from '../../../../core/index.ts';
import heatPump, { type HeatPumpChargerOptions } from '../../../../plugins/chargers/heatpump/index.ts';
import { type AppliedPlugin, applyPlugin, type ChargerPeer, chargerContract } from '../../../contract/index.ts';
import { FakeClock } from '../../../helpers/fake-clock.ts';
import { startHttpDevice } from '../../../helpers/http-device.ts';

const soon = () => AbortSignal.timeout(5_000);

/** A rod that takes what it is told, and says so. */
async function startRod() {
  const http = await startHttpDevice();
  const told: number[] = [];
  const dims: string[] = [];
  const rod = { power: 0 as number | string, energy: 1, temperature: 55 };
  http.route('POST /power', ({ body }) => {
    told.push(Number(body));
    rod.power = Number(body);
    return { text: '' };
  });
  http.route('POST /dim', ({ body }) => {
    dims.push(body);
    return { text: '' };
  });
  http.route('GET /status', () => ({ json: rod }));
  const at = (path: string) => ({ source: 'http', url: `${http.url}/status`, path }) as const;
  const options: HeatPumpChargerOptions = {
    setPower: { target: 'http', url: `${http.url}/power`, body: '{value}' },
    power: at('power'),
    energy: at('energy'),
    temperature: at('temperature'),
    maxPower: 3_000,
  };
  return { http, told, dims, rod, options };
}

const peer = async (): Promise<ChargerPeer> => {
  const { http, told, rod, options } = await startRod();
  const applied = await applyPlugin(heatPump);
  return {
    device: await applied.chargers.create('heatpump', options),
    statuses: ['B'],
    state: () => {
      const last = told.at(-1) ?? 0;
      const measured = { power: Number(rod.power), energy: rod.energy * 1_000, soc: rod.temperature };
      return {
        status: last > 0 ? 'C' : 'B',
        enabled: last > 0,
        current: Math.round((last / 230) * 10) / 10,
        ...measured,
      };
    },
    set: ({ power, energy }) => {
      if (power !== undefined) rod.power = power;
      if (energy !== undefined) rod.energy = energy / 1_000;
    },
    writes: () => told.length,
    faults: ['refuse', 'hang', 'garbage', 'invalid'],
    fail: (fault) => {
      if (fault !== 'invalid') return http.fail(fault as 'refuse');
      rod.power = 'unavailable';
      return undefined;
    },
    recover: async () => {
      rod.power = 0;
      await http.recover();
    },
    close: async () => {
      await applied.remove();
      await http.close();
    },
  };
};

describe('heatpump', () => {
  for (const { title, run } of chargerContract(peer)) test(title, run);
});

describe('heatpump', () => {
  let device: Awaited<ReturnType<typeof startRod>>;
  let plugin: AppliedPlugin;
  let clock: FakeClock;
  const create = (more: Partial<HeatPumpChargerOptions> = {}): Promise<ChargerDevice> =>
    plugin.chargers.create('heatpump', { ...device.options, ...more }, { clock });
  beforeEach(async () => {
    device = await startRod();
    plugin = await applyPlugin(heatPump);
    clock = new FakeClock();
  });
  afterEach(async () => {
    await plugin.remove();
    await device.http.close();
  });

  test.each([
    [{}, { phases: 1, minCurrent: 0.1, maxCurrent: 13 }],
    [
      { phases: 3, minPower: 1_000, maxPower: 9_000 },
      { phases: 3, minCurrent: 1.5, maxCurrent: 13 },
    ],
  ] as const)('its currents are powers at 230 V: %o', async (options, expected) => {
    const { phases, minCurrent, maxCurrent, heating, integrated } = (await create(options)).traits ?? {};
    assert.deepEqual({ phases, minCurrent, maxCurrent }, expected);
    assert.ok(heating && integrated);
  });

  test('is never told more than it may, on three phases', async () => {
    const pump = await create({ phases: 3, maxPower: 9_000 });
    await pump.setMaxCurrent(13, soon());
    await pump.enable(true, soon());
    await pump.setMaxCurrent(1.5, soon());
    await pump.enable(false, soon());
    assert.deepEqual(device.told, [8_970, 1_035, 0]);
  });

  test('charges while it takes something', async () => {
    const pump = await create();
    await pump.enable(true, soon());
    device.rod.power = 5;
    assert.equal((await pump.read(soon())).status, 'B');
    device.rod.power = 500;
    assert.deepEqual(await pump.read(soon()), { status: 'C', enabled: true, power: 500, energy: 1_000, soc: 55 });
  });

  test('is told again what it forgets, and no longer when it is closed', async () => {
    const pump = await create({ repeat: 30 });
    const arrived = async (count: number) => {
      while (device.told.length < count || clock.pending === 0) await new Promise((resolve) => setImmediate(resolve));
    };
    await clock.advance(0);
    await pump.enable(true, soon());
    await arrived(1);
    await clock.advance(30_000);
    await arrived(2);
    assert.deepEqual(device.told, [23, 23]);
    await pump.close?.();
    assert.equal(clock.pending, 0);
  });

  test('is told what the grid operator allows, if there is a target for it', async () => {
    assert.equal((await create()).dim, undefined);
    const pump = await create({ dim: { target: 'http', url: `${device.http.url}/dim`, body: '{value}' } });
    await pump.dim?.(true, soon());
    assert.deepEqual(device.dims, ['true']);
  });

  test('refuses less than nothing between its limits', async () => {
    await assert.rejects(create({ minPower: 3_100 }), { code: 'EVCC_CONFIG_INVALID', message: /maxPower/ });
  });
});
