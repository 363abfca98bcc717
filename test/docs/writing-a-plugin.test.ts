import assert from 'node:assert/strict';
import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { loadConfig } from '../../core/config/load.ts';
import { ERROR_CODES } from '../../core/errors.ts';
import { DECIDE_STAGES } from '../../core/hooks.ts';
import type { EvccConfig, LoadedPlugin } from '../../core/index.ts';
import { importFile } from '../../core/loading/import.ts';
import { createLoader } from '../../core/loading/loader.ts';
import { silentLogger } from '../../core/log.ts';
import { createRuntime } from '../../core/runtime/runtime.ts';
import { createMemoryStore } from '../../core/store.ts';
import * as testing from '../contract/index.ts';
import { FakeClock } from '../helpers/fake-clock.ts';
import { temporaryFolder } from '../helpers/folder.ts';
import { startHouse } from '../helpers/house.ts';
import { startHttpDevice } from '../helpers/http-device.ts';
import { codeBlocks, isExcerpt, wholeFiles } from './blocks.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const FILE = join(ROOT, 'docs/writing-a-plugin.md');
const text = readFileSync(FILE, 'utf8');
const blocks = codeBlocks(text);
const files = wholeFiles(blocks);

/** The files of the page in a folder that sees the packages of the repository. */
function writtenFolder(): string {
  const folder = temporaryFolder({ ...files, 'package.json': { type: 'module' } });
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'junction');
  return folder;
}

async function pluginOf(file: string): Promise<LoadedPlugin> {
  const { default: plugin } = await importFile(pathToFileURL(join(writtenFolder(), file)).href);
  return plugin as LoadedPlugin;
}

/** That the compiler accepts it is checked where the packages are installed: test/package. */
describe('the code of docs/writing-a-plugin.md', () => {
  test('says which file it is', () => {
    const silent = blocks.filter(({ language, file }) => language !== 'sh' && file === '');
    assert.deepEqual(silent, []);
    assert.equal(
      Object.keys(files).length,
      blocks.filter((block) => block.file in files).length,
      'a name is used twice',
    );
    assert.ok(blocks.length > 15, `${blocks.length} blocks`);
  });

  test.each(blocks.filter(isExcerpt).map(({ file, code }) => ({ file, code, begin: code.trim().split('\n', 1)[0] })))(
    'is a part of $file: $begin',
    ({ file, code }) => {
      const bare = (source: string) => source.replaceAll(/\s+/g, '');
      assert.ok(
        bare(readFileSync(join(ROOT, file), 'utf8')).includes(bare(code)),
        `${file} does not contain:\n${code}`,
      );
    },
  );

  test.each(Object.keys(files).filter((file) => file.endsWith('evcc.config.ts')))(
    '%s is a house that starts',
    async (file) => {
      const folder = writtenFolder();
      const { config, directory } = await loadConfig({ directory: folder, file });
      // Its own package as a user has it installed.
      const acme = pathToFileURL(join(ROOT, 'examples/plugin/src/index.ts')).href;
      const { plugins = [], ...house } = config as EvccConfig;
      const runtime = await createRuntime({
        config: { ...house, plugins: [...plugins, acme], rest: false },
        directory,
        loader: createLoader({ directory }),
        clock: new FakeClock(),
        log: silentLogger,
        version: '0.0.0-test',
        store: createMemoryStore(),
        env: { ACME_TOKEN: 'secret' },
      });
      onTestFinished(() => runtime.stop());
      await runtime.prepare();
    },
  );
});

describe('the plugins of docs/writing-a-plugin.md', () => {
  test('acme-meter reads with the signs of evcc, and says what the battery cannot do', async () => {
    const device = await startHttpDevice();
    onTestFinished(() => device.close());
    device.route('GET /live', { json: { watts: 1_500, kwh: 12.5, soc: 57 } });
    device.route('POST /mode/idle', { text: '' });
    const { meters } = await testing.applyPlugin(await pluginOf('acme-meter.ts'));
    const signal = AbortSignal.timeout(5_000);
    const grid = await meters.create('acme-meter', { url: device.url });
    assert.deepEqual(await grid.read(signal), { power: -1_500, returnEnergy: 12_500 });
    assert.equal(grid.setBatteryMode, undefined);
    const battery = await meters.create('acme-meter', { url: device.url, usage: 'battery' });
    assert.deepEqual(await battery.read(signal), { power: -1_500, returnEnergy: 12_500, soc: 57 });
    await battery.setBatteryMode?.('hold', signal);
    assert.equal(device.requests.at(-1)?.path, '/mode/idle');
    await assert.rejects(battery.setBatteryMode?.('holdcharge', signal) ?? Promise.resolve(), {
      code: 'EVCC_NOT_SUPPORTED',
    });
    await assert.rejects(battery.setBatteryMode?.('charge', signal) ?? Promise.resolve(), {
      code: 'EVCC_DEVICE_UNAVAILABLE',
    });
  });

  test('acme-car keeps its answer for half an hour', async () => {
    const device = await startHttpDevice();
    onTestFinished(() => device.close());
    device.route('GET /car', ({ headers }) =>
      headers.authorization === 'Bearer right'
        ? { json: { battery: 57, kilometres: null } }
        : { status: 401, text: '' },
    );
    const clock = new FakeClock();
    const signal = AbortSignal.timeout(5_000);
    const { vehicles } = await testing.applyPlugin(await pluginOf('acme-car.ts'));
    const url = `${device.url}/car`;
    const car = await vehicles.create('acme-car', { url, token: 'right' }, { clock });
    for (const minutes of [0, 29, 1]) {
      await clock.advance(minutes * 60_000);
      assert.deepEqual(await car.read(signal), { soc: 57 });
    }
    assert.equal(device.requests.length, 2);
    const stranger = await vehicles.create('acme-car', { url, token: 'wrong' }, { clock });
    await assert.rejects(stranger.read(signal), { code: 'EVCC_DEVICE_AUTH' });
  });

  test('the strategy charges from a full battery, and the limiter keeps the connection', async (t) => {
    const { config } = await loadConfig({ directory: writtenFolder(), file: 'hooks/evcc.config.ts' });
    const plugins = ((config as EvccConfig).plugins ?? []).filter((plugin) => typeof plugin === 'object');
    assert.equal(plugins.length, 2);
    const house = await startHouse(t, { plugins, loadpoints: [{ mode: 'pv' }], battery: { soc: 94 } });
    await house.cycle();
    assert.deepEqual(house.commands(), []);
    house.batteryMeter.reading = { power: 0, soc: 97 };
    await house.cycle();
    assert.deepEqual(house.commands(), [{ setMaxCurrent: 6 }, { enable: true }]);
    assert.deepEqual(house.reasons(), ['full-battery']);
    await house.command('mode', 'now');
    house.set({ base: 1_000 });
    await house.run(20);
    assert.deepEqual(house.commands(), [{ setMaxCurrent: 8 }]);
    assert.deepEqual(house.reasons().slice(0, 2), ['mode-now', 'connection']);
    house.grid.failure = new Error('gone');
    await house.run(120);
    assert.deepEqual(house.commands(), [{ enable: false }]);
  });

  test('connection has a section, a setting and a value', async (t) => {
    const plugins = [await pluginOf('connection.ts')];
    const config = { connection: { power: 7_000 } } as Partial<EvccConfig>;
    const house = await startHouse(t, { plugins, config, loadpoints: [{ mode: 'now' }] });
    house.set({ base: 1_000 });
    await house.run(20);
    assert.deepEqual(house.commands(), [{ setMaxCurrent: 8 }, { enable: true }]);
    assert.deepEqual([house.site('connectionPower'), house.site('connectionLeft')], [7_000, 6_000]);
    await house.commandSite('connectionPower', '12000');
    await house.run(20);
    assert.deepEqual(house.commands(), [{ setMaxCurrent: 15 }]);
    assert.equal(house.site('connectionLeft'), 11_000);
    await expect(house.commandSite('connectionPower', 500)).rejects.toMatchObject({ code: 'EVCC_COMMAND_INVALID' });
    const problems = await house.runtime.reconfigure({ ...house.config, connection: { power: 10 } });
    assert.match(problems.map(({ message }) => message).join(), /at least 1000 W/);
  });
});

describe('the text of docs/writing-a-plugin.md', () => {
  test('names only error codes that exist', () => {
    const named = new Set(text.match(/EVCC_[A-Z_]+/g));
    assert.deepEqual(
      [...named].filter((code) => !(code in ERROR_CODES)),
      [],
    );
  });

  test('names the stages of decide in their order', () => {
    assert.ok(
      text.replaceAll(/\s+/g, ' ').includes(
        Object.keys(DECIDE_STAGES)
          .map((stage) => `\`${stage}\``)
          .join(', '),
      ),
    );
  });

  test('names every contract', () => {
    const contracts = Object.keys(testing).filter((name) => name.endsWith('Contract'));
    assert.equal(contracts.length, 5);
    for (const name of contracts) assert.ok(text.includes(`\`${name}\``), `${name} is missing`);
  });

  test('has links that lead somewhere', () => {
    const slug = (heading: string) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\w\s-]/g, '')
        .trim()
        .replaceAll(/\s/g, '-');
    for (const [, link = ''] of text.matchAll(/\]\(([^)]+)\)/g)) {
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? FILE : join(dirname(FILE), path);
      assert.ok(existsSync(target), `${link}: there is no ${target}`);
      if (anchor === undefined) continue;
      const headings = [...readFileSync(target, 'utf8').matchAll(/^#+ (.*)$/gm)].map((match) => slug(match[1] ?? ''));
      assert.ok(headings.includes(anchor), `${link}: there is no such heading`);
    }
  });
});
