import { readFileSync } from 'node:fs';
import { connectAsync, type MqttClient } from 'mqtt';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { Cli } from '../helpers/cli.ts';
import { temporaryFolder } from '../helpers/folder.ts';
import { freePort } from '../helpers/free-port.ts';

/** The sample house as newcomers start it, only on other ports and with data of its own. */
async function startSample(): Promise<{ cli: Cli; rest: string; mqtt: string }> {
  const [rest, broker] = [await freePort(), await freePort()];
  const config = readFileSync(new URL('../../evcc.config.ts', import.meta.url), 'utf8')
    .replace('port: 7070', `port: ${rest}`)
    .replaceAll('1883', String(broker))
    .replace('.evcc/sample.db', 'sample.db');
  const directory = temporaryFolder({ 'evcc.config.ts': config });
  const cli = new Cli({ directory });
  await cli.says('Stop with Ctrl+C');
  return { cli, rest: `http://127.0.0.1:${rest}`, mqtt: `mqtt://127.0.0.1:${broker}` };
}

interface Watcher {
  readonly client: MqttClient;
  /** Last payload by topic */
  readonly topics: Map<string, string>;
}

async function watch(url: string): Promise<Watcher> {
  const client = await connectAsync(url, { reconnectPeriod: 0 });
  onTestFinished(() => client.endAsync(true));
  const topics = new Map<string, string>();
  client.on('message', (topic, payload) => void topics.set(topic, payload.toString()));
  await client.subscribeAsync('evcc/#');
  return { client, topics };
}

const post = async (url: string): Promise<{ status: number; body: unknown }> => {
  const response = await fetch(url, { method: 'POST' });
  return { status: response.status, body: await response.json() };
};

interface State {
  readonly siteTitle: string;
  readonly gridPower: number;
  readonly pvPower: number;
  readonly batteryPower: number;
  readonly homePower: number;
  readonly loadpoints: readonly {
    readonly mode: string;
    readonly chargePower: number;
    readonly reasons: { code: string }[];
  }[];
}

const stateOf = async (rest: string): Promise<State> => {
  const response = await fetch(`${rest}/api/state`);
  return ((await response.json()) as { result: State }).result;
};

describe('the sample house', () => {
  test('is seen and steered over REST and MQTT, and ends in order', { timeout: 60_000 }, async () => {
    const { cli, rest, mqtt } = await startSample();
    for (const told of [rest.replace('http://127.0.0.1', ''), mqtt, 'curl', 'mosquitto_pub', 'sample.db']) {
      expect(cli.out).toContain(told);
    }

    const first = await stateOf(rest);
    expect(first.siteTitle).toBe('Sample house');
    expect(first.pvPower).toBeGreaterThan(0);
    const charging = first.loadpoints.reduce((sum, { chargePower }) => sum + chargePower, 0);
    const consumed = first.gridPower + first.pvPower + first.batteryPower;
    expect(consumed).toBeCloseTo(first.homePower + charging, -1);
    expect(await (await fetch(`${rest}/api/health`)).text()).toBe('OK\n');

    const { client, topics } = await watch(mqtt);
    await vi.waitFor(() => expect(topics.get('evcc/loadpoints')).toBe('2'), 10_000);
    await vi.waitFor(() => expect(topics.get('evcc/status')).toBe('online'), 10_000);
    await vi.waitFor(() => expect(topics.get('evcc/loadpoints/1/mode')).toBe('pv'), 10_000);

    expect(await post(`${rest}/api/loadpoints/1/mode/now`)).toEqual({ status: 200, body: { result: 'now' } });
    await vi.waitFor(() => expect(topics.get('evcc/loadpoints/1/mode')).toBe('now'), 10_000);
    await vi.waitFor(() => expect(Number(topics.get('evcc/loadpoints/1/chargeCurrent'))).toBe(16), 10_000);
    await vi.waitFor(
      async () => expect((await stateOf(rest)).loadpoints[0]?.reasons[0]?.code).toBe('mode-now'),
      10_000,
    );

    await client.publishAsync('evcc/loadpoints/1/maxCurrent/set', '10');
    await vi.waitFor(() => expect(topics.get('evcc/loadpoints/1/maxCurrent')).toBe('10'), 10_000);
    await vi.waitFor(() => expect(Number(topics.get('evcc/loadpoints/1/chargeCurrent'))).toBe(10), 10_000);
    await client.publishAsync('evcc/loadpoints/1/mode/set', 'OFF');
    await vi.waitFor(async () => expect((await stateOf(rest)).loadpoints[0]?.mode).toBe('off'), 10_000);

    const refused = await post(`${rest}/api/loadpoints/1/mode/full`);
    expect(refused.status).toBe(400);
    expect(refused.body).toEqual({ error: expect.stringContaining('off, pv, minpv, now') });
    expect((await post(`${rest}/api/loadpoints/9/mode/now`)).status).toBe(404);
    await client.publishAsync('evcc/loadpoints/1/mode/set', 'full');
    await cli.says(/set evcc\/loadpoints\/1\/mode: .*off, pv, minpv, now/);
    expect((await stateOf(rest)).loadpoints[0]?.mode).toBe('off');

    cli.signal('SIGTERM');
    await vi.waitFor(() => expect(topics.get('evcc/status')).toBe('offline'), 10_000);
    const { code, err } = await cli.ended();
    expect({ code, err }).toEqual({ code: 0, err: '' });
  });
});
