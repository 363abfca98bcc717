import { messageOf } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { Setting, SettingTarget } from '../settings.ts';
import type { State } from '../state.ts';
import type { Place } from './setting-places.ts';
import { kindOf } from './setting-values.ts';

/** Publishes values of settings. */
export interface SettingDisplay {
  show(place: Place, row: Setting): void;
  /** All values of places: what one shows may depend on others. */
  showAll(places: Iterable<Place>): void;
  /** The row goes: what it showed is not known any more. */
  hide(places: readonly Place[], row: Setting): void;
}

/** `rows` may change. */
export function createDisplay(
  rows: readonly Setting[],
  state: State,
  log: Logger,
  targetOf: (place: Place) => SettingTarget | undefined,
): SettingDisplay {
  /** What a plugin's row makes of its value must not break the other rows. */
  const shownBy = (row: Setting, value: unknown, target: SettingTarget): unknown => {
    try {
      return row.show?.(value, target);
    } catch (error) {
      log.error(`setting ${row.name} cannot be shown: ${messageOf(error)}`, error);
      return undefined;
    }
  };
  const show = (place: Place, row: Setting): void => {
    const key = keyOf(row);
    if (key === null) return;
    const value = place.values[row.name];
    const target = targetOf(place);
    if (!state.describe(row.scope, key)) {
      state.define(row.scope, { name: key, kind: kindOf(row.schema), description: row.description });
    }
    state.set(row.scope, place.id, key, target && row.show ? shownBy(row, value, target) : value);
  };
  return {
    show,
    showAll(places) {
      for (const place of new Set(places)) for (const row of rows) if (row.scope === place.scope) show(place, row);
    },
    hide(places, row) {
      const key = keyOf(row);
      if (key === null) return;
      for (const { id } of places) state.set(row.scope, id, key, undefined);
      state.forget(row.scope, key);
    },
  };
}

const keyOf = ({ state, name }: Setting): string | null => (state === undefined ? name : state);
