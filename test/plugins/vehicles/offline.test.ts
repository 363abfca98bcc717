import assert from 'node:assert/strict';
import { Check } from 'typebox/value';
import { describe, test } from 'vitest';
import offline from '../../../plugins/vehicles/offline/index.ts';
import { applyPlugin } from '../../contract/harness.ts';
import { vehicleContract } from '../../contract/vehicle.ts';

const create = async () => (await applyPlugin(offline)).vehicles.create('offline', {});

describe('an offline vehicle', () => {
  const cases = vehicleContract(async () => ({
    device: await create(),
    faults: [],
    fail() {},
    recover() {},
    state: () => ({}),
    set() {},
    close() {},
  }));
  for (const { title, run } of cases) test(title, run);

  test('says that it is one, and nothing else', async () => {
    const vehicle = await create();
    assert.deepEqual(vehicle.traits, { offline: true });
    assert.deepEqual(await vehicle.read(new AbortController().signal), {});
    assert.equal(vehicle.wakeUp, undefined);
  });

  test('has no options of its own', async () => {
    const schema = (await applyPlugin(offline)).vehicles.schema('offline');
    assert.ok(Check(schema, {}));
    assert.deepEqual(Object.keys((schema as { properties?: object }).properties ?? {}), []);
  });
});
