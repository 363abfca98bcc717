import { describe, expect, onTestFinished, test } from 'vitest';
import { createRpc } from '../../../plugins/ocpp/rpc.ts';
import { FakeClock } from '../../helpers/fake-clock.ts';
import { type Central, startCentral } from '../../helpers/ocpp-central.ts';
import type { FakeStation, Payload, StationOptions } from '../../helpers/ocpp-station.ts';

/** A station never charges with more than it was ordered last, whatever goes wrong on the way. */

const soon = (): AbortSignal => AbortSignal.timeout(5_000);
const poll = <T>(look: () => T) => expect.poll(look, { interval: 3 });
const never = (): AbortSignal => new AbortController().signal;

async function pair(options: Partial<StationOptions> = {}, charger: Parameters<Central['charger']>[0] = {}) {
  const clock = new FakeClock();
  const central = await startCentral({}, { clock });
  onTestFinished(() => central.close());
  const device = await central.charger(charger);
  const station = await central.station(options);
  await poll(() => station.of('TriggerMessage').at(-1)?.requestedMessage).toBe('MeterValues');
  return { clock, central, device, station };
}

/** Refuses limits that it does not take. */
const refuses = (unfit: (profile: Payload, station: FakeStation) => boolean): Partial<StationOptions> => ({
  answer: (action, payload, station) =>
    action === 'SetChargingProfile' && unfit(payload.csChargingProfiles as Payload, station)
      ? { status: 'Rejected' }
      : undefined,
});
const isDefault = ({ chargingProfilePurpose }: Payload): boolean => chargingProfilePurpose === 'TxDefaultProfile';

describe('limits that are not taken', () => {
  test('a number of phases that is refused does not stand in the way of lower limits', async () => {
    const one = /"numberPhases":1/;
    const { device, station } = await pair(
      refuses((profile) => one.test(JSON.stringify(profile))),
      { phaseSwitching: true },
    );
    await device.setMaxCurrent(16, soon());
    await device.enable(true, soon());
    await expect(device.setPhases?.(1, soon())).rejects.toThrow('takes no limit');
    await device.setMaxCurrent(8, soon());
    expect(station.at().profile).toMatchObject({ limit: 8, phases: 3 });
    await device.enable(false, soon());
    expect(station.offered()).toBe(0);
  });

  test('one that takes limits without transaction is not believed to wait for the next', async () => {
    let busy = false;
    const { device, station } = await pair(refuses(() => busy));
    await device.enable(true, soon());
    busy = true;
    await expect(device.enable(false, soon())).rejects.toThrow('takes no limit');
    busy = false;
    await device.enable(false, soon());
    expect(station.offered()).toBe(0);
  });

  test('a transaction whose limit is not answered gets it later', async () => {
    const { clock, device, station } = await pair({
      connectors: 2,
      ...refuses(({ transactionId }) => transactionId === undefined),
    });
    await device.enable(true, soon());
    station.hangs = new Set(['SetChargingProfile']);
    const before = station.of('SetChargingProfile').length;
    await station.begin();
    await poll(() => station.of('SetChargingProfile').length).toBeGreaterThan(before);
    station.hangs = new Set();
    await clock.advance(30_000);
    expect(station.at().profile).toBeUndefined();
    await clock.advance(30_000);
    await poll(() => station.at().profile).toMatchObject({ purpose: 'TxProfile', limit: 6 });
  });

  test('a transaction that was told to end, and takes its time for that, is not told again', async () => {
    let ending = false;
    const { device, station } = await pair({
      answer: (action, _payload, own) => {
        if (action === 'RemoteStopTransaction') {
          if (own.at().transaction === undefined) return { status: 'Rejected' };
          ending = true;
          return { status: 'Accepted' };
        }
        if (action !== 'SetChargingProfile') return undefined;
        // With the first limit of the next command
        if (ending && own.at().transaction !== undefined) void own.end();
        return { status: 'Rejected' };
      },
    });
    const id = await station.begin();
    await device.enable(false, soon());
    expect(station.of('RemoteStopTransaction')).toEqual([{ transactionId: id }]);
  });

  test('a limit that ends with its transaction is told again for the time after it', async () => {
    const { device, station } = await pair({
      connectors: 2,
      ...refuses((profile, { connectors: [first] }) => isDefault(profile) && first?.transaction !== undefined),
    });
    await station.begin();
    await device.setMaxCurrent(7, soon());
    await device.enable(true, soon());
    expect(station.at().profile).toMatchObject({ purpose: 'TxProfile', limit: 7 });
    station.at().profile = undefined;
    const { transaction } = station.at();
    station.at().transaction = undefined;
    await station.call('StopTransaction', {
      transactionId: transaction,
      meterStop: 1,
      timestamp: new Date().toISOString(),
    });
    await poll(() => station.at().profile).toMatchObject({ purpose: 'TxDefaultProfile', limit: 7 });
  });
});

describe('a station that was away', () => {
  test('is read as soon as it is there, and again when it is back', async () => {
    const central = await startCentral();
    onTestFinished(() => central.close());
    let wakes = 0;
    const device = await central.charger(
      {},
      {
        retry: () => {
          wakes += 1;
        },
      },
    );
    const read = () => device.read(soon()).then(({ status }) => status, String);
    expect(await read()).toContain('is not connected');
    const station = await central.station();
    expect([wakes, await read()]).toEqual([1, 'A']);
    await station.disconnect();
    await poll(read).toContain('is not connected');
    await station.connect();
    expect([wakes, await read()]).toEqual([2, 'A']);
  });

  test('gets less than before when it is back, but more only when it is ordered again', async () => {
    const { clock, device, station } = await pair({}, { phaseSwitching: true });
    await device.setPhases?.(1, soon());
    await device.setMaxCurrent(10, soon());
    await device.enable(true, soon());
    await station.disconnect();
    await poll(() => device.setMaxCurrent(16, soon()).then(String, String)).toContain('is not connected');
    await expect(device.setPhases?.(3, soon())).rejects.toThrow('is not connected');
    station.at().profile = undefined;
    await station.connect();
    await poll(() => station.at().profile).toMatchObject({ limit: 10, phases: 1 });
    await station.disconnect();
    await poll(() => device.setMaxCurrent(7, soon()).then(String, String)).toContain('is not connected');
    await clock.advance(1_000);
    await station.connect();
    await poll(() => station.at().profile).toMatchObject({ limit: 7, phases: 1 });
  });
});

test('limits have room although too much else waits', async () => {
  const sent: unknown[][] = [];
  const rpc = createRpc({
    send: (text) => void sent.push(JSON.parse(text)),
    clock: new FakeClock(),
    timeout: 1_000,
    prefix: 'x',
    handle: () => ({}),
    nonsense: () => {},
  });
  const calls = Array.from({ length: 60 }, () => rpc.call('GetConfiguration', {}));
  const outcomes = Promise.allSettled(calls);
  const limit = rpc.call('SetChargingProfile', {}, never(), true);
  rpc.receive(JSON.stringify([3, 'x-1', {}]));
  await poll(() => sent.at(-1)?.[2]).toBe('SetChargingProfile');
  rpc.receive(JSON.stringify([3, sent.at(-1)?.[1], { status: 'Accepted' }]));
  expect(await limit).toEqual({ status: 'Accepted' });
  rpc.lost();
  await outcomes;
});

describe('limits that an earlier central system left', () => {
  /** A station that keeps limits by level, and in which the highest one counts. */
  const keeper = (stuck: ReadonlyMap<number, string>, most: number): Partial<StationOptions> => {
    const others = new Map(stuck);
    return {
      answer: (action, payload) => {
        const levelOf = (profile: unknown): number => (profile as { stackLevel: number }).stackLevel;
        if (action === 'SetChargingProfile')
          return levelOf(payload.csChargingProfiles ?? payload.chargingProfile) > most
            ? { status: 'Rejected' }
            : undefined;
        if (action !== 'ClearChargingProfile') return undefined;
        const { stackLevel, chargingProfilePurpose } = (payload.chargingProfileCriteria ?? payload) as Payload;
        const gone = [...others].filter(
          ([level, purpose]) => purpose === chargingProfilePurpose && level === (stackLevel ?? level),
        );
        for (const [level] of gone) others.delete(level);
        left = [...others.keys()];
        return { status: gone.length > 0 ? 'Accepted' : 'Unknown' };
      },
    };
  };
  let left: number[] | undefined;

  test.for([
    ['that takes no level but 0', { ChargeProfileMaxStackLevel: '4' }, 0],
    ['that does not say how many levels it has', { ChargeProfileMaxStackLevel: null }, 9],
  ] as const)('in a station %s are removed where they count more', async ([, keys, most]) => {
    left = undefined;
    const others = new Map([
      [3, 'TxDefaultProfile'],
      [4, 'TxProfile'],
    ]);
    const { station } = await pair({ ...keeper(others, most), keys });
    expect(left).toEqual([]);
    expect(station.at().profile).toMatchObject({ stackLevel: 0, limit: 0 });
    expect(station.violations).toEqual([]);
  });

  test('also in one of 2.0.1', async () => {
    left = undefined;
    const central = await startCentral();
    onTestFinished(() => central.close());
    await central.charger();
    const station = await central.station201(keeper(new Map([[2, 'TxDefaultProfile']]), 0));
    await poll(() => station.of('TriggerMessage').at(-1)?.requestedMessage).toBe('MeterValues');
    expect(left).toEqual([]);
    expect(station.violations).toEqual([]);
  });
});
