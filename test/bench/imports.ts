import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLoader } from '../../core/loading/loader.ts';
import { DEVICE_KINDS, KIND_FOLDERS } from '../../core/loading/registry.ts';
import { type Figure, figure } from './report.ts';

const ROOT = join(import.meta.dirname, '../..');

/** A house with some of many types */
const CONFIG = {
  rest: false,
  meters: { grid: { type: 'eastron-sdm', host: '127.0.0.1', port: 1 } },
  chargers: { garage: { type: 'heidelberg', host: '127.0.0.1', port: 1 } },
  vehicles: { car: { type: 'offline' } },
  tariffs: { grid: { type: 'fixed', price: 0.3 } },
  site: { meters: { grid: 'grid' } },
  loadpoints: [{ charger: 'garage', vehicle: 'car' }],
} as const;

const CONFIGURED: ReadonlySet<string> = new Set([
  'meters/eastron-sdm',
  'chargers/heidelberg',
  'vehicles/offline',
  'tariffs/fixed',
  'storage/sqlite',
]);

/** Types that a house imports although nothing names them. */
export async function importFigures(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'evcc-bench-'));
  try {
    writeFileSync(join(folder, 'evcc.config.json'), JSON.stringify(CONFIG));
    const log = join(folder, 'imported.json');
    const args = ['--import', join(import.meta.dirname, 'import-log.ts'), join(ROOT, 'core/cli.js'), 'check'];
    const child = spawn(process.execPath, args, {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, EVCC_IMPORT_LOG: log },
    });
    await once(child, 'exit');
    const imported = JSON.parse(readFileSync(log, 'utf8')) as readonly string[];
    const types = await typeFolders();
    const loaded = types.filter((type) => imported.some((path) => path.startsWith(`plugins/${type}/`)));
    if (loaded.length < CONFIGURED.size) throw new Error(`only ${loaded.join(', ')} were imported`);
    const others = loaded.filter((type) => !CONFIGURED.has(type));
    return [figure(`types imported that are not configured, of ${types.length}`, others.length, 'types', 1, 'lower')];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Every built-in type that has a folder of its own, such as `meters/sma`. */
async function typeFolders(): Promise<string[]> {
  const loader = createLoader({ directory: ROOT });
  const kinds = await Promise.all(
    DEVICE_KINDS.map(async (kind) => (await loader.builtinTypes(kind)).map((type) => `${KIND_FOLDERS[kind]}/${type}`)),
  );
  return kinds.flat().filter((type) => !/\/(custom|simulator)$/.test(type));
}
