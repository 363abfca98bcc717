import { describe, expect, test } from 'vitest';
import { createLogger, type LogEntry, type LogOptions, parseLogLevels, silentLogger } from '../../core/log.ts';

function capture(options: Partial<LogOptions> = {}) {
  const lines: string[] = [];
  const entries: LogEntry[] = [];
  const log = createLogger({
    destination: { write: (line: string) => void lines.push(line) },
    observe: (entry) => void entries.push(entry),
    ...options,
  });
  return { log, lines, entries };
}

const LEVELS = ['debug', 'info', 'warn', 'error'] as const;

describe('levels', () => {
  test.each([
    ['debug', ['debug', 'info', 'warn', 'error']],
    ['info', ['info', 'warn', 'error']],
    ['warn', ['warn', 'error']],
    ['error', ['error']],
    ['silent', []],
  ] as const)('%s lets through %j', (level, expected) => {
    const { log, lines, entries } = capture({ level });
    for (const each of LEVELS) log[each]('a line');
    expect(entries.map((entry) => entry.level)).toEqual(expected);
    expect(lines).toHaveLength(expected.length);
  });

  test('are info by default', () => {
    const { log, entries } = capture();
    log.debug('hidden');
    log.info('shown');
    expect(entries).toEqual([{ level: 'info', area: 'evcc', message: 'shown' }]);
  });

  test('can be set for single areas, also against the general one', () => {
    const { log, entries } = capture({ level: 'warn', levels: { mqtt: 'debug', site: 'silent' } });
    log.child('mqtt').debug('m');
    log.child('site').error('s');
    log.child('garage').info('g');
    log.child('garage').warn('g');
    log.child('garage').child('mqtt').debug('m');
    expect(entries.map(({ area, message }) => `${area} ${message}`)).toEqual(['mqtt m', 'garage g', 'mqtt m']);
  });

  test.each(['constructor', '__proto__', 'toString', ''])('an area may have any name: %j', (name) => {
    const { log, entries } = capture({ levels: { mqtt: 'debug' } });
    log.child(name).info('fine');
    expect(entries).toEqual([{ level: 'info', area: name, message: 'fine' }]);
  });
});

describe('lines', () => {
  test('of another time have its date', () => {
    const clock = { now: () => Date.UTC(2023, 3, 1, 6, 30) };
    const text = capture({ clock });
    text.log.info('sunrise');
    expect(text.lines).toEqual(['[2023-04-01T06:30:00Z] INFO: [evcc] sunrise\n']);
    const json = capture({ clock, format: 'json' });
    json.log.info('sunrise');
    expect(JSON.parse(json.lines[0] ?? '')).toMatchObject({ time: '2023-04-01T06:30:00Z', msg: 'sunrise' });
  });

  test('are readable for people, with their area', () => {
    const { log, lines } = capture();
    log.child('garage').warn('too warm: 50 %s %d');
    expect(lines).toEqual([expect.stringMatching(/^\[?\d\d:\d\d:\d\d\]? WARN: \[garage\] too warm: 50 %s %d\n$/)]);
  });

  test('are JSON for collectors', () => {
    const { log, lines } = capture({ format: 'json' });
    log.child('garage').info('said "hello"\nand left');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ area: 'garage', msg: 'said "hello"\nand left' });
    expect(lines).toHaveLength(1);
  });

  test('of an error carry its stack, of other things that were thrown only the message', () => {
    const { log, lines } = capture({ format: 'json' });
    log.error('it broke', new TypeError('x is undefined'));
    log.error('it broke', 'a text');
    expect(lines[0]).toContain('TypeError: x is undefined\\n    at ');
    expect(JSON.parse(lines[1] ?? '')).toMatchObject({ msg: 'it broke' });
  });
});

describe('secrets', () => {
  test('are masked in messages, stacks and for observers; they may become known later', () => {
    const secrets = new Set(['correct-horse']);
    const { log, lines, entries } = capture({ secrets, format: 'json' });
    const garage = log.child('garage');
    garage.info('password correct-horse and battery-staple');
    secrets.add('battery-staple');
    garage.error('battery-staple', new Error('correct-horse'));
    expect(entries.map(({ message }) => message)).toEqual(['password *** and battery-staple', '***']);
    expect(lines[1]).not.toMatch(/correct-horse|battery-staple/);
  });

  test('the longest one is masked first', () => {
    const { log, entries } = capture({ secrets: new Set(['pass', 'password']) });
    log.info('the password!');
    expect(entries[0]?.message).toBe('the ***!');
  });
});

describe('levels as text', () => {
  test.each([
    ['debug', { level: 'debug', levels: {} }],
    ['info,mqtt:debug', { level: 'info', levels: { mqtt: 'debug' } }],
    ['mqtt:debug', { level: 'info', levels: { mqtt: 'debug' } }],
    [' warn , mqtt:debug , rest:silent', { level: 'warn', levels: { mqtt: 'debug', rest: 'silent' } }],
  ])('%j', (text, expected) => {
    expect(parseLogLevels(text)).toEqual(expected);
  });

  test.each(['', 'loud', 'mqtt:loud', 'DEBUG', 'info,', 'mqtt:', 'mqtt:debug:info', 'constructor'])(
    '%j is refused',
    (text) => {
      expect(parseLogLevels(text)).toMatch(/is no log level: use one of debug, info, warn, error, silent$/);
    },
  );
});

test('the silent logger says nothing', () => {
  for (const level of LEVELS) expect(silentLogger.child('x')[level]('a line')).toBeUndefined();
});
