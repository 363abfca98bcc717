import { type FSWatcher, statSync, watch } from 'node:fs';
import { dirname } from 'node:path';
import { type Clock, systemClock } from '../clock.ts';

/** ms without further changes before a file counts as saved */
const QUIET = 200;

/**
 * Calls `onChange` whenever a file was saved. Watches its folder, since editors replace files instead of writing into them;
 * a file that is gone is waited for. Where the system cannot watch (any more), `onLost` is told why, and nothing else is
 * ever reported. The returned function ends it.
 */
export function watchConfig(
  file: string,
  onChange: () => void,
  onLost: (error: unknown) => void,
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
  const look = (): void => {
    const found = fingerprint(file);
    if (found === seen) return;
    seen = found;
    cancel?.();
    cancel = clock.after(QUIET, report);
  };
  const watcher = watchFolder(dirname(file), look, onLost);
  return () => {
    cancel?.();
    watcher?.close();
  };
}

/** `undefined`: the system refuses, for example since too much is watched already (`ENOSPC`). */
function watchFolder(folder: string, look: () => void, onLost: (error: unknown) => void): FSWatcher | undefined {
  try {
    const watcher = watch(folder, look);
    watcher.on('error', (error) => {
      watcher.close();
      onLost(error);
    });
    return watcher;
  } catch (error) {
    onLost(error);
    return undefined;
  }
}

/** Differs after every save; `undefined`: there is no file now, or none that can be reached. */
function fingerprint(file: string): string | undefined {
  try {
    const { ino, mtimeMs, size } = statSync(file);
    return `${ino} ${mtimeMs} ${size}`;
  } catch {
    return undefined;
  }
}
