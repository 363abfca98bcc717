import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { connectAsync } from 'mqtt';
import { startMosquitto } from '../helpers/mosquitto.ts';
import { benchHouse } from './fake-house.ts';
import type { LoadResult } from './load.ts';
import { type Figure, figure, median } from './report.ts';

const run = promisify(execFile);
const PORT = 17_073;
const REST = { port: PORT, host: '127.0.0.1' };

/** REST, WebSocket and MQTT under load; the clients are processes of their own. */
export async function surfaceFigures(): Promise<Figure[]> {
  return [...(await stateFigures()), await liveFigure(), await floodFigure(), await mqttFigure()];
}

async function load<Result>(...args: readonly string[]): Promise<Result> {
  const { stdout } = await run(process.execPath, [join(import.meta.dirname, 'load.ts'), `--port=${PORT}`, ...args]);
  return JSON.parse(stdout) as Result;
}

async function stateFigures(): Promise<Figure[]> {
  const house = await benchHouse(2, undefined, { rest: REST });
  await house.runtime.start();
  await load('requests', '--connections=50', '--seconds=2');
  const { perSecond, p99, failed } = await load<LoadResult>('requests', '--connections=50', '--seconds=5');
  await house.runtime.stop();
  if (failed > 0) throw new Error(`${failed} requests failed`);
  const what = 'GET /api/state, 2 loadpoints, 50 connections';
  return [
    figure(what, perSecond, 'requests/s', 8_000, 'higher'),
    figure(`${what}, 99 of 100 answered within`, p99, 'ms', 25, 'lower'),
  ];
}

async function liveFigure(): Promise<Figure> {
  const house = await benchHouse(2, undefined, { rest: REST, interval: 3_600 });
  await house.runtime.start();
  const times = await load<number[]>('live', '--connections=200');
  await house.runtime.stop();
  return figure('a change until 200 WebSocket clients have it, median', median(times), 'ms', 50, 'lower');
}

/** s of flood */
const FLOOD = 15;

/** How much later than due the latest of the cycles began while clients asked for 1,000 things per second. */
async function floodFigure(): Promise<Figure> {
  const house = await benchHouse(2, undefined, { rest: REST, interval: 1 });
  const begins: number[] = [];
  house.onRead = () => void begins.push(performance.now());
  await house.runtime.start();
  const paths = ['/api/state', '/api/health', '/api/sessions', 'POST /api/loadpoints/1/mode/wrong', '/api/nothing'];
  const args = ['--connections=100', '--rate=1000', `--seconds=${FLOOD}`, ...paths.map((path) => `--path=${path}`)];
  const { perSecond, failed } = await load<LoadResult>('requests', ...args);
  await house.runtime.stop();
  if (failed > 0) throw new Error(`${failed} requests failed`);
  const late = begins.map((begin, index) => begin - (begins[index - 1] ?? begin) - (index > 0 ? 1_000 : 0));
  return figure(
    `latest cycle while asked ${perSecond.toFixed(0)} times per second`,
    Math.max(...late),
    'ms',
    50,
    'lower',
  );
}

/** From the change in a cycle to the message at a subscriber of a Mosquitto on this machine. */
async function mqttFigure(): Promise<Figure> {
  const broker = await startMosquitto();
  const house = await benchHouse(2, undefined, { mqtt: { broker: broker.url }, interval: 1 });
  const subscriber = await connectAsync(broker.url);
  await subscriber.subscribeAsync('evcc/site/gridPower');
  await house.runtime.start();
  const times: number[] = [];
  for (let change = 0; change < 12; change += 1) {
    const told = new Promise<void>((resolve) => subscriber.once('message', () => resolve()));
    let begun = 0;
    house.onRead = () => {
      begun ||= performance.now();
    };
    house.pass();
    await told;
    if (change > 1 && begun > 0) times.push(performance.now() - begun);
  }
  await subscriber.endAsync();
  await house.runtime.stop();
  await broker.stop();
  return figure('change in a cycle until an MQTT subscriber has it, median', median(times), 'ms', 20, 'lower');
}
