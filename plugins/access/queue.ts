/** Runs one thing after the other. */
export interface Queue {
  /** How many wait or run */
  readonly length: number;
  run<T>(work: () => Promise<T>): Promise<T>;
}

export function createQueue(): Queue {
  let last: Promise<unknown> = Promise.resolve();
  let length = 0;
  return {
    get length() {
      return length;
    },
    async run(work) {
      length += 1;
      const done = last.then(work);
      last = done.catch(() => {});
      try {
        return await done;
      } finally {
        length -= 1;
      }
    },
  };
}
