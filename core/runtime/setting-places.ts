import type { Setting, SettingScope } from '../settings.ts';

/** Where values of settings stand: at the site, at loadpoints and at vehicles, which share some of them. */

/** The site, a loadpoint or a vehicle. */
export interface Place {
  readonly scope: SettingScope;
  /** 0 for the site, else from 1 */
  readonly id: number;
  /** Where values are stored, e.g. `loadpoint.garage` */
  readonly key: string;
  readonly configured: Readonly<Record<string, unknown>>;
  /** Key of the vehicle at a loadpoint; null: none */
  vehicle: string | null;
  values: Readonly<Record<string, unknown>>;
  /** ms since the epoch at which values lapse, by row */
  readonly lapses: Map<Setting, number>;
}

export class Places {
  readonly #rows: readonly Setting[];
  /** By id */
  readonly #lists: Readonly<Record<SettingScope, Place[]>> = { site: [], loadpoint: [], vehicle: [] };

  /** `rows` may change. */
  constructor(rows: readonly Setting[]) {
    this.#rows = rows;
  }

  at(scope: SettingScope, id: number): Place | undefined {
    return this.#lists[scope]?.[id];
  }

  /** The same one, though its id may be another by now. */
  again({ scope, key }: Place): Place | undefined {
    return this.of(scope).find((each) => each.key === key);
  }

  of(scope: SettingScope): Place[] {
    return this.#lists[scope].filter((each) => each !== undefined);
  }

  all(): Place[] {
    return [...this.of('site'), ...this.of('loadpoint'), ...this.of('vehicle')];
  }

  add(place: Place): void {
    this.#lists[place.scope][place.id] = place;
  }

  /** Forgets those beyond a count. */
  resize(scope: SettingScope, count: number): void {
    const list = this.#lists[scope];
    list.length = Math.min(list.length, count + 1);
  }

  /** The vehicle at a loadpoint. */
  vehicleAt({ vehicle }: Place): Place | undefined {
    return vehicle === null ? undefined : this.of('vehicle').find((each) => each.key === vehicle);
  }

  /** Sets a value wherever it stands; answers with the places where it does. */
  put(place: Place, row: Setting, value: unknown): Place[] {
    const places: [Place, string][] = [[place, row.name], ...this.#sharers(place, row)];
    for (const [each, name] of places) replace(each, name, value);
    return places.map(([each]) => each);
  }

  /** The vehicle that keeps a value of a loadpoint, and all loadpoints that it is at; or the other way round. */
  #sharers(place: Place, row: Setting): [Place, string][] {
    const name = row.shares ?? (row.perVehicle ? row.name : undefined);
    const key = place.scope === 'vehicle' ? place.key : place.vehicle;
    if (name === undefined || key === null) return [];
    const ofVehicle = this.#rows.find((each) => each.scope === 'vehicle' && each.shares === name);
    return this.all().flatMap((each): [Place, string][] => {
      if (each === place) return [];
      if (each.key === key && ofVehicle) return [[each, ofVehicle.name]];
      return each.vehicle === key ? [[each, name]] : [];
    });
  }
}

/** Sets a value of a place itself. */
export function replace(place: Place, name: string, value: unknown): void {
  place.values = Object.freeze({ ...place.values, [name]: value });
}
