import { describe, expect, test } from 'vitest';
import { readTemplate } from '../../../core/config/template.ts';
import { temporaryFolder } from '../../helpers/folder.ts';
import { runCommand, SMALL_HOUSE } from '../../helpers/run-command.ts';

const PARAMETERS = {
  host: { description: 'Name or address' },
  port: { description: 'TCP port', type: 'integer', default: 80 },
  usage: { description: 'What is measured', enum: ['grid', 'pv'], default: 'grid' },
  token: { description: 'Token', secret: true, optional: true },
};
const METER = {
  kind: 'meter',
  name: 'A meter',
  parameters: PARAMETERS,
  device: {
    type: 'custom',
    power: {
      source: 'http',
      url: 'http://{{host}}:{{port}}/?token={value}',
      path: { $case: 'usage', grid: 'in.w', $else: 'out.w' },
      cache: '{{port}}',
      headers: { 'X-Token': '{{token}}' },
    },
    returnEnergy: { $case: 'usage', grid: { source: 'constant', value: '{{host}}' } },
  },
};

function read(template: unknown, name = 'meter.json') {
  const text = typeof template === 'string' ? template : JSON.stringify(template);
  return readTemplate(`${temporaryFolder({ [name]: text })}/${name}`);
}
function expand(template: unknown, parameters: object, name?: string) {
  const found = read(template, name);
  return 'problems' in found ? found.problems : found.expand(parameters as Record<string, unknown>);
}
const problems = (template: unknown, name?: string) => {
  const found = read(template, name);
  return 'problems' in found ? found.problems : [];
};

describe('a description in a file', () => {
  test('becomes an entry, with parameters in their places', () => {
    expect(expand(METER, { host: 'box', port: 8080, usage: 'grid', token: 'geheim' })).toEqual({
      type: 'custom',
      options: {
        power: {
          source: 'http',
          url: 'http://box:8080/?token={value}',
          path: 'in.w',
          cache: 8080,
          headers: { 'X-Token': 'geheim' },
        },
        returnEnergy: { source: 'constant', value: 'box' },
      },
    });
  });

  test('leaves out what a parameter is missing for, and what no case is for', () => {
    expect(expand(METER, { host: 'box', port: 80, usage: 'pv' })).toEqual({
      type: 'custom',
      options: {
        power: { source: 'http', url: 'http://box:80/?token={value}', path: 'out.w', cache: 80, headers: {} },
      },
    });
  });

  test('may be YAML, with comments, aliases and parts', () => {
    const yaml = `
# A comment
kind: meter
name: A meter
parameters:
  id: { description: Unit id, type: integer }
parts:
  line: &line { source: modbus, host: box, id: '{{id}}' }
device:
  type: custom
  power: { <<: *line, address: 10 }
  list: [*line, '{{id}}']
`;
    expect(expand(yaml, { id: 7 }, 'meter.yaml')).toEqual({
      type: 'custom',
      options: {
        power: { source: 'modbus', host: 'box', id: 7, address: 10 },
        list: [{ source: 'modbus', host: 'box', id: 7 }, 7],
      },
    });
  });

  test.each<[string, unknown, string[]]>([
    ['a key that there is not', { ...METER, parameter: {} }, ['parameter: unknown key, did you mean "parameters"?']],
    ['a kind that there is not', { ...METER, kind: 'store' }, [expect.stringContaining('kind: must be one of')]],
    [
      'a parameter without description',
      { ...METER, parameters: { ...PARAMETERS, host: {} } },
      ['parameters.host.description: is missing: must be a text that is not empty (What it is for)'],
    ],
    [
      'a default that does not fit',
      { ...METER, parameters: { ...PARAMETERS, port: { ...PARAMETERS.port, maximum: 10 } } },
      ['parameters.port.default: must be a whole number up to 10 (is 80)'],
    ],
    [
      'a parameter that nobody described',
      {
        ...METER,
        device: { type: 'custom', a: ['{{host}}', { $case: 'usage', grid: '{{ghost}}' }, '{{port}} {{token}}'] },
      },
      [
        'device.a[1].grid: there is no parameter "ghost"',
        'device.a[2]: token may be left out, so that it cannot be a part of a text',
      ],
    ],
    [
      'a case of nothing',
      { ...METER, parameters: {}, device: { type: 'custom', a: { $case: 'use', grid: 1 } } },
      ['device.a: there is no parameter "use"'],
    ],
    [
      'a parameter that is not used',
      { ...METER, parameters: { a: { description: 'A' } }, device: { type: 'custom' } },
      ['parameters.a: is not used in device'],
    ],
    [
      'a parameter with a name that is taken',
      { ...METER, parameters: { type: { description: 'A' } }, device: { type: 'custom', a: '{{type}}' } },
      ['parameters.type: the name is taken'],
    ],
    [
      'another description',
      { ...METER, parameters: {}, device: { type: './other.yaml' } },
      ['device.type: a description cannot stand for another one'],
    ],
    ...['./evil.ts', '../evil.js', '/evil.js', 'file:///evil.js', '@a/../../evil', '{{host}}'].map(
      (type): [string, unknown, string[]] => [
        `the type ${type}`,
        { ...METER, parameters: { host: PARAMETERS.host }, device: { type, host: '{{host}}' } },
        [`device.type: must be the name of a type, not a file or a parameter (is ${JSON.stringify(type)})`],
      ],
    ),
    [
      'a case in place of the entry',
      { ...METER, parameters: { usage: PARAMETERS.usage }, device: { type: 'custom', $case: 'usage', grid: {} } },
      ['device.$case: stands in options only'],
    ],
    [
      'a pattern that is none',
      { ...METER, parameters: { host: { description: 'A', pattern: '(' } }, device: { type: 'custom', a: '{{host}}' } },
      ['parameters.host.pattern: is no regular expression'],
    ],
    ['a list', [], [expect.stringContaining('must be an object')]],
    ['nothing at all', 'null', [expect.stringContaining('must be an object')]],
    ['no JSON', '{', [expect.stringMatching(/./)]],
  ])('with %s is refused in words', (_, template, expected) => {
    expect(problems(template)).toEqual(expected);
  });

  const laughs = (aliases: number): string =>
    Array.from(
      { length: aliases },
      (_, i) => `  a${i}: &a${i} [${Array(9).fill(i === 0 ? 'x' : `*a${i - 1}`)}]\n`,
    ).join('');
  const head = 'kind: meter\nname: A meter\n';
  test.each<[string, string, string]>([
    ['endless', 'meter.yaml', `${head}device: &device\n  type: custom\n  power: *device\n`],
    ['endless in its parts', 'meter.yaml', `${head}parts: &parts [*parts]\ndevice: { type: custom }\n`],
    ['long by its aliases', 'meter.yaml', `${head}parts:\n${laughs(9)}device: { type: custom, power: *a8 }\n`],
    ['deep', 'meter.json', `{ "kind": "meter", "device": ${'['.repeat(20_000)}${']'.repeat(20_000)} }`],
    ['long', 'meter.json', `{ "kind": "meter", "parts": [${Array(30_000).fill(1)}] }`],
  ])('that is %s is refused in words', (_, name, text) => {
    expect(problems(text, name)).toEqual(['holds more than 20000 values, or is nested more than 50 times']);
  });

  test('that is huge, or no file, is refused in words', () => {
    expect(problems(`{}${' '.repeat(300_000)}`)).toEqual(['is larger than 256 KiB']);
    const folder = temporaryFolder({ 'meter.yaml/inside': '' });
    expect(readTemplate(`${folder}/meter.yaml`)).toEqual({ problems: ['is no file'] });
  });

  test('that is not there, or no YAML, is refused in words', () => {
    expect(readTemplate('/not/there.yaml')).toEqual({ problems: ['there is no such file'] });
    expect(problems('a: [', 'meter.yaml')).toEqual([expect.stringMatching(/./)]);
  });
});

describe('in a configuration', () => {
  const check = async (roof: object, template: object = METER, kind: 'meters' | 'chargers' = 'meters') => {
    const house = { ...SMALL_HOUSE, [kind]: { ...SMALL_HOUSE[kind], roof } };
    const folder = temporaryFolder({
      'evcc.config.json': JSON.stringify(house),
      'meter.json': JSON.stringify(template),
    });
    const { code, out, err } = await runCommand(folder, 'check');
    return { code, text: out + err };
  };

  test('the file is the type, and its parameters are checked like options', async () => {
    const type = './meter.json';
    expect(await check({ type, host: 'box', title: 'Roof', timeout: 5 })).toMatchObject({ code: 0 });
    const { code, text } = await check({ type, hots: 'box', port: 'eighty', usage: 'gird' });
    expect(code).not.toBe(0);
    expect(text).toContain('meters.roof.hots: unknown key, did you mean "host"?');
    expect(text).toContain('meters.roof.host: is missing: must be a text that is not empty (Name or address)');
    expect(text).toContain('meters.roof.port: must be a whole number (is "eighty")');
    expect(text).toContain('meters.roof.usage: must be one of "grid", "pv", did you mean "grid"? (is "gird")');
  });

  test('what is wrong inside of the file is said with its place there', async () => {
    const power = { source: 'http', url: 'http://{{host}}', pth: '{{port}}' };
    const parameters = { host: PARAMETERS.host, port: PARAMETERS.port };
    const roof = { type: './meter.json', host: 'box' };
    const device = { type: 'custom', power, energie: 1 };
    const { text } = await check(roof, { ...METER, parameters, device });
    expect(text).toContain('meters.roof.type: ./meter.json: device.power.pth: unknown key, did you mean "path"?');
    expect(text).toContain('meters.roof.type: ./meter.json: device.energie: unknown key, did you mean "energy"?');
    const unknown = await check(roof, { ...METER, parameters, device: { ...device, type: 'custum' } });
    expect(unknown.text).toContain('meters.roof.type: ./meter.json: device.type: unknown meter type "custum"');
    const broken = await check(roof, { ...METER, nam: 1 });
    expect(broken.text).toContain('meters.roof.type: ./meter.json: nam: unknown key, did you mean "name"?');
  });

  test('a device of another kind is refused, and so is a file that is not there', async () => {
    const other = await check({ type: './meter.json', host: 'box' }, METER, 'chargers');
    expect(other.text).toContain('chargers.roof.type: ./meter.json describes a meter, no charger');
    expect((await check({ type: './metre.json' })).text).toContain(
      'meters.roof.type: ./metre.json: there is no such file',
    );
  });

  test('secrets among the parameters are shown nowhere', async () => {
    const { text } = await check({ type: './meter.json', host: 'geheim-123', port: 'x', token: 'geheim-123' });
    expect(text).toContain('meters.roof.port');
    expect(text).not.toContain('geheim-123');
  });
});
