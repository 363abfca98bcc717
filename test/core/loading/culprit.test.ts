import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { EvccError } from '../../../core/errors.ts';
import { culpritOf } from '../../../core/loading/culprit.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const OWN = `    at run (file://${ROOT}core/cycle/cycle.ts:80:7)`;
const NODE = '    at listOnTimeout (node:internal/timers:685:17)';
const LIBRARY = '    at emit (/srv/house/node_modules/mqtt/build/client.js:12:3)';
const THEIRS = '    at file:///srv/my%20house/evcc.config.ts?t=17-25:14:9';
const PLAIN = '    at Object.read (/srv/my house/meter.cjs:3:1)';
const WINDOWS = '    at async read (C:\\house\\meter.cjs:3:1)';

function failure(frames: readonly string[], error = new Error('x')): Error {
  error.stack = ['Error: x', ...frames].join('\n');
  return error;
}

test.for([
  ['code of the user, as a module', [NODE, THEIRS], undefined, '/srv/my house/evcc.config.ts:14'],
  ['code of the user, as a script', [PLAIN], undefined, '/srv/my house/meter.cjs:3'],
  ['code of the user on Windows', [WINDOWS], undefined, 'C:\\house\\meter.cjs:3'],
  ['the first line of the user', [LIBRARY, THEIRS, PLAIN], undefined, '/srv/my house/evcc.config.ts:14'],
  ['what the user called of ours', [OWN, THEIRS], undefined, '/srv/my house/evcc.config.ts:14'],
  ['nobody known, in the turn of a plugin', [NODE], 'plugin acme', 'plugin acme'],
  ['a library, in the turn of a plugin', [LIBRARY, NODE], 'plugin acme', 'plugin acme'],
  ['our own code, in the turn of a plugin', [OWN, NODE], 'plugin acme', undefined],
  ['our own code', [OWN, NODE], undefined, undefined],
  ['a library', [LIBRARY], undefined, undefined],
  ['nobody known', [], undefined, undefined],
] as const)('an error of %s', ([, frames, owner, expected]) => {
  expect(culpritOf(failure(frames), owner)).toBe(expected);
});

test.for([
  ['file:///srv/my%20house/prices.ts:7', '/srv/my house/prices.ts:7'],
  ['/srv/my house/prices.ts?t=17-25:7', '/srv/my house/prices.ts:7'],
])('a syntax error is where its stack begins: %s', ([place, expected]) => {
  const error = new SyntaxError('Unexpected token');
  error.stack = `${place}\nconst x: = 5;\n         ^\n\nSyntaxError: Unexpected token\n${NODE}`;
  expect(culpritOf(error, undefined)).toBe(expected);
});

test('an error that was meant for the plugin is its own when it forgot it', () => {
  const refused = failure([OWN], new EvccError('EVCC_COMMAND_INVALID', 'no such mode'));
  expect(culpritOf(refused, 'plugin acme')).toBe('plugin acme');
  expect(culpritOf(refused, undefined)).toBeUndefined();
});

test.for([['text'], [undefined], [null], [{ stack: 5 }]])('what is no error has no stack: %j', ([thrown]) => {
  expect(culpritOf(thrown, 'plugin acme')).toBe('plugin acme');
  expect(culpritOf(thrown, undefined)).toBeUndefined();
});
