import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'vitest';
import { systemClock } from '../../../../core/clock.ts';
import type { ChargerDevice, Clock } from '../../../../core/index.ts';
import wattpilot from '../../../../plugins/chargers/wattpilot/index.ts';
import { answerTo, deriveKey, sign } from '../../../../plugins/chargers/wattpilot/protocol.ts';
import { applyPlugin, type ChargerPeer, chargerContract } from '../../../contract/index.ts';
import { eventually, inTime } from '../../../contract/peer.ts';
import { untilItFails } from '../../../helpers/until-it-fails.ts';
import type { WebSocketFault } from '../../../helpers/websocket-device.ts';
import { KEY, PASSWORD, SERIAL, startWattpilot, type WattpilotStatus } from './fixtures.ts';

/** Pauses of reconnection are shorter here than in a house. */
const clock: Clock = { ...systemClock, after: (ms, run) => systemClock.after(ms / 200, run) };
const plugin = await applyPlugin(wattpilot);
const ends: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function start(options: Parameters<typeof startWattpilot>[0] = {}, password = PASSWORD) {
  const box = await startWattpilot(options);
  const device = await plugin.chargers.create('wattpilot', { host: box.device.host, password }, { clock });
  ends.push(box.device.close, () => device.close?.());
  return { box, device };
}

const read = (device: ChargerDevice) => device.read(inTime());

const peer = (secured: boolean) => async (): Promise<ChargerPeer> => {
  const { box, device } = await start({ secured });
  const { status } = box;
  const nrg = () => status.nrg as number[];
  return {
    device,
    secrets: [PASSWORD, KEY],
    statuses: ['A', 'B', 'C', 'F'],
    state: () => ({
      status: (['F', 'A', 'C', 'B', 'B'] as const)[status.car as number] ?? 'F',
      enabled: status.frc === 2,
      current: status.amp as number,
      phases: status.psm === 1 ? 1 : 3,
      power: nrg()[11] ?? 0,
      currents: [nrg()[4] ?? 0, nrg()[5] ?? 0, nrg()[6] ?? 0],
      voltages: [nrg()[0] ?? 0, nrg()[1] ?? 0, nrg()[2] ?? 0],
      energy: status.eto as number,
    }),
    set: async ({ status: letter, enabled, current, phases, power, currents, voltages, energy }) => {
      const values = [...nrg()];
      if (currents) values.splice(4, 3, ...currents);
      if (voltages) values.splice(0, 3, ...voltages);
      if (power !== undefined) values[11] = power;
      const changes: Partial<WattpilotStatus> = {
        ...(letter && { car: { A: 1, B: 3, C: 2, D: 2, E: 5, F: 5 }[letter] }),
        ...(enabled !== undefined && { frc: enabled ? 2 : 1 }),
        ...(current !== undefined && { amp: current }),
        ...(phases !== undefined && { psm: phases === 1 ? 1 : 2 }),
        ...(energy !== undefined && { eto: energy }),
        nrg: values,
      };
      box.change(changes);
    },
    writes: box.commands,
    violations: () => box.violations,
    faults: ['refuse', 'hang', 'garbage', 'invalid', 'auth'],
    fail: async (fault) => {
      if (fault === 'invalid') box.change({ frc: null });
      else await box.device.fail(fault as WebSocketFault);
      await untilItFails(device, fault);
    },
    recover: async () => {
      box.status.frc = 1;
      await box.device.recover();
    },
    connections: box.device.connections,
    close: box.device.close,
  };
};

describe('wattpilot', () => {
  for (const { title, run } of chargerContract(peer(true))) test(title, run);
});

describe('the log-in of a wattpilot', () => {
  test('has the key, the hash and the signature that the app makes', async () => {
    assert.equal(await deriveKey(PASSWORD, SERIAL), KEY);
    assert.equal(
      answerTo(KEY, 'aa'.repeat(16), 'bb'.repeat(16), 'cc'.repeat(16)),
      '70f6a628a6972103e39e14528e7d8977f558260818f3f54cc027c85e7f62b729',
    );
    assert.equal(
      sign(KEY, '{"type":"setValue","requestId":1,"key":"amp","value":10}'),
      '4277a5ee40087714651e024cc1b040077d6ef24424f69503ce67c9b89ce52e52',
    );
  });

  test('with a wrong password is refused, and said so', async () => {
    const { device } = await start({}, 'wrong');
    await assert.rejects(read(device), {
      code: 'EVCC_DEVICE_AUTH',
      message: /^WebSocket ws:\/\/[\d.:]+\/ws: the password was refused$/,
    });
  });

  test('of a model that hashes passwords in another way is not supported', async () => {
    const { device } = await start({ authRequired: { hash: 'bcrypt' } });
    await assert.rejects(read(device), { code: 'EVCC_NOT_SUPPORTED', message: /bcrypt/ });
  });

  test('without its tokens cannot be understood', async () => {
    const { device } = await start({ authRequired: { token1: null } });
    await assert.rejects(read(device), { code: 'EVCC_DEVICE_PROTOCOL' });
  });

  test('is also that of boxes which take commands without signature', async () => {
    const { box, device } = await start({ secured: false });
    await device.setMaxCurrent(13, inTime());
    assert.equal(box.status.amp, 13);
    assert.deepEqual(box.violations, []);
  });
});

describe('a wattpilot', () => {
  test('says who charges', async () => {
    const { box, device } = await start();
    for (const [trx, identifier] of [
      [null, ''],
      [2, 'Ben'],
      [0, ''],
      [7, '7'],
    ] as const) {
      box.change({ trx });
      await eventually(async () => assert.equal((await read(device)).identifier, identifier));
    }
    box.change({ trx: 1, cards: undefined });
    await eventually(async () => assert.equal((await read(device)).identifier, 'Anna'));
  });

  test('says that it waits for a card', async () => {
    const { box, device } = await start();
    box.change({ car: 3, acs: 1, trx: null });
    await eventually(async () => assert.equal((await read(device)).statusReason, 'waitingforauthorization'));
    box.change({ trx: 2 });
    await eventually(async () => assert.equal((await read(device)).statusReason, undefined));
  });

  test('is enabled as it says itself while nothing is forced', async () => {
    const { box, device } = await start();
    box.change({ frc: 0, alw: true });
    await eventually(async () => assert.equal((await read(device)).enabled, true));
    box.change({ alw: false });
    await eventually(async () => assert.equal((await read(device)).enabled, false));
    await device.enable(true, inTime());
    assert.equal(box.status.frc, 2);
  });

  test('is not told what it knows', async () => {
    const { box, device } = await start();
    await device.enable(true, inTime());
    await device.enable(true, inTime());
    await device.setMaxCurrent(10, inTime());
    await device.setMaxCurrent(10, inTime());
    await device.setPhases?.(3, inTime());
    assert.equal(box.commands(), 2);
  });

  test('that refuses a command, or does not answer it, is an error', async () => {
    const { box, device } = await start();
    box.answerWith('key is read only');
    await assert.rejects(device.setMaxCurrent(10, inTime()), {
      code: 'EVCC_DEVICE_PROTOCOL',
      message: /amp was not set to 10: key is read only/,
    });
    box.answerWith('silent');
    await assert.rejects(device.setMaxCurrent(10, AbortSignal.timeout(30)), {
      code: 'EVCC_DEVICE_UNAVAILABLE',
      message: /there was no answer to amp in time/,
    });
    box.answerWith(undefined);
    await device.setMaxCurrent(10, inTime());
    assert.equal(box.status.amp, 10);
  });

  test('is told what it knows after a command without answer, which may still take effect', async () => {
    const { box, device } = await start();
    await device.setMaxCurrent(8, inTime());
    box.answerWith('silent');
    await assert.rejects(device.setMaxCurrent(16, AbortSignal.timeout(30)), { code: 'EVCC_DEVICE_UNAVAILABLE' });
    box.answerWith(undefined);
    await device.setMaxCurrent(8, inTime());
    await device.setMaxCurrent(8, inTime());
    assert.equal(box.commands(), 3);
  });

  test('that closes while it waits for the password comes back', async () => {
    const box = await startWattpilot({ hasty: true });
    // Without keys that are known already, the password takes its time.
    const fresh = await applyPlugin(wattpilot);
    const options = { host: box.device.host, password: PASSWORD };
    const device = await fresh.chargers.create('wattpilot', options, { clock });
    ends.push(box.device.close, () => device.close?.());
    await eventually(() => read(device).then(() => {}));
    assert.equal(box.device.opened(), 2);
    assert.equal(box.device.received.length, 1);
  });

  test.each([{ nrg: [1, 2] }, { nrg: 'off' }, { frc: undefined }, { amp: 'ten' }, { car: {} }])(
    'that says %o is not understood',
    async (wrong) => {
      const { box, device } = await start();
      await read(device);
      Object.assign(box.status, wrong);
      box.device.disconnect();
      await eventually(() => assert.rejects(read(device), { code: 'EVCC_DEVICE_PROTOCOL' }));
    },
  );
});
