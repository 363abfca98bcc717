/** Things that plugins add while they are in force, such as queries. */
export interface Collection<T> {
  /** Those in force, in the order in which they came; another list as soon as one comes or goes */
  all(): readonly T[];
  /** Returns what takes the thing away again. */
  add(item: T): () => void;
}

export function createCollection<T>(): Collection<T> {
  let items: readonly T[] = [];
  return {
    all: () => items,
    add(item) {
      items = [...items, item];
      return () => {
        items = items.filter((each) => each !== item);
      };
    },
  };
}
