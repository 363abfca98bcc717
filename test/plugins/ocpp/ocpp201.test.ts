import { describe, expect, onTestFinished, test } from 'vitest';
import type { ChargerDevice } from '../../../core/index.ts';
import { type Central, startCentral } from '../../helpers/ocpp-central.ts';
import type { FakeStation201, Payload, StationOptions } from '../../helpers/ocpp-station.ts';

const soon = (): AbortSignal => AbortSignal.timeout(5_000);
const poll = <T>(look: () => T) => expect.poll(look, { interval: 3 });
const read = (device: ChargerDevice) => device.read(soon());

async function pair(
  options: Partial<StationOptions> = {},
  charger: Parameters<Central['charger']>[0] = {},
): Promise<{ central: Central; station: FakeStation201; device: ChargerDevice }> {
  const central = await startCentral();
  onTestFinished(() => central.close());
  const device = await central.charger(charger);
  const station = await central.station201(options);
  await ready(station);
  return { central, station, device };
}

async function ready(station: FakeStation201): Promise<void> {
  await poll(() => station.of('TriggerMessage').at(-1)?.requestedMessage).toBe('MeterValues');
}

describe('OCPP 2.0.1', () => {
  test('first contact: limited before anything else, and asked for what evcc needs', async () => {
    const { central, station, device } = await pair();
    expect(station.protocol).toBe('ocpp2.0.1');
    expect(station.calls.map(({ action, payload }) => [action, payload.requestedMessage])).toEqual([
      ['GetVariables', undefined],
      ['SetChargingProfile', undefined],
      ['TriggerMessage', 'StatusNotification'],
      ['TriggerMessage', 'TransactionEvent'],
      ['SetVariables', undefined],
      ['SetVariables', undefined],
      ['SetVariables', undefined],
      ['ClearChargingProfile', undefined],
      ['TriggerMessage', 'MeterValues'],
    ]);
    expect(station.at().profile).toMatchObject({ purpose: 'TxDefaultProfile', unit: 'A', limit: 0, stackLevel: 8 });
    expect(station.keys.get('SampledDataCtrlr.TxUpdatedInterval')).toBe('10');
    expect(station.keys.get('SampledDataCtrlr.TxUpdatedMeasurands')).toContain('Power.Active.Import,Energy');
    await poll(() => read(device)).toMatchObject({ status: 'A', enabled: false, energy: 1_000_000 });
    expect(central.published()).toMatchObject({
      status: { stations: [{ id: 'CP-1', status: 'connected', version: '2.0.1', vendor: 'ACME', firmware: '2.0' }] },
    });
    expect(station.violations).toEqual([]);
  });

  test('a session from the cable to the end', async () => {
    const { station, device } = await pair();
    await station.turn('Preparing');
    expect(await read(device)).toMatchObject({ status: 'B', statusReason: 'waitingforauthorization', identifier: '' });
    const token = { idToken: { idToken: '04AABBCC', type: 'ISO14443' } };
    expect(await station.call('Authorize', token)).toEqual({ idTokenInfo: { status: 'Accepted' } });
    await station.begin();
    const begun = await read(device);
    expect(begun).toMatchObject({ status: 'B', identifier: '04AABBCC' });
    expect(begun.statusReason).toBeUndefined();
    await device.setMaxCurrent(11.5, soon());
    await device.enable(true, soon());
    await station.turn('Charging');
    await station.measure();
    const reading = await read(device);
    expect(reading).toMatchObject({ status: 'C', enabled: true, maxCurrent: 11.5, identifier: '04AABBCC' });
    expect(reading.power).toBeCloseTo(11.5 * 3 * 230, 0);
    expect(reading.currents).toEqual([11.5, 11.5, 11.5]);
    await device.enable(false, soon());
    await poll(() => read(device)).toMatchObject({ status: 'B', enabled: false, power: 0 });
    await station.end(1, 'Local');
    expect(await read(device)).toMatchObject({ status: 'B', statusReason: 'waitingforauthorization' });
    await station.turn('Available');
    expect(await read(device)).toMatchObject({ status: 'A', identifier: '' });
    expect(station.violations).toEqual([]);
  });

  test('a car that leaves: the order of its two messages does not matter', async () => {
    const { station, device } = await pair();
    await station.turn('Preparing');
    await station.begin();
    await station.end();
    expect((await read(device)).status).toBe('A');
    await station.turn('Preparing');
    await station.begin();
    const { transaction } = station.at();
    await station.turn('Available');
    station.at().transaction = transaction;
    await station.end(1, 'Local');
    expect((await read(device)).status).toBe('A');
  });

  test('an EVSE with two plugs is occupied as long as one of them is', async () => {
    const { station, device } = await pair();
    await station.turn('Preparing');
    await station.call('StatusNotification', {
      timestamp: new Date().toISOString(),
      evseId: 1,
      connectorId: 2,
      connectorStatus: 'Available',
    });
    expect((await read(device)).status).toBe('B');
    await station.turn('Available');
    expect((await read(device)).status).toBe('A');
  });

  test('a transaction without anybody waits for somebody, and is started from here', async () => {
    const { station, device } = await pair({}, { remoteStart: true });
    await device.enable(true, soon());
    station.at().transaction = 'tx-9';
    await station.turn('Preparing');
    expect(await read(device)).toMatchObject({ statusReason: 'waitingforauthorization' });
    await poll(() => station.of('RequestStartTransaction').length).toBe(1);
    expect(station.of('RequestStartTransaction')[0]).toMatchObject({
      evseId: 1,
      idToken: { idToken: 'evcc', type: 'Central' },
    });
    await poll(() => read(device)).toMatchObject({ status: 'C', enabled: true, identifier: '' });
    expect(station.violations).toEqual([]);
  });

  test('two EVSEs are two chargers, with phases of their own', async () => {
    const central = await startCentral();
    onTestFinished(() => central.close());
    await central.charger({ connector: 1, phaseSwitching: true });
    const two = await central.charger({ connector: 2, phaseSwitching: true });
    const station = await central.station201({ connectors: 2 });
    await ready(station);
    await two.setPhases?.(1, soon());
    await two.enable(true, soon());
    expect(station.at(1).profile).toMatchObject({ id: 1, limit: 0, phases: 3 });
    expect(station.at(2).profile).toMatchObject({ id: 2, limit: 6, phases: 1 });
  });

  const profileOf = (payload: Payload) => {
    const profile = payload.chargingProfile as Payload;
    return { ...profile, schedule: (profile.chargingSchedule as Payload[])[0] ?? {} } as Payload & {
      schedule: Payload;
    };
  };

  test.for([
    [
      'limits in A',
      (payload: Payload) => profileOf(payload).schedule.chargingRateUnit === 'A',
      { unit: 'W', limit: 4_140 },
    ],
    ['stack levels', (payload: Payload) => profileOf(payload).stackLevel !== 0, { stackLevel: 0, limit: 6 }],
    [
      'limits of transactions to come',
      (payload: Payload) => profileOf(payload).chargingProfilePurpose === 'TxDefaultProfile',
      { purpose: 'TxProfile', transaction: 'tx-1', limit: 6 },
    ],
  ] as const)('a station that refuses %s', async ([, refused, profile]) => {
    const { station, device } = await pair({
      connectors: 2,
      answer: (action, payload) =>
        action === 'SetChargingProfile' && refused(payload) ? { status: 'Rejected' } : undefined,
    });
    await station.turn('Preparing');
    await station.begin();
    await device.enable(true, soon());
    expect(station.at().profile).toMatchObject(profile);
    expect(station.violations).toEqual([]);
  });

  test('0 A refused: the transaction is ended', async () => {
    const { station, device } = await pair({
      answer: (action, payload) =>
        action === 'SetChargingProfile' && JSON.stringify(payload).includes('"limit":0')
          ? { status: 'Rejected' }
          : undefined,
    });
    await station.turn('Preparing');
    await station.begin();
    await device.enable(false, soon());
    expect(station.of('RequestStopTransaction')).toEqual([{ transactionId: 'tx-1' }]);
    expect((await read(device)).enabled).toBe(false);
  });

  test.for([
    ['a variable that it does not have', { 'SampledDataCtrlr.TxUpdatedMeasurands': null }, undefined],
    ['a device model', {}, () => ({ status: 'Nonsense' })],
  ] as const)('a station without %s is used all the same', async ([, keys, answer]) => {
    const { station, device } = await pair({
      keys,
      lenient: true,
      answer: (action) => (action === 'GetVariables' || action === 'SetVariables' ? answer?.() : undefined),
    });
    await device.enable(true, soon());
    expect(station.offered()).toBe(6);
  });

  test('a reboot in mid-charge: the limit is told again', async () => {
    const { station, device } = await pair();
    await device.setMaxCurrent(13, soon());
    await device.enable(true, soon());
    await station.turn('Preparing');
    await station.begin();
    await station.turn('Charging');
    await station.disconnect();
    station.at().profile = undefined;
    station.calls.length = 0;
    await station.connect();
    await ready(station);
    expect(station.at().profile).toMatchObject({ limit: 13 });
    expect(await read(device)).toMatchObject({ status: 'C', enabled: true, identifier: '04AABBCC' });
  });

  test.for([
    ['SecurityEventNotification', { type: 'FirmwareUpdated', timestamp: '2026-03-14T09:00:00Z' }, {}],
    ['NotifyEvent', { generatedAt: '2026-03-14T09:00:00Z', seqNo: 0, eventData: [someEvent()] }, {}],
    ['DataTransfer', { vendorId: 'x' }, { status: 'UnknownVendorId' }],
    ['SignCertificate', { csr: 'x' }, { status: 'Rejected' }],
    ['GetCertificateStatus', { ocspRequestData: someCertificate() }, { status: 'Failed' }],
    ['Heartbeat', {}, { currentTime: expect.stringMatching(/Z$/) }],
  ] as const)('%s is answered as the schemas want it', async ([action, payload, answer]) => {
    const { station } = await pair();
    expect(await station.call(action, payload as Payload)).toEqual(answer);
  });
});

function someEvent(): Payload {
  return {
    eventId: 1,
    timestamp: '2026-03-14T09:00:00Z',
    trigger: 'Alerting',
    actualValue: '1',
    eventNotificationType: 'HardWiredNotification',
    component: { name: 'EVSE' },
    variable: { name: 'Problem' },
  };
}

function someCertificate(): Payload {
  return {
    hashAlgorithm: 'SHA256',
    issuerNameHash: 'a',
    issuerKeyHash: 'b',
    serialNumber: 'c',
    responderURL: 'http://d',
  };
}
