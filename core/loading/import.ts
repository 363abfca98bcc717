import { statSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';

/** Names by which configurations and plugins may import this package from anywhere. */
const OWN_NAME = /^evcc(\/|$)/;

const EXTENSIONS = ['.ts', '.js', '.mts', '.mjs'];

/** ms that importing a plugin may take: it may wait for something before it is there */
export const IMPORT_TIMEOUT = 10_000;

/**
 * Imports a module from outside the program. Where it imports `evcc` without having it installed, it gets the running
 * program.
 */
export async function importFile(url: string): Promise<Readonly<Record<string, unknown>>> {
  const own = import.meta.url;
  const hooks = registerHooks({
    resolve(specifier, context, next) {
      try {
        return next(specifier, context);
      } catch (error) {
        if (OWN_NAME.test(specifier)) return next(specifier, { ...context, parentURL: own });
        throw error;
      }
    },
  });
  try {
    return await import(url);
  } finally {
    hooks.deregister();
  }
}

/** URL of the entry of an installed package, as seen from a folder. Throws as Node does when there is none. */
export function resolvePackage(specifier: string, directory: string): string {
  const parentURL = pathToFileURL(`${directory}/`).href;
  const hooks = registerHooks({
    resolve: (asked, context, next) => next(asked, asked === specifier ? { ...context, parentURL } : context),
  });
  try {
    return import.meta.resolve(specifier);
  } finally {
    hooks.deregister();
  }
}

/** Path of the `index` file of a folder, TypeScript in the source, JavaScript when built; `undefined`: there is none. */
export function indexOf(folder: string): string | undefined {
  return EXTENSIONS.map((extension) => `${folder}/index${extension}`).find(isFile);
}

export function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

export function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
