import { readFileSync } from 'node:fs';
import { expect, onTestFinished, type TestContext, test } from 'vitest';
import telemetry from '../../../plugins/telemetry/index.ts';
import { reportOf } from '../../../plugins/telemetry/report.ts';
import { startHouse } from '../../helpers/house.ts';
import { startHttpDevice } from '../../helpers/http-device.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

async function start(t: TestContext, configured = true) {
  const receiver = await startHttpDevice();
  onTestFinished(() => receiver.close());
  receiver.route('POST /usage', { json: {} });
  const house = await startHouse(t, {
    loadpoints: [{}, {}],
    ...(configured && { plugins: [telemetry as never], config: { telemetry: { url: `${receiver.url}/usage` } } }),
  });
  await house.cycle();
  const allow = (value: boolean) => house.commandSite('telemetry', value);
  return { ...house, receiver, allow };
}

test('nothing is sent unless it is allowed', async (t) => {
  const { clock, receiver, allow } = await start(t);
  await clock.advance(3 * DAY);
  await allow(true);
  await allow(false);
  await clock.advance(3 * DAY);
  expect(receiver.requests).toEqual([]);
});

test('once allowed, a report is sent ten minutes after the start, and then once a day', async (t) => {
  const { clock, receiver, allow, runtime } = await start(t);
  await allow(true);
  await clock.advance(9 * MINUTE);
  expect(receiver.requests).toEqual([]);
  for (let reports = 1; reports <= 3; reports += 1) {
    await clock.advance(reports === 1 ? MINUTE : DAY);
    await expect.poll(() => receiver.requests).toHaveLength(reports);
  }
  const { method, path, headers, body } = receiver.requests[0] ?? {};
  expect([method, path, headers?.['content-type']]).toEqual(['POST', '/usage', 'application/json']);
  expect(JSON.parse(body ?? '')).toEqual(reportOf(runtime.evcc));
});

test('a report has nothing but what README.md says, and nothing of this house', async (t) => {
  const { runtime } = await start(t);
  const report = reportOf(runtime.evcc);
  const readme = readFileSync(new URL('../../../plugins/telemetry/README.md', import.meta.url), 'utf8');
  const documented = [...readme.matchAll(/^\| (`.*?) \|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name),
  );
  expect(Object.keys(report)).toEqual(documented);
  expect(report).toMatchObject({
    version: '0.0.0-test',
    loadpoints: 2,
    devices: { charger: 2 },
    chargedEnergy: 0,
    solarPercentage: 0,
  });
  expect(JSON.stringify(report)).not.toMatch(/charger1|Loadpoint 1|Test house|127\.0\.0/);
});

test('a receiver that fails is asked again a day later', async (t) => {
  const { clock, receiver, allow, log } = await start(t);
  await allow(true);
  await receiver.fail('error');
  await clock.advance(10 * MINUTE);
  await expect.poll(() => log.map(({ message }) => message)).toContainEqual(expect.stringMatching(/not be sent/));
  await receiver.recover();
  await clock.advance(DAY);
  await expect.poll(() => receiver.requests.length).toBeGreaterThan(1);
  expect(log.filter(({ level }) => level === 'warn' || level === 'error')).toEqual([]);
});

test('without an address there is nobody to send to', async (t) => {
  const { clock, receiver, allow } = await start(t, false);
  await allow(true);
  await clock.advance(3 * DAY);
  expect(receiver.requests).toEqual([]);
});
