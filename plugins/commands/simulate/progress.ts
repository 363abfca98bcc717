import type { CommandContext } from '../../../core/index.ts';

/** Shows how far a simulation is: a bar on a terminal, a line every tenth elsewhere. */

export interface Progress {
  /** `now`: simulated time, ms since the epoch; `elapsed`: ms of real time so far */
  show(now: number, cycles: number, elapsed: number): void;
  /** Removes the bar. */
  end(): void;
}

const NARROWEST_BAR = 10;

export function createProgress(from: number, to: number, context: CommandContext): Progress {
  const { columns, time } = context;
  let tenth = 0;
  return {
    show(now, cycles, elapsed) {
      const share = Math.min(1, (now - from) / (to - from));
      if (columns === undefined && Math.floor(share * 10) <= tenth) return;
      const facts = `${time.format(now).slice(0, 10)}  ${speed(cycles, elapsed)}  ${remaining(share, elapsed)}`;
      if (columns !== undefined) context.progress(`\r${bar(share, columns, facts)}`);
      else {
        tenth = Math.floor(share * 10);
        context.complain(`${percent(share)}  ${facts}`);
      }
    },
    end() {
      if (columns !== undefined) context.progress(`\r${' '.repeat(Math.max(0, columns - 1))}\r`);
    },
  };
}

function bar(share: number, columns: number, facts: string): string {
  const text = `${percent(share)}  ${facts}`;
  const width = columns - text.length - 4;
  if (width < NARROWEST_BAR) return text.slice(0, Math.max(0, columns - 1));
  const done = Math.round(share * width);
  return `[${'█'.repeat(done)}${'·'.repeat(width - done)}] ${text}`;
}

function percent(share: number): string {
  return `${Math.floor(share * 100)} %`.padStart(5);
}

function speed(cycles: number, elapsed: number): string {
  return `${Math.round((cycles * 1_000) / Math.max(1, elapsed)).toLocaleString('en')} cycles/s`;
}

function remaining(share: number, elapsed: number): string {
  const seconds = Math.round((elapsed * (1 - share)) / Math.max(share, 1e-6) / 1_000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')} left`;
}
