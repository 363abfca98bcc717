import assert from 'node:assert/strict';
import { test } from 'vitest';
import { systemClock } from '../../../../core/clock.ts';
import { createLoader } from '../../../../core/loading/loader.ts';
import { silentLogger } from '../../../../core/log.ts';
import { createRuntime } from '../../../../core/runtime/runtime.ts';
import { createMemoryStore } from '../../../../core/store.ts';
import { eventually } from '../../../contract/peer.ts';
import { f32, startModbusDevice } from '../../../helpers/modbus-device.ts';
import { COMMON, INVERTER, layOut } from '../../meters/sunspec/fixtures.ts';

test('devices of different types on one line share its connection, and give it up when the house stops', async () => {
  const box = await startModbusDevice();
  layOut(box, [COMMON, INVERTER]);
  for (const unit of [2, 3]) for (const address of [0x0c, 0x48, 0x4a]) box.set('input', address, f32(500 * unit), unit);
  const line = { host: box.host, port: box.port };
  const runtime = await createRuntime({
    config: {
      rest: false,
      meters: {
        grid: { type: 'eastron-sdm', model: 'sdm120', ...line, id: 2 },
        roof: { type: 'sunspec', usage: 'pv', ...line },
        car: {
          type: 'custom',
          power: { source: 'modbus', ...line, id: 3, address: 0x0c, table: 'input', type: 'f32' },
        },
      },
      site: { meters: { grid: 'grid', pv: 'roof', aux: 'car' } },
    },
    directory: import.meta.dirname,
    loader: createLoader({ directory: import.meta.dirname }),
    clock: systemClock,
    log: silentLogger,
    version: 'test',
    store: createMemoryStore(),
  });
  await runtime.prepare();
  await runtime.cycle();
  const { site } = runtime.evcc.state;
  assert.equal(site.get('gridPower'), 1_000);
  assert.equal(site.get('pvPower'), 6_950);
  assert.deepEqual(new Set(box.requests.map(({ unit }) => unit)), new Set([1, 2, 3]));
  assert.equal(box.opened(), 1);
  await runtime.stop();
  await eventually(() => assert.equal(box.connections(), 0));
  await box.close();
});
