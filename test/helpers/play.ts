import { expect } from 'vitest';
import type { FakeCharger, FakeCommand, FakeHouse, Powers } from './house.ts';

/** One row of a table of cycles: what changes, how long it stays so, and what must have come of it at the end. */
export interface Step {
  /** Powers of the house that change, W */
  readonly set?: Partial<Powers>;
  /** What changes at charger 1 and its car */
  readonly charger?: Partial<FakeCharger>;
  /** What else changes */
  readonly when?: (house: FakeHouse) => unknown;
  /** s of cycles; absent: one cycle */
  readonly for?: number;
  /**
   * Commands that arrived at the chargers meanwhile, such as `6 A, on`, `off` or `1p`: of loadpoint 1, or by loadpoint
   * id. Whoever is not named was told nothing.
   */
  readonly writes?: string | Readonly<Record<number, string>>;
  /** Published values of loadpoint 1 */
  readonly shows?: Readonly<Record<string, unknown>>;
  /** Codes of the reasons of loadpoint 1 */
  readonly why?: readonly string[];
}

/** Runs the rows one after the other and compares each one as a whole. */
export async function play(house: FakeHouse, steps: readonly Step[]): Promise<void> {
  for (const [index, step] of steps.entries()) {
    if (step.set) house.set(step.set);
    Object.assign(house.charger(), step.charger);
    await step.when?.(house);
    if (step.for === undefined) await house.cycle();
    else await house.run(step.for);
    const ids = house.runtime.evcc.state.loadpoints.map((_, number) => number + 1);
    const written = Object.fromEntries(ids.map((id) => [id, house.commands(id).map(brief).join(', ')]));
    const expected = Object.fromEntries(ids.map((id) => [id, expectedOf(step.writes, id)]));
    const shown = Object.keys(step.shows ?? {}).map((key) => [key, house.loadpoint(key)]);
    expect(
      { writes: written, shows: Object.fromEntries(shown), ...(step.why && { why: house.reasons() }) },
      `step ${index + 1} of the table`,
    ).toEqual({ writes: expected, shows: step.shows ?? {}, ...(step.why && { why: step.why }) });
  }
}

function expectedOf(writes: Step['writes'], id: number): string {
  if (typeof writes === 'object') return writes[id] ?? '';
  return id === 1 ? (writes ?? '') : '';
}

function brief(command: FakeCommand): string {
  if ('wakeUp' in command) return 'wake';
  if ('enable' in command) return command.enable ? 'on' : 'off';
  return 'setPhases' in command ? `${command.setPhases}p` : `${command.setMaxCurrent} A`;
}
