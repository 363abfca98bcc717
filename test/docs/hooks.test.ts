import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { createHooks, DECIDE_STAGES } from '../../core/hooks.ts';
import type { LoadedPlugin } from '../../core/index.ts';
import { temporaryFolder } from '../helpers/folder.ts';
import { startHouse } from '../helpers/house.ts';
import { play } from '../helpers/play.ts';

const ROOT = join(import.meta.dirname, '../..');
const text = await readFile(join(ROOT, 'docs/hooks.md'), 'utf8');

/** The text below a heading, up to the next of the same or a higher level. */
function section(heading: string): string {
  const level = heading.split(' ')[0] ?? '';
  const [, ...after] = text.split(`\n${heading}\n`);
  return after.join('').split(new RegExp(`\n#{1,${level.length}} `))[0] ?? '';
}

/** First cells of the rows of the tables in a text, without their back-ticks. */
const firstCells = (part: string): string[] => [...part.matchAll(/^\| `([^`]+)`/gm)].map(([, cell = '']) => cell);

/** How a hook of tapable is described. */
const KINDS: Readonly<Record<string, string>> = {
  AsyncParallelHook: 'Asynchronous, parallel',
  AsyncSeriesHook: 'Asynchronous, series',
  AsyncSeriesWaterfallHook: 'Asynchronous, waterfall',
  SyncBailHook: 'Synchronous, bail',
  SyncHook: 'Synchronous, observer',
  SyncWaterfallHook: 'Synchronous, waterfall',
};

describe('docs/hooks.md', () => {
  const hooks = Object.entries(createHooks()) as [string, { _args: string[]; constructor: { name: string } }][];

  test('describes every hook with its arguments, in order, and no other', () => {
    const described = [...text.matchAll(/^### `(.+)`$/gm)].map(([, signature]) => signature);
    expect(described).toEqual(hooks.map(([name, { _args }]) => `${name}(${_args.join(', ')})`));
  });

  test.for(hooks)('says of %s how it is called and what a failure means', ([name, hook]) => {
    const part = section(`### \`${name}(${hook._args.join(', ')})\``);
    const kind = KINDS[hook.constructor.name] ?? '';
    expect(part.trimStart().startsWith(kind)).toBe(true);
    expect(part).toContain('**Failure**');
    expect(part.includes('deadline')).toBe(kind.startsWith('Asynchronous'));
  });

  test('states the deadlines that hold', async () => {
    const source = await readFile(join(ROOT, 'core/loading/containment.ts'), 'utf8');
    const [, rows = ''] = source.match(/const DEADLINES[^{]*= \{([^}]*)\}/) ?? [];
    const deadlines = [...rows.matchAll(/(\w+): ([\d_]+)/g)].map(([, name, ms = '']) => [
      name,
      Number(ms.replaceAll('_', '')) / 1_000,
    ]);
    const stated = [...text.matchAll(/^### `(\w+)\(.*\n\n.*deadline (\d+) s/gm)].map(([, name, s]) => [
      name,
      Number(s),
    ]);
    expect(Object.fromEntries(stated)).toEqual(Object.fromEntries(deadlines));
    expect(stated.length).toBeGreaterThan(0);
  });

  test('lists the stages of decide, in order', () => {
    expect(firstCells(section('## Stages of `decide`'))).toEqual(Object.keys(DECIDE_STAGES));
    const numbers = Object.values(DECIDE_STAGES);
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
  });
});

describe('the examples of docs/hooks.md', () => {
  /** The plugin that stands below a heading. */
  async function example(heading: string): Promise<LoadedPlugin> {
    const [, source = ''] = section(heading).match(/```ts\n([\s\S]*?)```/) ?? [];
    const folder = temporaryFolder({ 'plugin.ts': source });
    const { default: plugin } = (await import(pathToFileURL(join(folder, 'plugin.ts')).href)) as {
      default: LoadedPlugin;
    };
    return plugin;
  }

  test('the strategy charges important cars without surplus', async (t) => {
    const plugins = [await example('## A strategy')];
    const house = await startHouse(t, { plugins, loadpoints: [{ mode: 'pv', priority: 4 }] });
    await play(house, [
      { for: 20, why: ['surplus-low'] },
      { when: () => house.command('priority', 5), writes: '10 A, on', why: ['patient'] },
      { when: () => house.command('mode', 'off'), writes: 'off', why: ['mode-off'] },
    ]);
  });

  test('the limiter leaves what the fuse has left, and nothing when that is unknown', async (t) => {
    const house = await startHouse(t, { plugins: [await example('## A limiter')], loadpoints: [{ mode: 'now' }] });
    const draw = (current: number) => {
      house.grid.reading = { ...house.grid.reading, currents: [current, 3, 3] };
    };
    draw(5);
    await play(house, [
      { writes: '16 A, on', why: ['mode-now'] },
      { when: () => draw(5 + 16) },
      { when: () => draw(25 + 16), writes: '10 A', why: ['mode-now', 'main-fuse'] },
      { when: () => draw(25 + 10) },
      { when: () => draw(31 + 10), writes: 'off', why: ['mode-now', 'main-fuse', 'below-minimum'] },
      { when: () => draw(5), for: 60, writes: '16 A, on' },
      { when: () => Object.assign(house.grid, { failure: new Error('gone') }), for: 60 },
      { writes: 'off', why: ['mode-now', 'main-fuse'] },
    ]);
  });
});
