import assert from 'node:assert/strict';
import { test } from 'vitest';
import type { Logger } from '../../../core/index.ts';
import { createReport } from '../../../plugins/mqtt/report.ts';
import { nearest, printable } from '../../../plugins/mqtt/text.ts';
import { FakeClock } from '../../helpers/fake-clock.ts';

function begin() {
  const lines: string[] = [];
  const clock = new FakeClock();
  const record = (level: string) => (message: string) => void lines.push(`${level} ${message}`);
  const log: Logger = {
    debug: record('debug'),
    info: record('info'),
    warn: record('warn'),
    error: record('error'),
    child: () => log,
  };
  const report = createReport('mqtt://x', 'me', clock, log);
  return { lines, clock, report, take: () => lines.splice(0) };
}

const refused = Object.assign(new Error('Connection refused: Not authorized'), { code: 5 });

test('the first connection is told, and a broker that is late by less than a second is not', () => {
  const { clock, report, take } = begin();
  report.failed(new Error('refused'));
  clock.jump(clock.now() + 900);
  report.failed(new Error('refused'));
  assert.deepEqual(take(), []);
  report.connected();
  assert.deepEqual(take(), ['info connected to mqtt://x']);
});

test('of an absence only the beginning and the end are told', () => {
  const { clock, report, take } = begin();
  for (let attempt = 0; attempt < 10; attempt += 1) {
    report.failed(new Error('refused'));
    clock.jump(clock.now() + 1_000);
  }
  assert.deepEqual(take(), ['warn cannot connect to mqtt://x: refused; trying again until it works']);
  report.connected();
  assert.deepEqual(take(), ['info connected to mqtt://x again']);
});

test('a refused login is told at once, also after other failures', () => {
  const { report, take } = begin();
  report.failed(refused);
  report.failed(refused);
  report.failed(new Error('refused'));
  assert.deepEqual(take(), [
    'warn cannot connect to mqtt://x: the broker refused the login; check mqtt.user and mqtt.password; trying again until it works',
  ]);
  const other = begin();
  other.report.connected();
  other.report.lost(undefined);
  other.report.failed(refused);
  other.report.failed(refused);
  assert.equal(other.take().length, 3);
});

test('a lost connection is told, and its return', () => {
  const { clock, report, take } = begin();
  report.connected();
  clock.jump(clock.now() + 10_000);
  report.lasting();
  report.lost(undefined);
  report.failed(new Error('refused'));
  report.connected();
  assert.deepEqual(take(), [
    'info connected to mqtt://x',
    'warn the connection to mqtt://x is lost: the broker closed the connection; trying again',
    'info connected to mqtt://x again',
  ]);
});

test('a connection that does not last is told three times, then when it lasts', () => {
  const { report, take } = begin();
  for (let count = 0; count < 20; count += 1) {
    report.connected();
    report.lost(undefined);
  }
  const lines = take();
  assert.equal(lines.length, 6);
  assert.match(lines.at(-1) ?? '', /is lost again and again; is there another client named "me"\?/);
  report.connected();
  assert.deepEqual(take(), []);
  report.lasting();
  assert.deepEqual(take(), ['info the connection to mqtt://x lasts again']);
});

test('failures that hold several reasons show the first', () => {
  const { clock, report, take } = begin();
  const reason = new AggregateError([new Error('connect ECONNREFUSED ::1:1883'), new Error('other')]);
  report.failed(reason);
  clock.jump(clock.now() + 2_000);
  report.failed(reason);
  assert.match(take().join(), /connect ECONNREFUSED ::1:1883;/);
});

test('texts of strangers cannot forge lines of the log', () => {
  assert.equal(printable('a\nb\u001b[31m\u202e\u2028\u0000'), 'a\\u000ab\\u001b[31m\\u202e\\u2028\\u0000');
  assert.equal(printable('ä€'.repeat(100), 10), `${'ä€'.repeat(5)}…`);
});

test('the nearest name ignores case and separators, and is not far-fetched', () => {
  const names = ['loadpoints/1/minSoc', 'loadpoints/1/minCurrent', 'site/prioritySoc'];
  assert.equal(nearest('loadpoints/1/minsoc', names), 'loadpoints/1/minSoc');
  assert.equal(nearest('loadpoints/1/min_soc', names), 'loadpoints/1/minSoc');
  assert.equal(nearest('loadpoints/1/mincurent', names), 'loadpoints/1/minCurrent');
  assert.equal(nearest('something/else', names), undefined);
  assert.equal(nearest('', names), undefined);
});
