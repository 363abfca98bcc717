import type { Evcc, HouseEvent, LoadpointEvent } from '../../core/index.ts';
import { type Values, valuesOf } from './values.ts';

/**
 * When the values of a message are taken. What happens at a loadpoint is told with the values that the cycle publishes then; a
 * car that leaves with those of before; a car that came once it is known which it is, or that nobody knows. One that left
 * before that is not told of at all.
 */
export interface Moments {
  /** Something happened. */
  happened(event: HouseEvent): void;
  /** Values were published. */
  published(): void;
}

export function createMoments(
  { state }: Pick<Evcc, 'state'>,
  tell: (event: HouseEvent, values: Values) => void,
): Moments {
  let waiting: HouseEvent[] = [];
  const now = (event: HouseEvent): void => tell(event, valuesOf(event, { state }));

  /** Which car it is, is being found out. */
  const isEarly = (event: HouseEvent): boolean =>
    event.kind === 'connect' && state.loadpoints[event.loadpoint - 1]?.get('vehicleDetectionActive') === true;

  return {
    happened(event) {
      // What is found at the start is nothing new.
      if (!event.observed) return;
      if (event.kind === 'disconnect') {
        const came = (other: HouseEvent): other is LoadpointEvent =>
          other.kind === 'connect' && other.loadpoint === event.loadpoint;
        const untold = waiting.some(came);
        const before = waiting.filter((other) => other.loadpoint === event.loadpoint && !came(other));
        waiting = waiting.filter((other) => other.loadpoint !== event.loadpoint);
        for (const other of untold ? before : [...before, event]) now(other);
      } else if ('device' in event || event.kind === 'planoverrun') now(event);
      else waiting.push(event);
    },
    published() {
      const ready = waiting.filter((event) => !isEarly(event));
      if (ready.length === 0) return;
      waiting = waiting.filter(isEarly);
      for (const event of ready) now(event);
    },
  };
}
