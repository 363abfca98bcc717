import { type Stats, statSync } from 'node:fs';
import { dirname, extname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { cosmiconfig, defaultLoaders } from 'cosmiconfig';
import { systemClock } from '../clock.ts';
import { EvccError, messageOf } from '../errors.ts';
import { culpritOf, type RunAs } from '../loading/culprit.ts';
import { importFile, isFile } from '../loading/import.ts';
import { withDeadline } from '../runtime/deadline.ts';

/** Names under which a configuration is looked for, in this order. */
export const CONFIG_FILES: readonly string[] = [
  'evcc.config.ts',
  'evcc.config.mts',
  'evcc.config.js',
  'evcc.config.mjs',
  'evcc.config.json',
  'evcc.config.yaml',
  'evcc.config.yml',
];

export interface LoadedConfig {
  /** Absolute */
  readonly file: string;
  /** Folder of the file: relative paths in the configuration start there */
  readonly directory: string;
  /** As written */
  readonly config: unknown;
}

export interface LoadOptions {
  /** Folder to look in, and where a relative `file` starts */
  readonly directory: string;
  /** The file itself; absent: looked for */
  readonly file?: string;
  /** Runs the modules of the configuration; absent: they are imported directly */
  readonly runAs?: RunAs | undefined;
}

/** Reads the configuration anew. Errors: `EVCC_CONFIG_INVALID`, with file and line where they are known. */
export async function loadConfig({ directory, file, runAs }: LoadOptions): Promise<LoadedConfig> {
  const importConfig = (path: string): Promise<unknown> => importModule(path, runAs);
  const loaders = {
    ...Object.fromEntries(MODULES.map((extension) => [extension, importConfig])),
    '.json': readable(defaultLoaders['.json']),
    '.yaml': readable(defaultLoaders['.yaml']),
    '.yml': readable(defaultLoaders['.yml']),
  };
  const explorer = cosmiconfig('evcc', {
    searchPlaces: [...CONFIG_FILES],
    searchStrategy: 'none',
    ignoreEmptySearchPlaces: false,
    cache: false,
    loaders,
  });
  const path = file === undefined ? undefined : resolve(directory, file);
  if (path !== undefined) assertReadable(path);
  const found = await (path === undefined ? explorer.search(directory) : explorer.load(path)).catch(
    (error: unknown): never => {
      if (error instanceof EvccError) throw error;
      throw invalid(`${path ?? join(directory, 'evcc.config')}: ${messageOf(error)}`, error);
    },
  );
  if (!found) throw invalid(`there is no evcc.config.ts (or .js, .json, .yaml) in ${resolve(directory)}`);
  if (found.isEmpty) throw empty(found.filepath);
  return { file: found.filepath, directory: dirname(found.filepath), config: found.config };
}

/** The file that would be read; `undefined`: there is none. */
export function findConfig({ directory, file }: Pick<LoadOptions, 'directory' | 'file'>): string | undefined {
  const names = file === undefined ? CONFIG_FILES : [file];
  return names.map((name) => resolve(directory, name)).find(isFile);
}

/** Whether a named file is there, and of a kind that is understood. Errors: `EVCC_CONFIG_INVALID`. */
function assertReadable(path: string): void {
  let found: Stats | undefined;
  try {
    found = statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    throw invalid(messageOf(error), error);
  }
  if (!found) throw invalid(`there is no configuration file ${path}`);
  if (!found.isFile())
    throw invalid(`${path} is no file: name the configuration in it, e.g. ${join(path, 'evcc.config.ts')}`);
  if (!EXTENSIONS.includes(extname(path))) {
    throw invalid(`${path}: the name of a configuration must end in one of ${EXTENSIONS.join(', ')}`);
  }
}

const MODULES: readonly string[] = ['.ts', '.mts', '.js', '.mjs'];
const EXTENSIONS: readonly string[] = CONFIG_FILES.map((name) => extname(name));

/** Whether a configuration is a program, not only data. */
export function isModule(file: string): boolean {
  return MODULES.includes(extname(file));
}

/** ms that the modules of a configuration may take to load */
const LOADING = 20_000;

/** Imports a configuration as Node does; a changed file is another module. */
async function importModule(file: string, runAs: RunAs = (_, work) => work()): Promise<unknown> {
  const url = pathToFileURL(file);
  const { mtimeMs, size } = statSync(file);
  url.searchParams.set('t', `${mtimeMs}-${size}`);
  let module: Readonly<Record<string, unknown>>;
  try {
    module = await withDeadline(systemClock, LOADING, 'loading it', () => runAs(file, () => importFile(url.href)));
    // Node tells of rejections that nobody handles as soon as it has nothing else to do.
    await systemClock.sleep(0);
  } catch (error) {
    throw invalid(`${culpritOf(error, file) ?? file}: ${messageOf(error)}`, error);
  }
  if (module.default === undefined) {
    throw invalid(`${file} has no default export; write: export default defineConfig({ … })`);
  }
  if (typeof module.default === 'object' && module.default !== null) return module.default;
  throw invalid(
    `${file}: the default export must be an object, it is ${module.default === null ? 'null' : `a ${typeof module.default}`}`,
  );
}

type Parse = (file: string, content: string) => unknown;

/** A loader whose errors say file and line, as far as they are known. */
function readable(parse: Parse): Parse {
  return (file, content) => {
    let config: unknown;
    try {
      // Editors of Windows begin a file with a mark of its encoding.
      config = parse(file, content.replace(/^\uFEFF/, ''));
    } catch (error) {
      const message = messageOf(error).replace(/^(JSON|YAML) Error in .*?:\n/, '');
      throw message.endsWith('the input is empty') ? empty(file) : invalid(`${file}: ${message}`, error);
    }
    if (config === null || config === undefined) throw empty(file);
    return config;
  };
}

function empty(file: string): EvccError {
  return invalid(`${file} is empty`);
}

function invalid(message: string, cause?: unknown): EvccError {
  return new EvccError('EVCC_CONFIG_INVALID', message, { cause });
}
