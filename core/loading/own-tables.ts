import type { Logger } from '../log.ts';
import { type StateTable, stateTable } from '../state.ts';
import { failureReporter } from './containment.ts';

/** How a plugin makes values of a view, by key. */
export type Makers<View> = Readonly<Record<string, (view: View) => unknown>>;

/** Tables of the values that a plugin publishes together. */
export interface OwnTables {
  /** The same table for the same values. Whoever reads them does not notice that one cannot be made: it is unknown. */
  of<View>(values: Makers<View>): StateTable<View>;
}

/** `run` calls what is the plugin's. */
export function ownTables(owner: string, log: Logger, run: <T>(work: () => T) => T): OwnTables {
  const tables = new WeakMap<object, StateTable<never>>();
  const contained = <View>(key: string, make: (view: View) => unknown): ((view: View) => unknown) => {
    const report = failureReporter(`publishing ${key} of plugin ${owner}`, log);
    return (view) => {
      let value: unknown;
      try {
        value = run(() => make(view));
      } catch (error) {
        report.failed(error);
        return undefined;
      }
      report.worked();
      return value;
    };
  };
  return {
    of<View>(values: Makers<View>) {
      const known = tables.get(values) as StateTable<View> | undefined;
      if (known) return known;
      const makers = Object.entries<(view: View) => unknown>(values);
      const table = stateTable<View>(Object.fromEntries(makers.map(([key, make]) => [key, contained(key, make)])));
      tables.set(values, table);
      return table;
    },
  };
}
