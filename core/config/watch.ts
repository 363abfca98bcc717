import { statSync, watch } from 'node:fs';
import { dirname } from 'node:path';
import { type Clock, systemClock } from '../clock.ts';

/** ms without further changes before a file counts as saved */
const QUIET = 200;

/**
 * Calls `onChange` whenever a file was saved. Watches its folder, since editors replace files instead of writing into them;
 * a file that is gone is waited for. The returned function ends it.
 */
export function watchConfig(
  file: string,
  onChange: () => void,
  { clock = systemClock }: { clock?: Clock } = {},
): () => void {
  let known = fingerprint(file);
  let seen = known;
  let cancel: (() => void) | undefined;
  const report = (): void => {
    cancel = undefined;
    if (seen === undefined || seen === known) return;
    known = seen;
    onChange();
  };
  // Any name in the folder counts: behind a symbolic link, it is the link's target that changes.
  const watcher = watch(dirname(file), () => {
    const found = fingerprint(file);
    if (found === seen) return;
    seen = found;
    cancel?.();
    cancel = clock.after(QUIET, report);
  });
  // A folder that goes away cannot be watched any more; the house runs on with what it has.
  watcher.on('error', () => watcher.close());
  return () => {
    cancel?.();
    watcher.close();
  };
}

/** Differs after every save; `undefined`: there is no file. */
function fingerprint(file: string): string | undefined {
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats && `${stats.ino} ${stats.mtimeMs} ${stats.size}`;
}
