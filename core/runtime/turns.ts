/** Runs what it is given one after the other; a failure is the caller's alone. */
export type Turns = <T>(work: () => Promise<T>) => Promise<T>;

export function createTurns(): Turns {
  let last: Promise<unknown> = Promise.resolve();
  const ignore = (): void => {};
  return (work) => {
    const result = last.then(work);
    last = result.then(ignore, ignore);
    return result;
  };
}
