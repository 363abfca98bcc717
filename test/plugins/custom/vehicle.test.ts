import assert from 'node:assert/strict';
import { test } from 'vitest';
import type { VehicleReading } from '../../../core/index.ts';
import type { CustomSource, CustomVehicleOptions } from '../../../plugins/custom/index.ts';
import custom from '../../../plugins/custom/index.ts';
import { applyPlugin } from '../../contract/index.ts';

const constant = (value: string | number | boolean): CustomSource => ({ source: 'constant', value });

async function read(options: CustomVehicleOptions): Promise<VehicleReading> {
  const { vehicles } = await applyPlugin(custom);
  return (await vehicles.create('custom', options)).read(AbortSignal.timeout(5_000));
}

test('a limit of 0 % means that the car says nothing of its limit', async () => {
  assert.deepEqual(await read({ soc: constant(0), limitSoc: constant(0) }), { soc: 0 });
  assert.deepEqual(await read({ soc: constant(5), limitSoc: constant('80') }), { soc: 5, limitSoc: 80 });
});

test('a soc that the source does not know is absent', async () => {
  const soc: CustomSource = { ...constant('unavailable'), unknown: ['unavailable'] };
  assert.deepEqual(await read({ soc, range: constant(120), climater: constant('off') }), {
    range: 120,
    climater: false,
  });
});

test.each([
  [{ soc: constant(101) }, 'soc: 101 is not 100 at most'],
  [{ soc: constant('63 %') }, 'soc: "63 %" is not a number (with a decimal point, without unit)'],
])('%j is refused', async (options, message) => {
  await assert.rejects(read(options), { code: 'EVCC_DEVICE_PROTOCOL', message });
});

test.each([
  { soc: constant(50), range: constant(-1) },
  { soc: constant(50), status: constant('E') },
  { soc: constant(50), climater: constant('warm') },
])('%j is read without what cannot be used', async (options) => {
  assert.deepEqual(await read(options), { soc: 50 });
});
