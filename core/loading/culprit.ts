import { fileURLToPath } from 'node:url';
import { codeOf } from '../errors.ts';

/** Says whose an error is that nobody caught: one of the program is a bug, one of a configuration or plugin is contained. */

/**
 * Runs code from outside the program, so that errors of whatever it starts are known to be its own. `owner` is how people
 * know it, e.g. `plugin acme`.
 */
export type RunAs = <T>(owner: string, work: () => T) => T;

/**
 * Told of errors that nobody caught. `culprit` is where one came from, unless it is a bug of the program: file and line, or
 * an `owner`.
 */
export type CrashListener = (error: unknown, culprit: string | undefined) => void;

/** Our own source, without what is installed beside it. */
const OWN: readonly string[] = ['core', 'plugins'].map((folder) =>
  fileURLToPath(new URL(`../../${folder}/`, import.meta.url)),
);

/** File and line at the end of a line of a stack, as URL or path */
const FRAME = /^\s*at (?:.*[\s(])?(file:\/\/[^\s()]+|(?:\/|[A-Za-z]:\\)[^()]+):(\d+):\d+\)?$/;
/** What the stack of a syntax error begins with */
const SYNTAX = /^(file:\/\/\S+|(?:\/|[A-Za-z]:\\).+):(\d+)$/;

/**
 * Where an error came from, unless it is one of the program itself: file and line of code of the user, as far as the stack
 * shows it, or `owner`, in whose turn it happened. An error that our own code threw there counts as ours, unless it has a
 * code and so was meant for the caller.
 */
export function culpritOf(error: unknown, owner: string | undefined): string | undefined {
  const frames = framesOf(error);
  const foreign = frames.find(({ file }) => !isOwn(file) && !/[/\\]node_modules[/\\]/.test(file));
  if (foreign) return `${foreign.file}:${foreign.line}`;
  return codeOf(error) !== undefined || !frames.some(({ file }) => isOwn(file)) ? owner : undefined;
}

function isOwn(file: string): boolean {
  return OWN.some((folder) => file.startsWith(folder));
}

function framesOf(error: unknown): { readonly file: string; readonly line: string }[] {
  const stack = error instanceof Error && typeof error.stack === 'string' ? error.stack : '';
  return stack.split('\n').flatMap((text, index) => {
    const [, place, line] = (index === 0 ? SYNTAX : FRAME).exec(text) ?? [];
    return place !== undefined && line !== undefined ? [{ file: pathOf(place), line }] : [];
  });
}

function pathOf(place: string): string {
  try {
    return place.startsWith('file:') ? fileURLToPath(place) : place.replace(/\?.*$/, '');
  } catch {
    return place;
  }
}
