import assert from 'node:assert/strict';
import { test } from 'vitest';
import { readRequest, USAGE } from '../../../../plugins/commands/simulate/arguments.ts';

test('every option is understood', () => {
  const line =
    '--profile p.csv --sessions s.csv --car ev1 --from 2023-01-01 --to 2023-02-01 --interval 30 --mode now --battery 10.5 --seed 3 --variation 0.5 --ready --plan --json --csv o.csv --report r.html -c house.ts --log debug';
  assert.deepEqual(readRequest(line.split(' ')), {
    profile: 'p.csv',
    sessions: 's.csv',
    car: 'ev1',
    from: '2023-01-01',
    to: '2023-02-01',
    interval: 30,
    mode: 'now',
    battery: 10.5,
    seed: 3,
    variation: 0.5,
    ready: true,
    plan: true,
    json: true,
    csv: 'o.csv',
    report: 'r.html',
  });
});

test('only the profile is needed', () => {
  assert.deepEqual(readRequest(['--profile', 'p.csv']), { profile: 'p.csv', ready: false, plan: false, json: false });
});

test.each([
  ['', /--profile is missing/],
  ['--profile=', /--profile needs a value/],
  ['--profile p --mode fast', /--mode "fast" is not allowed: off, pv, minpv, now/],
  ['--profile p --interval 0', /--interval "0" is not allowed: 1 to 3600 s/],
  ['--profile p --interval ten', /--interval "ten"/],
  ['--profile p --battery -3', undefined],
  ['--profile p --battery=-3', /--battery "-3" is not allowed: 0.5 to 1000 kWh/],
  ['--profile p --variation 1.5', /--variation "1.5" is not allowed: 0 to 1/],
  ['--profile p --seed 1.5', /--seed "1.5" is not allowed: a whole number/],
  ['--profile p --car ev1', /--car chooses among the cars of --sessions/],
  ['--profile p --ready', /--ready needs --sessions/],
  ['--profile p --plan', /--plan needs --sessions/],
  ['--profile p --colour', undefined],
  ['--profile p extra', undefined],
] as const)('"%s" is wrong use', (line, message) => {
  const args = line === '' ? [] : line.split(' ');
  if (message === undefined) assert.throws(() => readRequest(args), { code: /^ERR_PARSE_ARGS/ });
  else {
    const answer = readRequest(args);
    assert.match(typeof answer === 'string' ? answer : 'it was accepted', message);
  }
});

test('the help names every option', () => {
  for (const option of [
    'profile',
    'sessions',
    'car',
    'from',
    'to',
    'interval',
    'mode',
    'battery',
    'ready',
    'plan',
    'seed',
    'variation',
    'json',
    'csv',
    'report',
    'config',
    'log',
  ]) {
    assert.ok(USAGE.includes(`--${option} `), option);
  }
  for (const line of USAGE.split('\n')) assert.ok(line.length <= 120, line);
});
