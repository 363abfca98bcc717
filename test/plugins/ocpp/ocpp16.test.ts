import { createRPCError } from 'ocpp-rpc';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { ChargerDevice } from '../../../core/index.ts';
import { type Central, startCentral } from '../../helpers/ocpp-central.ts';
import type { FakeStation, StationOptions } from '../../helpers/ocpp-station.ts';

const soon = (): AbortSignal => AbortSignal.timeout(5_000);

/** Of what happens within milliseconds. */
const poll = <T>(look: () => T) => expect.poll(look, { interval: 3 });

async function start(): Promise<Central> {
  const central = await startCentral();
  onTestFinished(() => central.close());
  return central;
}

/** A station and its charger, set up. */
async function pair(
  options: Partial<StationOptions> = {},
  charger: Parameters<Central['charger']>[0] = {},
): Promise<{ central: Central; station: FakeStation; device: ChargerDevice }> {
  const central = await start();
  const device = await central.charger(charger);
  const station = await central.station(options);
  await ready(station);
  return { central, station, device };
}

/** It was told everything that stations are told after they connected. */
async function ready(station: FakeStation, times = 1): Promise<void> {
  await poll(
    () => station.of('TriggerMessage').filter(({ requestedMessage }) => requestedMessage === 'MeterValues').length,
  ).toBe(times);
}

const read = (device: ChargerDevice) => device.read(soon());
const messageOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'nothing failed',
    (error: { code?: string; message: string }) => `${error.code}: ${error.message}`,
  );

describe('first contact', () => {
  test('the station is accepted, limited before anything else, and asked for what evcc needs', async () => {
    const { central, station, device } = await pair();
    expect(station.bootAnswer).toMatchObject({ status: 'Accepted', interval: 60 });
    expect(station.calls.map(({ action, payload }) => [action, payload.key ?? payload.requestedMessage])).toEqual([
      ['GetConfiguration', undefined],
      ['SetChargingProfile', undefined],
      ['TriggerMessage', 'StatusNotification'],
      ['ChangeConfiguration', 'MeterValuesSampledData'],
      ['ChangeConfiguration', 'MeterValueSampleInterval'],
      ['ChangeConfiguration', 'WebSocketPingInterval'],
      ['ClearChargingProfile', undefined],
      ['TriggerMessage', 'MeterValues'],
    ]);
    expect(station.at().profile).toMatchObject({ purpose: 'TxDefaultProfile', unit: 'A', limit: 0, stackLevel: 8 });
    expect(Object.fromEntries(station.keys)).toMatchObject({
      MeterValuesSampledData:
        'Power.Active.Import,Energy.Active.Import.Register,Current.Import,Voltage,Current.Offered,Power.Offered,SoC',
      MeterValueSampleInterval: '10',
      WebSocketPingInterval: '30',
    });
    await poll(() => read(device)).toMatchObject({ status: 'A', enabled: false, power: 0, energy: 1_000_000 });
    expect(central.published()).toEqual({
      config: { port: central.port },
      status: {
        stations: [
          { id: 'CP-1', status: 'connected', version: '1.6', vendor: 'ACME', model: 'Wall 11', firmware: '1.0' },
        ],
      },
    });
    expect(station.violations).toEqual([]);
  });

  test('what is configured already is not written again', async () => {
    const { station } = await pair();
    await station.disconnect();
    await station.connect();
    await ready(station, 2);
    expect(station.of('ChangeConfiguration').length).toBe(3);
  });

  test('a station that removes more than the limits of others is limited again', async () => {
    const { station } = await pair({
      answer: (action, _payload, { connectors: [first] }) => {
        if (action !== 'ClearChargingProfile' || !first) return undefined;
        first.profile = undefined;
        return { status: 'Accepted' };
      },
    });
    expect(station.at().profile).toMatchObject({ limit: 0 });
  });

  test('a station that nobody configured has to wait, and is told when it is wanted', async () => {
    const central = await start();
    const station = await central.station({ id: 'NEW 1', path: '/ocpp' });
    expect(station.bootAnswer).toMatchObject({ status: 'Pending' });
    expect(station.calls).toEqual([]);
    expect(central.published()).toMatchObject({ status: { stations: [{ id: 'NEW 1', status: 'unknown' }] } });
    const device = await central.charger({ station: 'NEW 1' });
    await ready(station);
    expect(station.bootAnswer).toMatchObject({ status: 'Accepted' });
    expect(await read(device)).toMatchObject({ status: 'A' });
  });

  test('a station that is out of service is put into it', async () => {
    const central = await start();
    const device = await central.charger();
    const station = await central.station({
      answer: (action, _payload, { connectors: [first] }) => {
        if (action === 'GetConfiguration' && first) first.status = 'Unavailable';
        return undefined;
      },
    });
    await ready(station);
    expect(station.of('ChangeAvailability')).toEqual([{ connectorId: 0, type: 'Operative' }]);
    await poll(() => station.at().status).toBe('Available');
    await poll(async () => (await read(device)).status).toBe('A');
  });
});

describe('charging', () => {
  test('a session from the tag to the end', async () => {
    const { station, device } = await pair();
    await station.turn('Preparing');
    expect(await read(device)).toMatchObject({ status: 'B', enabled: false, statusReason: 'waitingforauthorization' });
    expect(await station.call('Authorize', { idTag: '04AABBCC' })).toEqual({ idTagInfo: { status: 'Accepted' } });
    expect(await read(device)).toMatchObject({ identifier: '04AABBCC' });
    const id = await station.begin('04AABBCC');
    expect(id).toBeGreaterThan(0);
    await device.setMaxCurrent(12.3, soon());
    await device.enable(true, soon());
    expect(station.offered()).toBe(12.3);
    await station.turn('Charging');
    await station.measure();
    const reading = await read(device);
    expect(reading).toMatchObject({ status: 'C', enabled: true, identifier: '04AABBCC', maxCurrent: 12.3 });
    expect(reading.statusReason).toBeUndefined();
    expect(reading.power).toBeCloseTo(12.3 * 3 * 230, 0);
    await station.end();
    await station.turn('Finishing');
    expect(await read(device)).toMatchObject({ status: 'B', statusReason: 'disconnectrequired' });
    await station.turn('Available');
    expect(await read(device)).toMatchObject({ status: 'A', identifier: '', power: 0, currents: [0, 0, 0] });
    expect(station.violations).toEqual([]);
  });

  test('a beginning that is told twice is one transaction, another one has another number', async () => {
    const { station } = await pair();
    const start = { connectorId: 1, idTag: 'A', meterStart: 5, timestamp: '2026-03-14T09:01:10Z' };
    const first = await station.call('StartTransaction', start);
    expect(await station.call('StartTransaction', start)).toEqual(first);
    const second = await station.call('StartTransaction', { ...start, timestamp: '2026-03-14T09:05:00Z' });
    expect(second.transactionId).not.toBe(first.transactionId);
  });

  test('the end of a transaction that nobody knows is accepted', async () => {
    const { station } = await pair();
    const stop = { transactionId: 4711, meterStop: 5, timestamp: '2026-03-14T09:01:10Z' };
    expect(await station.call('StopTransaction', stop)).toEqual({ idTagInfo: { status: 'Accepted' } });
  });

  test('a car that waits is started from here where that is wanted, with a tag that identifies nobody', async () => {
    const { station, device } = await pair({}, { remoteStart: true, idTag: 'REMOTE' });
    await station.turn('Preparing');
    expect(station.of('RemoteStartTransaction')).toEqual([]);
    await device.enable(true, soon());
    await poll(() => station.at().status).toBe('Charging');
    expect(station.of('RemoteStartTransaction')).toEqual([{ connectorId: 1, idTag: 'REMOTE' }]);
    await poll(() => read(device)).toMatchObject({ status: 'C', enabled: true, identifier: '' });
  });

  test('a car that comes while charging is allowed is started, too', async () => {
    const { station, device } = await pair({ keys: { PlugAndChargeIdentifier: 'PNC' } }, { remoteStart: true });
    await device.enable(true, soon());
    await station.turn('Preparing');
    await poll(() => station.of('RemoteStartTransaction')).toEqual([{ connectorId: 1, idTag: 'PNC' }]);
  });

  test('phases are told with the limit, both ways', async () => {
    const { station, device } = await pair({}, { phaseSwitching: true });
    await device.setPhases?.(1, soon());
    expect(station.at().profile).toMatchObject({ limit: 0, phases: 1 });
    await device.enable(true, soon());
    expect(station.at().profile).toMatchObject({ limit: 6, phases: 1 });
    await device.setPhases?.(3, soon());
    expect(station.at().profile).toMatchObject({ limit: 6, phases: 3 });
    expect(await read(device)).toMatchObject({ phases: 3 });
  });

  test('two connectors are two chargers', async () => {
    const central = await start();
    const [one, two] = [await central.charger({ connector: 1 }), await central.charger({ connector: 2 })];
    const station = await central.station({ connectors: 2 });
    await ready(station, 2);
    await two.setMaxCurrent(10, soon());
    await two.enable(true, soon());
    await station.begin('TWO', 2);
    await station.turn('Charging', 2);
    expect([station.offered(1), station.offered(2)]).toEqual([0, 10]);
    expect([station.at(1).profile?.id, station.at(2).profile?.id]).toEqual([1, 2]);
    expect(await read(one)).toMatchObject({ status: 'A', enabled: false, identifier: '' });
    expect(await read(two)).toMatchObject({ status: 'C', enabled: true, identifier: 'TWO' });
    expect(await messageOf(central.charger({ connector: 2 }))).toContain('is used by another charger');
    expect(await messageOf(central.charger({ connector: 3, password: 'x' }))).toContain('a different password');
  });
});

describe('what the station does not take', () => {
  const refuses = (unfit: (profile: Record<string, unknown>, schedule: Record<string, unknown>) => boolean) =>
    ({
      answer: (action, payload) => {
        if (action !== 'SetChargingProfile') return undefined;
        const profile = payload.csChargingProfiles as Record<string, unknown>;
        const schedule = profile.chargingSchedule as Record<string, unknown>;
        return unfit(profile, schedule) ? { status: 'Rejected' } : undefined;
      },
    }) satisfies Partial<StationOptions>;
  const period = (schedule: Record<string, unknown>) =>
    (schedule.chargingSchedulePeriod as Record<string, unknown>[])[0] ?? {};

  test.for([
    ['A', refuses((_, { chargingRateUnit }) => chargingRateUnit === 'A'), { unit: 'W', limit: 6_900 }],
    ['stack levels above 0', refuses(({ stackLevel }) => stackLevel !== 0), { stackLevel: 0, limit: 10 }],
    [
      'absolute schedules',
      refuses(({ chargingProfileKind }) => chargingProfileKind === 'Absolute'),
      { kind: 'Relative' },
    ],
    [
      'limits of transactions to come, in a station of one connector',
      refuses(({ chargingProfilePurpose }) => chargingProfilePurpose === 'TxDefaultProfile'),
      { purpose: 'ChargePointMaxProfile', limit: 10 },
    ],
    [
      'almost everything',
      refuses(
        ({ stackLevel, chargingProfileKind }, { chargingRateUnit }) =>
          stackLevel !== 0 || chargingProfileKind === 'Absolute' || chargingRateUnit === 'A',
      ),
      { unit: 'W', kind: 'Relative', stackLevel: 0, limit: 6_900 },
    ],
  ] as const)('%s: another manner is found, and used from then on', async ([, options, profile]) => {
    const { station, device } = await pair(options);
    await device.setMaxCurrent(10, soon());
    await device.enable(true, soon());
    expect(station.at().profile).toMatchObject({ limit: 10, ...profile });
    const before = station.of('SetChargingProfile').length;
    await device.enable(false, soon());
    expect(station.of('SetChargingProfile').length).toBe(before + 1);
    expect(station.offered()).toBe(0);
    expect(station.violations).toEqual([]);
  });

  test('only W by its configuration: A are not even tried', async () => {
    const { station } = await pair({ keys: { ChargingScheduleAllowedChargingRateUnit: 'W' } });
    expect(station.of('SetChargingProfile').length).toBe(1);
    expect(station.at().profile).toMatchObject({ unit: 'W', limit: 0 });
  });

  test('the number of phases: three are told without, one phase is never told without', async () => {
    const { station, device } = await pair(
      refuses((_, schedule) => 'numberPhases' in period(schedule)),
      { phaseSwitching: true },
    );
    await device.enable(true, soon());
    expect(station.at().profile).toMatchObject({ limit: 6, phases: 3 });
    await station.begin();
    await station.turn('Charging');
    expect(await messageOf(device.setPhases?.(1, soon()) ?? Promise.resolve())).toContain('takes no limit');
    expect(
      station
        .of('SetChargingProfile')
        .every((each) => JSON.stringify(each).includes('"numberPhases":1') || station.phases() === 3),
    ).toBe(true);
    expect(station.offered()).toBe(6);
  });

  test('a limit without transaction: it is told as soon as one begins', async () => {
    const { station, device } = await pair({
      connectors: 2,
      ...refuses(({ transactionId }) => transactionId === undefined),
    });
    await device.setMaxCurrent(8, soon());
    await device.enable(true, soon());
    expect(station.at().profile).toBeUndefined();
    await station.turn('Preparing');
    const id = await station.begin();
    await poll(() => station.at().profile).toMatchObject({ purpose: 'TxProfile', transaction: String(id), limit: 8 });
    await device.setMaxCurrent(7, soon());
    expect(station.offered()).toBe(7);
    await station.end();
    const next = await station.begin();
    await poll(() => station.at().profile).toMatchObject({ transaction: String(next), limit: 7 });
  });

  test('0 A: the transaction is ended instead', async () => {
    const { station, device } = await pair(refuses((_, schedule) => period(schedule).limit === 0));
    await device.enable(true, soon());
    const id = await station.begin();
    await station.turn('Charging');
    await device.enable(false, soon());
    expect(station.of('RemoteStopTransaction')).toEqual([{ transactionId: id }]);
    await poll(() => station.at().transaction).toBeUndefined();
    await poll(async () => (await read(device)).enabled).toBe(false);
  });

  test('any limit: it does not charge', async () => {
    const { station, device } = await pair({ keys: null as never, ...refuses(() => true) });
    await station.turn('Preparing');
    await device.enable(true, soon());
    const id = await station.begin();
    await poll(() => station.of('RemoteStopTransaction')).toEqual([{ transactionId: id }]);
  });

  test.for([
    ['NotSupported', () => Promise.reject(createRPCError('NotSupported', 'no'))],
    ['only keys that it does not have', () => ({ unknownKey: ['A'] })],
  ] as const)('its configuration (%s): it is used as if it were usual', async ([, answer]) => {
    const { station } = await pair({
      answer: (action) => (action === 'GetConfiguration' ? (answer() as Record<string, unknown>) : undefined),
    });
    expect(station.at().profile).toMatchObject({ unit: 'A', stackLevel: 0, limit: 0 });
    expect(station.keys.get('MeterValueSampleInterval')).toBe('10');
  });

  test('some measurands: it is asked for the others', async () => {
    const { station } = await pair({
      answer: (action, { key, value }) =>
        action === 'ChangeConfiguration' && key === 'MeterValuesSampledData' && /Offered|SoC/.test(String(value))
          ? { status: 'Rejected' }
          : undefined,
    });
    expect(station.keys.get('MeterValuesSampledData')).toBe(
      'Power.Active.Import,Energy.Active.Import.Register,Current.Import,Voltage',
    );
  });
});

describe('bad answers', () => {
  test('a command that is not answered ends with its signal, and the next one works', async () => {
    const { station, device } = await pair();
    station.hangs = new Set(['SetChargingProfile']);
    expect(await messageOf(device.enable(true, AbortSignal.timeout(50)))).toBe(
      'EVCC_DEVICE_UNAVAILABLE: OCPP station CP-1 connector 1: there was no answer in time',
    );
  });

  test.for([{}, { status: 7 }, { status: 'Perhaps' }])('%j is no acceptance', async (answer) => {
    const { station, device } = await pair({ lenient: true });
    await station.begin();
    await station.turn('Charging');
    const before = station.of('SetChargingProfile').length;
    station.options.answer === undefined || expect.unreachable();
    (station.options as { answer?: StationOptions['answer'] }).answer = (action) =>
      action === 'SetChargingProfile' ? answer : undefined;
    expect(await messageOf(device.enable(true, soon()))).toBe(
      'EVCC_DEVICE_PROTOCOL: OCPP station CP-1 connector 1 takes no limit',
    );
    expect(station.of('SetChargingProfile').length).toBeGreaterThan(before);
  });
});
