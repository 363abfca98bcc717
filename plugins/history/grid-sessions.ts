import Type from 'typebox';
import type { Evcc, Query, SettingsStore, SiteState } from '../../core/index.ts';

/** Times in which the grid operator limited the house, kept for whoever has to prove them. */

export interface GridSession {
  readonly id: number;
  /** ms since the epoch */
  readonly created: number;
  /** ms since the epoch; absent: it goes on */
  readonly finished?: number;
  readonly type: 'consumption' | 'production';
  /** W at the grid when it began; absent: unknown */
  readonly grid?: number;
  /** W that may be consumed, or % of the installed PV power that may be fed in */
  readonly limit: number;
}

/** Key in the store of settings */
const KEY = 'history.gridSessions';
/** Sessions that are kept, the newest: more than two years of several a day */
const MOST = 3_000;

export class GridSessions {
  readonly #store: () => Pick<SettingsStore, 'all' | 'set'>;
  #all: readonly GridSession[] = [];
  #stored: readonly GridSession[] = [];

  constructor(store: () => Pick<SettingsStore, 'all' | 'set'>) {
    this.#store = store;
  }

  /** Oldest first */
  get all(): readonly GridSession[] {
    return this.#all;
  }

  async load(): Promise<void> {
    this.#all = sessionsIn((await this.#store().all()).get(KEY));
    this.#stored = this.#all;
  }

  /** What the operator allows in a cycle; resolves when what changed is stored. What could not be stored is stored later. */
  async note({ now, readings, gridPower }: SiteState): Promise<void> {
    const { consumption, feedIn } = readings.operator ?? {};
    this.#follow('consumption', consumption, now, gridPower);
    this.#follow('production', feedIn, now, gridPower);
    const all = this.#all;
    if (all === this.#stored) return;
    await this.#store().set(KEY, JSON.stringify({ value: all }));
    this.#stored = all;
  }

  #follow(type: GridSession['type'], limit: number | undefined, now: number, grid: number | undefined): void {
    const open = this.#all.find((session) => session.type === type && session.finished === undefined);
    if (open?.limit === limit) return;
    if (open) this.#all = this.#all.map((session) => (session === open ? { ...session, finished: now } : session));
    if (limit === undefined) return;
    const id = (this.#all.at(-1)?.id ?? 0) + 1;
    const session = { id, created: now, type, limit, ...(grid !== undefined && { grid }) };
    this.#all = [...this.#all, session].slice(-MOST);
  }
}

function sessionsIn(text: string | undefined): readonly GridSession[] {
  try {
    const { value } = JSON.parse(text ?? '{}') as { readonly value?: unknown };
    return Array.isArray(value) ? value.filter(isSession) : [];
  } catch {
    return [];
  }
}

function isSession(value: unknown): value is GridSession {
  const { id, created, finished = 0, type, grid = 0, limit } = (value ?? {}) as Partial<GridSession>;
  return (
    [id, created, finished, grid, limit].every(Number.isFinite) && (type === 'consumption' || type === 'production')
  );
}

const RESULT = Type.Array(
  Type.Object({
    id: Type.Integer(),
    created: Type.String({ format: 'date-time' }),
    finished: Type.Optional(Type.String({ format: 'date-time', description: 'Absent: it goes on' })),
    type: Type.Enum(['consumption', 'production']),
    grid: Type.Optional(Type.Number({ description: 'W at the grid when it began, + import', unit: 'W' })),
    limit: Type.Number({
      description: 'W that might be consumed, or % of the installed PV power that might be fed in',
    }),
  }),
);

/** `/api/gridsessions`, newest first. */
export function gridSessionsQuery({ time }: Pick<Evcc, 'time'>, sessions: Pick<GridSessions, 'all'>): Query {
  return {
    scope: 'site',
    name: 'listGridSessions',
    area: 'History',
    description: 'When the grid operator limited the house, newest first',
    result: RESULT,
    rest: { document: ['/gridsessions'] },
    answer: () =>
      sessions.all.toReversed().map(({ created, finished, ...session }) => ({
        ...session,
        created: time.format(created),
        ...(finished !== undefined && { finished: time.format(finished) }),
      })),
  };
}
