import { resolve } from 'node:path';
import type { CommandContext, DecidedCycle } from '../../../core/index.ts';
import { createDecoder, FORMAT, type Header, headerOf } from '../../shared/recording/format.ts';
import { linesOf } from './lines.ts';

/** What wants to know a recording. */
export interface Listener {
  /** A part begins: a start of the house, a changed configuration or a new file. */
  part(header: Header): void | Promise<void>;
  cycle(cycle: DecidedCycle): void;
}

/** What was noticed on the way. */
export interface Reading {
  readonly cycles: number;
  /** ms since the epoch of the first and the last cycle */
  readonly from: number;
  readonly to: number;
  readonly notes: readonly string[];
}

/**
 * Reads recordings one after the other; `undefined`: it was interrupted. A line that a crash left unfinished at the end of
 * a part is left out with a note. Errors: `EVCC_CONFIG_INVALID`, with file and line.
 */
export async function readRecordings(
  files: readonly string[],
  listener: Listener,
  context: CommandContext,
): Promise<Reading | undefined> {
  const notes: string[] = [];
  let cycles = 0;
  let from = Number.NaN;
  let to = Number.NaN;
  for (const name of files) {
    const file = resolve(context.directory, name);
    const invalid = (line: number, why: string): never =>
      context.fail('EVCC_CONFIG_INVALID', `${file}, line ${line}: ${why}`);
    let decoder = createDecoder();
    let number = 0;
    let torn: { readonly line: number; readonly why: string } | undefined;
    let known = false;
    const endPart = (): void => {
      if (torn) notes.push(`${file}, line ${torn.line}: it was not finished and is left out`);
      torn = undefined;
    };
    for await (const lines of linesOf(file, context)) {
      for (const line of lines) {
        number += 1;
        if (line === '') continue;
        const header = line.startsWith('{"recording":') ? parsedHeader(line) : undefined;
        if (header) {
          endPart();
          if (header.recording !== FORMAT)
            invalid(number, `it has format ${header.recording}, and this version reads ${FORMAT}`);
          known = true;
          decoder = createDecoder();
          await listener.part(header);
          continue;
        }
        if (!known) context.fail('EVCC_CONFIG_INVALID', `${file} is no recording`);
        if (torn) invalid(torn.line, `it is damaged: ${torn.why}`);
        let cycle: DecidedCycle;
        try {
          cycle = decoder.decode(line);
        } catch (error) {
          torn = { line: number, why: (error as Error).message };
          continue;
        }
        cycles += 1;
        if (Number.isNaN(from)) from = cycle.now;
        to = cycle.now;
        listener.cycle(cycle);
      }
      if (context.signal.aborted) return undefined;
    }
    endPart();
  }
  if (cycles === 0) context.fail('EVCC_CONFIG_INVALID', `${files.join(', ')}: there is no cycle in it`);
  return { cycles, from, to, notes };
}

/** `undefined`: it was not finished. */
function parsedHeader(line: string): Header | undefined {
  try {
    return headerOf(JSON.parse(line));
  } catch {
    return undefined;
  }
}
