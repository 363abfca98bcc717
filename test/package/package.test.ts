import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { publint } from 'publint';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { startPrices } from '../../examples/plugin/src/contract/prices.ts';
import { startWallbox, TOKEN } from '../../examples/plugin/src/contract/wallbox.ts';
import { codeBlocks, wholeFiles } from '../docs/blocks.ts';
import { writeFile } from '../helpers/folder.ts';
import { Editor, problemsOf } from './editor.ts';
import { openWorkshop, run, userEnvironment, type Workshop } from './workshop.ts';

/** evcc and a plugin of somebody else, as they come out of npm: installed into an empty folder and used there. */

/** ms that building, packing and installing may take on a slow machine */
const PATIENCE = 180_000;

let workshop: Workshop;
beforeAll(async () => {
  workshop = await openWorkshop();
}, PATIENCE);
afterAll(() => workshop?.clean(), PATIENCE);

describe('the packages', () => {
  test('evcc holds JavaScript and types of the program and the contracts, its documentation, the web page, and nothing else', () => {
    const others = workshop.evcc.files.filter(
      (file) =>
        !/^(core|plugins|testing\/contract)\/.*\.(js|d\.ts)$/.test(file) &&
        !/^(docs\/[a-z-]+\.md|plugins\/.*\/README\.md|plugins\/web\/dist\/.*)$/.test(file),
    );
    assert.deepEqual(others.sort(), ['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json']);
    assert.deepEqual(
      workshop.evcc.files.filter((file) => /\.test\.|^core\/tools\//.test(file)),
      [],
    );
    for (const file of [
      'core/cli.js',
      'core/index.js',
      'plugins/types.d.ts',
      'testing/contract/index.js',
      'docs/rest.md',
      'plugins/web/dist/index.html',
    ]) {
      assert.ok(workshop.evcc.files.includes(file), `${file} is missing`);
    }
  });

  test('evcc has the version and the dependencies of the repository, and nothing of its tools', () => {
    const own = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as Manifest;
    const built = JSON.parse(readFileSync(join(workshop.built, 'package.json'), 'utf8')) as Manifest;
    assert.equal(built.version, own.version);
    assert.deepEqual(built.dependencies, own.dependencies);
    for (const key of ['private', 'devDependencies', 'optionalDependencies', 'scripts'])
      assert.ok(!(key in built), key);
  });

  test('publint has nothing to say about evcc', async () => {
    const { messages } = await publint({ pkgDir: workshop.built, pack: false });
    assert.deepEqual(messages, []);
  });

  test('the plugin holds what its scripts built of its sources, and nothing of its tests', () => {
    const simulated = ['battery', 'car', 'charger', 'index', 'prices', 'server', 'tariff', 'wallbox'];
    const modules = [
      ...['answer', 'battery', 'car', 'http', 'index', 'protocol', 'quiet'],
      ...simulated.map((name) => `contract/${name}`),
    ];
    const built = modules.flatMap((name) => [`dist/${name}.d.ts`, `dist/${name}.js`]);
    assert.deepEqual([...workshop.plugin.files].sort(), ['README.md', ...built, 'package.json'].sort());
  });

  test('the contracts can be imported where evcc is installed', async () => {
    const code = `import { chargerContract } from 'evcc/testing'; console.log(chargerContract(async () => {}).length);`;
    const answer = await run(process.execPath, ['--input-type=module', '--eval', code], workshop.house);
    assert.ok(Number(answer) > 10, answer);
  });
});

describe('npx evcc', () => {
  test('runs a house with the charger and the tariff of the plugin, and ends orderly', async () => {
    const wallbox = await startWallbox({ car: true });
    onTestFinished(() => wallbox.close());
    const prices = await startPrices([30, 20, 25], Math.floor(Date.now() / 3_600_000) * 3_600_000);
    onTestFinished(() => prices.close());
    writeFileSync(join(workshop.house, 'evcc.config.ts'), houseConfig(wallbox.host, prices.url));

    const evcc = start(workshop.house, { ACME_TOKEN: TOKEN });
    const url = await evcc.says(/REST: (\S+)\/api\/state/);
    const state = async () => ((await (await fetch(`${url}/api/state`)).json()) as { result: HouseState }).result;
    await expect.poll(async () => (await state()).tariffGrid, { timeout: 15_000 }).toBeCloseTo((0.3 + 0.1) * 1.19, 9);
    await expect.poll(async () => (await state()).loadpoints[0]?.connected, { timeout: 15_000 }).toBe(true);
    const [before] = (await state()).loadpoints;
    assert.deepEqual([before?.charging, before?.chargePower], [false, 0]);
    assert.equal(Math.round(before?.chargeTotalImport ?? 0), 1_235);
    assert.deepEqual(
      wallbox.controls.filter((control) => 'on' in control && control.on),
      [],
    );

    const answer = await fetch(`${url}/api/loadpoints/1/mode/now`, { method: 'POST' });
    assert.equal(answer.status, 200);
    await expect.poll(() => wallbox.controls, { timeout: 15_000 }).toContainEqual({ on: true });
    await expect.poll(() => wallbox.status.limitMilliamps, { timeout: 15_000 }).toBe(16_000);
    await expect.poll(async () => (await state()).loadpoints[0]?.chargePower, { timeout: 15_000 }).toBe(11_040);
    assert.deepEqual(wallbox.violations, []);

    // As a terminal and a service manager do it: everything that was started is told.
    evcc.signal('SIGTERM');
    const said = await evcc.ended();
    // That a cycle takes longer than a second says something of the machine.
    const complaints = said.split('\n').filter((line) => /ERROR|WARN/.test(line) && !line.includes('a cycle took'));
    assert.deepEqual(complaints, []);
    assert.ok(!said.includes(TOKEN), 'the token was shown');
    assert.ok(existsSync(join(workshop.house, 'house.db')), 'nothing was stored');
    assert.ok(!existsSync(join(workshop.house, 'house.db-wal')), 'the database was not closed');
    await assert.rejects(fetch(`${url}/api/state`), 'the server still answers');
  }, 60_000);
});

test('evcc plugin check runs the contracts of the installed package', async () => {
  const said = await run('npx', ['evcc', 'plugin', 'check', 'evcc-acme'], workshop.house);
  assert.match(said, /defines charger acme, meter acme-battery, vehicle acme-ev, tariff acme-spot/);
  assert.match(said, /\d\d cases passed, 0 failed, 0 problems/);
}, 60_000);

describe('the editor', () => {
  test('has nothing to say about a configuration that is right, and puts its finger on what is wrong', async () => {
    const files = {
      'right.config.ts': editorConfig(`{ type: 'acme', host: '10.0.0.5', token: env('T'), relay: true, timeout: 5 }`),
      'name.config.ts': editorConfig(`{ type: 'acme', host: '10.0.0.5', rely: true }`),
      'missing.config.ts': editorConfig(`{ type: 'acme', relay: true }`),
      'value.config.ts': editorConfig(`{ type: 'acme', host: '10.0.0.5', maxCurrent: '16' }`),
      'type.config.ts': editorConfig(`{ type: 'acne', host: '10.0.0.5' }`),
      'kind.config.ts': editorConfig(`{ type: 'acme-spot', url: 'http://10.0.0.5' }`),
    };
    for (const [file, text] of Object.entries(files)) writeFileSync(join(workshop.house, file), text);
    const problems = await problemsOf(workshop.house, Object.keys(files));
    const found = Object.fromEntries(
      Object.keys(files).map((file) => [file, problems.filter((line) => line.startsWith(file))]),
    );
    assert.equal(Object.values(found).flat().length, problems.length, problems.join('\n'));
    assert.deepEqual(found['right.config.ts'], []);
    const says = (file: keyof typeof files, ...patterns: RegExp[]) => {
      const lines = found[file] ?? [];
      assert.equal(lines.length, patterns.length, lines.join('\n'));
      for (const [index, pattern] of patterns.entries()) assert.match(lines[index] ?? '', pattern);
    };
    says('name.config.ts', /\(6\): .*'rely' does not exist/);
    says('missing.config.ts', /\(6\): .*'host' is missing/);
    says('value.config.ts', /\(6\): .*'string' is not assignable to type 'number'/);
    says('type.config.ts', /\(6\): .*"acne"' is not assignable to type '.*"acme"/);
    says('kind.config.ts', /\(6\): .*"acme-spot"' is not assignable to type '.*"acme"/);
  }, 60_000);

  test('does not know the plugin before the configuration imports its types', async () => {
    const text = editorConfig(`{ type: 'acme', host: '10.0.0.5' }`).replace(/^import type.*$/m, '');
    writeFileSync(join(workshop.house, 'without.config.ts'), text);
    const problems = await problemsOf(workshop.house, ['without.config.ts']);
    assert.deepEqual(
      problems.map((line) => line.slice(0, line.indexOf(' is not'))),
      [`without.config.ts(6): Type '"acme"'`, `without.config.ts(8): Type '"acme-spot"'`],
    );
  }, 60_000);

  test('has nothing to say about the code of docs/writing-a-plugin.md', async () => {
    const text = readFileSync(new URL('../../docs/writing-a-plugin.md', import.meta.url), 'utf8');
    const files = wholeFiles(codeBlocks(text));
    for (const [file, code] of Object.entries(files)) writeFile(workshop.house, `docs/${file}`, code);
    const paths = Object.keys(files).map((file) => `docs/${file}`);
    assert.ok(paths.length >= 6, paths.join());
    assert.deepEqual(await problemsOf(workshop.house, paths), []);
  }, 60_000);

  test('offers the types and the options of the plugin', async () => {
    const editor = await Editor.open(workshop.house);
    onTestFinished(() => editor.close());
    const file = 'evcc.config.ts';
    const types = await editor.complete(file, editorConfig(`{ type: '|' }`));
    assert.ok(types.includes('acme') && types.includes('custom') && !types.includes('acme-spot'), types.join());
    const options = await editor.complete(file, editorConfig(`{ type: 'acme', | }`));
    assert.deepEqual(options.sort(), ['host', 'maxCurrent', 'relay', 'staleAfter', 'timeout', 'token']);
    const tariff = editorConfig(`{ type: 'acme', host: '' }`).replace(`'acme-spot', url: ''`, `'acme-spot', |`);
    const spot = await editor.complete(file, tariff);
    assert.deepEqual(spot.sort(), ['charges', 'staleAfter', 'tax', 'timeout', 'url']);
  }, 60_000);
});

interface Manifest {
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
}

interface HouseState {
  readonly tariffGrid?: number;
  readonly loadpoints: readonly {
    readonly connected: boolean;
    readonly charging: boolean;
    readonly chargePower: number;
    readonly chargeTotalImport?: number;
  }[];
}

function houseConfig(wallbox: string, prices: string): string {
  return `import { defineConfig, env } from 'evcc';
import type {} from 'evcc-acme';

export default defineConfig({
  interval: 1,
  chargers: { garage: { type: 'acme', host: '${wallbox}', token: env('ACME_TOKEN') } },
  meters: { roof: { type: 'custom', power: { source: 'constant', value: 0 } } },
  tariffs: { grid: { type: 'acme-spot', url: '${prices}', charges: 0.1, tax: 0.19 } },
  site: { meters: { pv: 'roof' } },
  loadpoints: [{ charger: 'garage' }],
  rest: { port: 0, host: '127.0.0.1' },
  database: { type: 'sqlite', file: 'house.db' },
});
`;
}

/** Line 6 holds the charger. */
function editorConfig(charger: string): string {
  return `import { defineConfig, env } from 'evcc';
import type {} from 'evcc-acme';

export default defineConfig({
  interval: Number(env('INTERVAL')),
  chargers: { garage: ${charger} },
  loadpoints: [{ charger: 'garage' }],
  tariffs: { grid: { type: 'acme-spot', url: '' } },
});
`;
}

interface House {
  /** Resolves with the first group of what was said. */
  says(text: RegExp): Promise<string>;
  signal(name: NodeJS.Signals): void;
  /** Resolves with everything that was said, when the last process has ended. */
  ended(): Promise<string>;
}

/** Starts `npx evcc` in a folder, as a group of processes that ends with the test. */
function start(folder: string, env: Readonly<Record<string, string>>): House {
  const child = spawn('npx', ['evcc'], {
    cwd: folder,
    env: { ...userEnvironment(), ...env },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const signal = (name: NodeJS.Signals) => {
    try {
      process.kill(-Number(child.pid), name);
    } catch {
      // All of them have ended.
    }
  };
  onTestFinished(() => signal('SIGKILL'));
  let said = '';
  const note = (data: Buffer) => {
    said += data.toString();
  };
  child.stdout.on('data', note);
  child.stderr.on('data', note);
  // The pipes close when nobody holds them any more: npx may end before what it started.
  const closed = once(child, 'close');
  return {
    says: async (text) => {
      await expect.poll(() => said, { timeout: 20_000 }).toMatch(text);
      return text.exec(said)?.[1] ?? '';
    },
    signal,
    ended: async () => {
      await closed;
      return said;
    },
  };
}
