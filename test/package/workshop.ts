import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** Where packages are built, packed and installed, as their authors and users do it. */

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** A packed package. */
export interface Tarball {
  readonly path: string;
  /** Paths of the files in it */
  readonly files: readonly string[];
}

export interface Workshop {
  /** The built package `evcc`, before it is packed */
  readonly built: string;
  readonly evcc: Tarball;
  /** The example plugin, built by its own scripts */
  readonly plugin: Tarball;
  /** A folder with nothing but a manifest, into which both are installed */
  readonly house: string;
  clean(): void;
}

/** Builds and packs evcc and the example plugin, and installs both. */
export async function openWorkshop(): Promise<Workshop> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'evcc-package-')));
  const clean = () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  try {
    const bench = join(folder, 'bench');
    const built = join(bench, 'evcc');
    await run(process.execPath, [join(ROOT, 'core/tools/build.ts'), built], ROOT);
    const evcc = await pack(built, folder);

    const source = join(ROOT, 'examples/plugin');
    const plugin = join(bench, 'plugin');
    cpSync(source, plugin, {
      recursive: true,
      filter: (path) => !/[/\\](node_modules|dist|\.evcc)$/.test(path.slice(source.length)),
    });
    // What its author has installed: the tools, and evcc.
    symlinkSync(join(ROOT, 'node_modules'), join(bench, 'node_modules'), 'junction');
    mkdirSync(join(plugin, 'node_modules'));
    symlinkSync(built, join(plugin, 'node_modules/evcc'), 'junction');
    const packed = await pack(plugin, folder);

    const house = join(folder, 'house');
    mkdirSync(house);
    writeFileSync(join(house, 'package.json'), '{ "private": true, "type": "module" }\n');
    const quiet = ['--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts'];
    await run('npm', ['install', ...quiet, evcc.path, packed.path], house);
    return { built, evcc, plugin: packed, house, clean };
  } catch (error) {
    clean();
    throw error;
  }
}

/** Environment of somebody who has the Node that runs this test, and is in no package of ours. */
export function userEnvironment(): NodeJS.ProcessEnv {
  const foreign =
    /^(npm_(?!config_)|npm_config_(local_prefix|global_prefix|prefix)$|INIT_CWD$|NODE_(ENV|OPTIONS)$|VITEST)/i;
  return {
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name))),
    PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH ?? ''}`,
  };
}

async function pack(folder: string, into: string): Promise<Tarball> {
  const answer: unknown = JSON.parse(await run('npm', ['pack', '--json', '--pack-destination', into], folder));
  const [packed] = answer as { filename: string; files: { path: string }[] }[];
  if (!packed) throw new Error(`npm pack made nothing of ${folder}`);
  return { path: join(into, packed.filename), files: packed.files.map((file) => file.path) };
}

/** Runs a command as a user in a folder; answers with the standard output. Rejects with everything that was said. */
export async function run(command: string, args: readonly string[], folder: string): Promise<string> {
  try {
    const options = { cwd: folder, env: userEnvironment(), maxBuffer: 2 ** 26 };
    const { stdout } = await promisify(execFile)(command, args, options);
    return stdout;
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`${command} ${args.join(' ')} failed in ${folder}:\n${stdout}${stderr}`, { cause: error });
  }
}
