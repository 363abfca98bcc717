import type { Logger } from '../log.ts';
import type { Setting } from '../settings.ts';
import type { SettingDisplay } from './setting-display.ts';
import type { SettingOrigins } from './setting-origins.ts';
import { type Place, type Places, replace } from './setting-places.ts';

/** Values that hold for a while only. */
export interface SettingLapses {
  /** A value was set: it holds anew, unless it is the configured one. */
  hold(place: Place, row: Setting, value: unknown, now: number): void;
  /** The configuration was edited: such values of `before` hold on at the place that takes over. */
  carry(before: Place, place: Place): void;
  /** Brings those back to the configured value that were not set again in time. */
  expire(now: number): void;
}

export function createLapses(
  places: Places,
  origins: Pick<SettingOrigins, 'configured'>,
  display: Pick<SettingDisplay, 'showAll'>,
  log: Logger,
): SettingLapses {
  /** Those with such a value */
  const lapsing = new Set<Place>();
  return {
    hold(place, row, value, now) {
      if (row.expires === undefined) return;
      if (value === origins.configured(place, row)) place.lapses.delete(row);
      else {
        place.lapses.set(row, now + row.expires);
        lapsing.add(place);
      }
    },
    carry(before, place) {
      for (const [row, at] of before.lapses) {
        replace(place, row.name, before.values[row.name]);
        place.lapses.set(row, at);
        lapsing.add(place);
      }
    },
    expire(now) {
      for (const place of lapsing) {
        const present = places.at(place.scope, place.id) === place;
        if (!present || place.lapses.size === 0) lapsing.delete(place);
        if (!present) continue;
        for (const [row, at] of place.lapses) {
          const { name, expires = 0 } = row;
          // Also when the clock was set back: it must not hold for longer than it may.
          if (now < at && at - now <= expires) continue;
          place.lapses.delete(row);
          replace(place, name, origins.configured(place, row));
          display.showAll([place]);
          log.info(`${name} was not set again within ${expires / 1_000} s and lapsed`);
        }
      }
    },
  };
}
