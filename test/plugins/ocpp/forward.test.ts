import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createRPCError, RPCServer } from 'ocpp-rpc';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { ForwardOptions } from '../../../plugins/ocpp/forward.ts';
import { FakeClock } from '../../helpers/fake-clock.ts';
import { type Central, startCentral } from '../../helpers/ocpp-central.ts';
import type { FakeStation, Payload } from '../../helpers/ocpp-station.ts';
import { startTcpServer } from '../../helpers/tcp-server.ts';
import { startWebSocketDevice } from '../../helpers/websocket-device.ts';

const poll = <T>(look: () => T) => expect.poll(look, { interval: 3 });

/** What the independent implementation knows of a station. */
interface Client {
  readonly identity: string;
  readonly protocol: string;
  handle(answer: (call: { method: string; params: Payload }) => unknown): void;
  call(action: string, payload: Payload): Promise<Payload>;
}

/** A second central system, which checks everything against the schemas. */
async function startOther(port = 0) {
  const server = new RPCServer({ protocols: ['ocpp1.6', 'ocpp2.0.1'], strictMode: true } as never);
  const heard: { action: string; payload: Payload }[] = [];
  const clients: Client[] = [];
  let password: string | undefined;
  server.auth(((accept: () => void, _reject: unknown, shown: { password?: Buffer }) => {
    password = shown.password?.toString();
    accept();
  }) as never);
  server.on('client', (client: Client) => {
    clients.push(client);
    client.handle(({ method, params }) => {
      heard.push({ action: method, payload: params });
      if (method === 'BootNotification')
        return { status: 'Accepted', interval: 300, currentTime: new Date().toISOString() };
      if (method === 'StartTransaction') return { transactionId: 900, idTagInfo: { status: 'Accepted' } };
      if (/^(StatusNotification|MeterValues|StopTransaction|TransactionEvent)$/.test(method)) return {};
      throw createRPCError('NotImplemented', method);
    });
  });
  const listening = (await server.listen(port, '127.0.0.1')) as unknown as Server;
  onTestFinished(() => server.close({ force: true } as never) as Promise<void>);
  return {
    url: `ws://127.0.0.1:${(listening.address() as AddressInfo).port}/steve`,
    heard,
    clients,
    password: () => password,
    of: (action: string) => heard.filter((each) => each.action === action).map(({ payload }) => payload),
    call: (action: string, payload: Payload) => (clients.at(-1) as Client).call(action, payload),
  };
}

async function pair(
  forward: Partial<ForwardOptions> & { url: string },
): Promise<{ central: Central; station: FakeStation }> {
  const central = await startCentral({ forward: [{ station: 'CP-1', ...forward }] });
  onTestFinished(() => central.close());
  await central.charger();
  const station = await central.station();
  await poll(() => station.of('TriggerMessage').at(-1)?.requestedMessage).toBe('MeterValues');
  return { central, station };
}

const errorOf = (work: Promise<unknown>) =>
  work.then(
    () => 'none',
    ({ rpcErrorCode }: { rpcErrorCode: string }) => rpcErrorCode,
  );

describe('a second central system', () => {
  test('hears everything that the station says, with its own ids of transactions', async () => {
    const other = await startOther();
    const { station } = await pair({ url: other.url, id: 'GARAGE 1', password: 'correct horse' });
    const id = await station.begin('04AABBCC');
    expect(id).not.toBe(900);
    await station.turn('Charging');
    await station.measure();
    await station.end();
    await poll(() => other.heard.at(-1)?.action).toBe('StopTransaction');
    expect(other.clients.map(({ identity, protocol }) => [identity, protocol])).toEqual([['GARAGE 1', 'ocpp1.6']]);
    expect(other.password()).toBe('correct horse');
    expect(other.heard[0]).toMatchObject({ action: 'BootNotification', payload: { chargePointVendor: 'ACME' } });
    expect(other.of('StartTransaction')).toMatchObject([{ idTag: '04AABBCC' }]);
    expect(other.of('MeterValues').at(-1)).toMatchObject({ transactionId: 900 });
    expect(other.of('StopTransaction')).toMatchObject([{ transactionId: 900 }]);
    expect(station.violations).toEqual([]);
  });

  test('may only ask', async () => {
    const other = await startOther();
    const { station } = await pair({ url: other.url });
    await poll(() => other.clients.length).toBe(1);
    const { configurationKey } = await other.call('GetConfiguration', {});
    expect(configurationKey).toContainEqual({ key: 'NumberOfConnectors', value: '1', readonly: true });
    expect(await errorOf(other.call('RemoteStartTransaction', { idTag: 'X' }))).toBe('NotSupported');
    expect(await errorOf(other.call('Reset', { type: 'Hard' }))).toBe('NotSupported');
    expect(station.of('RemoteStartTransaction')).toEqual([]);
  });

  test('may tell everything but limits where that is wanted', async () => {
    const other = await startOther();
    const { station } = await pair({ url: other.url, mode: 'full' });
    await poll(() => other.clients.length).toBe(1);
    const schedule = { chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: 32 }] };
    const profile = {
      chargingProfileId: 9,
      stackLevel: 9,
      chargingProfileKind: 'Absolute',
      chargingSchedule: schedule,
    };
    const limit = { ...profile, chargingProfilePurpose: 'ChargePointMaxProfile' };
    const before = station.of('SetChargingProfile').length;
    expect(await other.call('SetChargingProfile', { connectorId: 0, csChargingProfiles: limit })).toEqual({
      status: 'Rejected',
    });
    expect(await other.call('ClearChargingProfile', {})).toEqual({ status: 'Unknown' });
    const start = { connectorId: 1, idTag: 'X', chargingProfile: { ...profile, chargingProfilePurpose: 'TxProfile' } };
    expect(await other.call('RemoteStartTransaction', start)).toEqual({ status: 'Accepted' });
    await poll(() => other.of('StartTransaction').length).toBe(1);
    expect(station.of('SetChargingProfile').length).toBe(before);
    expect(station.of('RemoteStartTransaction')).toEqual([{ connectorId: 1, idTag: 'X' }]);
    await poll(() => station.at().transaction).toBeDefined();
    expect(await other.call('RemoteStopTransaction', { transactionId: 900 })).toEqual({ status: 'Accepted' });
    expect(await errorOf(other.call('Reset', { type: 'Hard' }))).toBe('NotImplemented');
  });

  test('may tell about a transaction right behind the answer that names it', async () => {
    const other = await startWebSocketDevice({
      message: (text, client) => {
        const [kind, call, action] = JSON.parse(text) as [number, string, string];
        if (kind !== 2) return;
        const begins = action === 'StartTransaction';
        client.send([3, call, begins ? { transactionId: 900, idTagInfo: { status: 'Accepted' } } : {}]);
        if (begins) client.send([2, 'stop', 'RemoteStopTransaction', { transactionId: 900 }]);
      },
    });
    onTestFinished(other.close);
    const { station } = await pair({ url: `ws://${other.host}`, mode: 'full' });
    const transactionId = await station.begin();
    await poll(() => station.of('RemoteStopTransaction')).toEqual([{ transactionId }]);
  });

  test('that is away gets what it missed, and disturbs nobody', async () => {
    const clock = new FakeClock();
    // It keeps its port to itself meanwhile.
    const away = await startTcpServer((socket) => socket.destroy());
    const url = `ws://127.0.0.1:${away.port}`;
    const central = await startCentral({ forward: [{ station: 'CP-1', url, password: 'correct horse' }] }, { clock });
    onTestFinished(() => central.close());
    const device = await central.charger();
    const station = await central.station();
    await poll(() => central.log.some(({ message }) => message.includes('CP-1 cannot be forwarded'))).toBe(true);
    await station.begin();
    for (let count = 0; count < 250; count += 1) {
      await station.measure();
      // Nobody is read faster than 100 messages a second.
      if (count % 50 === 0) await clock.advance(1_000);
    }
    await device.enable(true, AbortSignal.timeout(5_000));
    await away.stop();
    const other = await startOther(away.port);
    await poll(async () => {
      await clock.advance(1_000);
      return other.of('MeterValues').length;
    }).toBeGreaterThan(150);
    expect(other.heard.slice(0, 4).map(({ action }) => action)).toEqual([
      'BootNotification',
      'StatusNotification',
      'StatusNotification',
      'StartTransaction',
    ]);
    expect(other.heard.length).toBeLessThanOrEqual(205);
    expect(central.log.filter(({ message }) => message.includes('cannot be forwarded')).length).toBe(1);
    expect(JSON.stringify(central.log)).not.toContain('correct horse');
    await station.disconnect();
  });

  test('hears stations of 2.0.1, too', async () => {
    const other = await startOther();
    const central = await startCentral({ forward: [{ station: 'CP-1', url: other.url }] });
    onTestFinished(() => central.close());
    await central.charger();
    const station = await central.station201();
    await station.turn('Preparing');
    await station.begin();
    await poll(() => other.of('TransactionEvent')[0]).toMatchObject({ transactionInfo: { transactionId: 'tx-1' } });
    expect(other.clients[0]?.protocol).toBe('ocpp2.0.1');
  });
});
