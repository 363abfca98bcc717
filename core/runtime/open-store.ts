import { type Clock, time } from '../clock.ts';
import { EvccError, fail, messageOf } from '../errors.ts';
import type { Composition } from '../loading/composition.ts';
import type { Logger } from '../log.ts';
import type { DeviceContext } from '../plugin.ts';
import type { Store } from '../store.ts';
import { attempt, withDeadline } from './deadline.ts';
import { replaceable } from './replaceable.ts';

/** ms that opening the database may take */
const DEADLINE = 30_000;

/** Opens the configured database; `undefined`: there is none. Errors: `EVCC_STORE_FAILED`. */
export async function openStore(
  { config, entries }: Composition,
  {
    clock,
    log,
    directory,
    reading,
  }: Pick<DeviceContext, 'directory' | 'reading'> & { readonly clock: Clock; readonly log: Logger },
): Promise<Store | undefined> {
  const ready = entries.get('database');
  if (!ready) return undefined;
  const context: DeviceContext = {
    name: 'database',
    log: log.child('database'),
    clock,
    time,
    directory,
    voltage: config.site.voltage,
    ...(reading && { reading }),
    signal: new AbortController().signal,
    fail,
  };
  const opening = attempt(() => ready.definition.create(ready.options as never, context)) as Promise<Store>;
  try {
    return replaceable(await withDeadline(clock, DEADLINE, 'opening the database', () => opening));
  } catch (error) {
    // Nobody will use it when it is there after all.
    opening.then((late) => late.close()).catch(() => {});
    throw new EvccError('EVCC_STORE_FAILED', messageOf(error), { cause: error });
  }
}
