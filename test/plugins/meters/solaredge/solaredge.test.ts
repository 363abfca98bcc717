import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import solarEdge from '../../../../plugins/meters/solaredge/index.ts';
import { testInverter } from '../../../helpers/inverter.ts';
import { startRegisterDevice } from '../../../helpers/register-device.ts';
import { COMMON, INVERTER, layOut } from '../sunspec/fixtures.ts';
import { FIXTURES, METER } from './fixtures.ts';

testInverter(solarEdge, FIXTURES);

describe('solaredge', () => {
  const start = async (options: object) => {
    const device = await startRegisterDevice(solarEdge, { type: 'solaredge', options });
    layOut(device.box, [COMMON, INVERTER, COMMON, METER]);
    return device;
  };

  test('reads its meter, which counts what is fed in as positive', async () => {
    const { read, end } = await start({ usage: 'grid' });
    assert.deepEqual(await read(), {
      power: 1_180,
      powers: [393, 393, 394],
      currents: [1.71, 1.7, 1.71],
      voltages: [230.1, 231.2, 229.8],
      energy: 2_345_600,
      returnEnergy: 5_432_100,
    });
    await end();
  });

  test('reads the inverter', async () => {
    const { read, end } = await start({ usage: 'pv' });
    assert.equal((await read()).power, 6_950);
    await end();
  });

  test.each([
    ['takes', 2_000, 9_120],
    ['gives', -2_000, 5_120],
    ['gives more than there is, because both are not of the same moment,', -9_000, 0],
  ])('generation while the battery %s power', async (_, raw, power) => {
    const { put, read, end } = await start({ usage: 'pv', battery: 1 });
    put(0xe174, 'f32le', raw);
    assert.deepEqual(await read(), { power });
    await end();
  });

  test('a battery that is not there adds nothing', async () => {
    const { put, box, read, end } = await start({ usage: 'pv', battery: 2 });
    put(0xe174, 'f32le', 0);
    // The smallest float
    box.set('holding', 0xe274, [0xffff, 0xff7f]);
    assert.deepEqual(await read(), { power: 7_120 });
    await end();
  });

  test('limits what it generates', async () => {
    const { put, device, writes, end } = await start({ usage: 'pv' });
    put(0xf001, 'u16', 100);
    put(0xf100, 'u16', 0);
    await device.curtail?.(60, AbortSignal.timeout(5_000));
    await device.curtail?.(100, AbortSignal.timeout(5_000));
    assert.deepEqual(writes(), [
      [16, 0xf001, 60],
      [16, 0xf100, 1],
      [16, 0xf001, 100],
      [16, 0xf100, 1],
    ]);
    await end();
  });
});
