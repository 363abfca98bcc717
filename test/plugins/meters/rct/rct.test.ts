import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, test } from 'vitest';
import { systemClock } from '../../../../core/clock.ts';
import rct, { type RctMeterOptions } from '../../../../plugins/meters/rct/index.ts';
import { crc16, cut, frame, IDS, question } from '../../../../plugins/meters/rct/protocol.ts';
import { applyPlugin, type MeterPeer, meterContract } from '../../../contract/index.ts';
import type { MeterState } from '../../../helpers/http-meter.ts';
import { startInverter } from './inverter.ts';

const soon = () => AbortSignal.timeout(5_000);

async function start(options: Partial<RctMeterOptions> = {}) {
  const box = await startInverter();
  let later = 0;
  const clock = { ...systemClock, now: () => systemClock.now() + later };
  const plugin = await applyPlugin(rct, undefined, { clock });
  const create = (more: Partial<RctMeterOptions>) =>
    plugin.meters.create('rct', { host: '127.0.0.1', port: box.port, ...more }, { clock });
  const device = await create(options);
  return {
    box,
    device,
    create,
    pass: (ms: number) => {
      later += ms;
    },
    close: async () => {
      await device.close?.();
      await plugin.remove();
      await box.close();
    },
  };
}

async function peer(): Promise<MeterPeer> {
  const { box, device, pass, close } = await start({ usage: 'battery', capacity: 7.6 });
  const state: MeterState = { power: 0, soc: 50, energy: 1_000, returnEnergy: 500 };
  const show = () => {
    box.values.set(IDS.batteryPower, state.power);
    box.values.set(IDS.soc, (state.soc ?? 0) / 100);
    box.values.set(IDS.used, state.energy ?? 0);
    box.values.set(IDS.stored, state.returnEnergy ?? 0);
    pass(10_000);
  };
  show();
  return {
    device,
    state: () => state,
    set: ({ power = state.power, soc = state.soc, energy = state.energy, returnEnergy = state.returnEnergy }) => {
      Object.assign(state, { power, soc, energy, returnEnergy });
      show();
    },
    faults: ['refuse', 'hang', 'garbage', 'invalid'],
    fail: async (fault) => {
      pass(10_000);
      if (fault === 'invalid') box.values.set(IDS.batteryPower, Number.NaN);
      else await box.fail(fault as 'refuse' | 'hang' | 'garbage');
    },
    recover: async () => {
      show();
      await box.recover();
    },
    connections: box.connections,
    close,
  };
}

describe('rct', () => {
  for (const { title, run } of meterContract(peer)) test(title, run);

  test('meters of an inverter share one connection, and values for 2 s', async () => {
    const { box, device, create, pass, close } = await start();
    const [roof, again] = [await create({ usage: 'pv' }), await create({})];
    box.values.set(IDS.gridPower, -1_234.5);
    box.values.set(IDS.gridImport, 1_000);
    box.values.set(IDS.gridExport, -2_000);
    box.values.set(IDS.pvPowerA, 1_000.5);
    box.values.set(IDS.pvPowerB, 500);
    box.values.set(IDS.pvEnergyA, 7_000);
    box.values.set(IDS.pvEnergyB, 3_000);
    const [grid, pv, same] = await Promise.all([device.read(soon()), roof.read(soon()), again.read(soon())]);
    assert.deepEqual(grid, { power: -1_234.5, energy: 1_000, returnEnergy: 2_000 });
    assert.deepEqual(pv, { power: 1_500.5, energy: 10_000 });
    assert.deepEqual(same, grid);
    assert.equal(box.asked.length, 7);
    assert.equal(box.opened(), 1);
    pass(2_000);
    await device.read(soon());
    assert.equal(box.asked.length, 10);
    await roof.close?.();
    await device.read(soon());
    await again.close?.();
    await close();
  });
});

describe('a frame', () => {
  const hex = (bytes: Buffer) => bytes.toString('hex');

  test('is as the description says', () => {
    assert.equal(hex(question(IDS.soc)), '2b0104959930bf0d65');
    assert.equal(crc16(Buffer.from('0508959930bf3f2147ae', 'hex')), 0xd8b6);
    assert.equal(hex(question(IDS.batteryPower)).slice(-4), '58b4');
  });

  test('comes back whatever bytes it has, and not before its last one', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 0, maxLength: 40 }), fc.nat(0xffffffff), (data, id) => {
        const body = Buffer.alloc(6 + data.length);
        body.writeUInt8(5, 0);
        body.writeUInt8(4 + data.length, 1);
        body.writeUInt32BE(id, 2);
        body.set(data, 6);
        const bytes = frame(body);
        const found = cut(Buffer.concat([Buffer.from([0, 1, 2]), bytes, Buffer.from([9])]));
        assert.ok(found && 'id' in found);
        assert.deepEqual([found.id, hex(found.data), hex(found.rest)], [id, Buffer.from(data).toString('hex'), '09']);
        for (let length = 0; length < bytes.length; length += 1)
          assert.equal(cut(bytes.subarray(0, length)), undefined);
      }),
    );
  });

  test('that is cut off by another, too short or damaged is none', () => {
    const whole = frame(Buffer.from('0508959930bf3f2147ae', 'hex'));
    const broken = cut(Buffer.concat([whole.subarray(0, 6), whole]));
    assert.ok(broken && 'damaged' in broken && broken.damaged);
    assert.ok('id' in (cut(broken.rest) ?? {}));
    for (const body of ['0500', '050101', '0508959930bf3f2147af']) {
      const bytes = frame(Buffer.from(body, 'hex'));
      if (body.endsWith('af')) bytes[5] = 0;
      const found = cut(bytes);
      assert.ok(found && 'damaged' in found && found.damaged, body);
    }
  });
});
