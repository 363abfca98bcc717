import { WebSocket } from 'ws';

/**
 * A process of its own that plays many OCPP 1.6 stations with meter values every 10 s: `node ocpp-stations.ts <port> <count>
 * <seconds>`. It tells its parent how long each answer took, in ms, and ends by itself.
 */

const [port, count, seconds] = process.argv.slice(2).map(Number) as [number, number, number];
const INTERVAL = 10_000;
const times: number[] = [];
/** Ids of stations that were told everything */
const setUp = new Set<string>();

const METER_VALUE = () => ({
  timestamp: new Date().toISOString(),
  sampledValue: [
    { value: '6841.0', measurand: 'Power.Active.Import', unit: 'W' },
    { value: '1830422', measurand: 'Energy.Active.Import.Register', unit: 'Wh' },
    ...['L1', 'L2', 'L3'].flatMap((phase) => [
      { value: '9.9', measurand: 'Current.Import', phase, unit: 'A' },
      { value: '230.4', measurand: 'Voltage', phase: `${phase}-N`, unit: 'V' },
    ]),
    { value: '10', measurand: 'Current.Offered', unit: 'A' },
  ],
});

async function play(id: string): Promise<void> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/${id}`, ['ocpp1.6']);
  const waiting = new Map<string, () => void>();
  let calls = 0;
  socket.on('message', (data) => {
    const [kind, message, action, payload] = JSON.parse(String(data)) as [
      number,
      string,
      string,
      { requestedMessage?: string },
    ];
    if (kind !== 2) return waiting.get(message)?.();
    const answer = action === 'GetConfiguration' ? {} : { status: 'Accepted' };
    socket.send(JSON.stringify([3, message, answer]));
    // The last thing that a station is told when it connects
    if (payload.requestedMessage === 'MeterValues') setUp.add(id);
  });
  const call = (action: string, payload: object): Promise<void> =>
    new Promise((resolve) => {
      calls += 1;
      const message = String(calls);
      waiting.set(message, () => {
        waiting.delete(message);
        resolve();
      });
      socket.send(JSON.stringify([2, message, action, payload]));
    });
  await new Promise((resolve) => socket.once('open', resolve));
  await call('BootNotification', { chargePointVendor: 'ACME', chargePointModel: 'W1' });
  await call('StatusNotification', { connectorId: 1, errorCode: 'NoError', status: 'Charging' });
  // Spread over the interval, as stations are that were switched on at different times.
  await new Promise((resolve) => setTimeout(resolve, Math.random() * INTERVAL));
  setInterval(() => {
    const began = performance.now();
    void call('MeterValues', { connectorId: 1, meterValue: [METER_VALUE()] }).then(() => {
      times.push(performance.now() - began);
    });
  }, INTERVAL);
}

// Nobody is there any more who would hear it.
process.once('disconnect', () => process.exit());
for (let index = 0; index < count; index += 1) void play(`CP-${index}`);
const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
for (let second = 0; second < 60 && setUp.size < count; second += 1) await wait(1_000);
// Every station has begun to measure.
await wait(INTERVAL);
times.length = 0;
process.send?.({ begins: true });
await wait(seconds * 1_000);
process.send?.({ times, setUp: setUp.size }, () => process.exit());
