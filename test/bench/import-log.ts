import { writeFileSync } from 'node:fs';
import { registerHooks } from 'node:module';

/** With `--import`: writes down at the end of the process which modules of plugins it imported, as a list in a file. */
const file = process.env.EVCC_IMPORT_LOG;
const imported = new Set<string>();
registerHooks({
  load(url, context, next) {
    const [, path] = /\/(plugins\/.*)$/.exec(url) ?? [];
    if (path !== undefined) imported.add(path);
    return next(url, context);
  },
});
if (file !== undefined) process.on('exit', () => writeFileSync(file, JSON.stringify([...imported])));
