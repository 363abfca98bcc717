import type { LoadedPlugin, Rate } from '../../../core/index.ts';
import type { Slots } from '../../shared/simulation/ledger.ts';

const DAY = 86_400_000;
/** Days before of which the next ones are expected to be like the best */
const DAYS_BACK = 3;
const DAYS_AHEAD = 2;

/**
 * A solar forecast that knows nothing of the future: each slot is expected to bring as much as the same time of the best of
 * the last three days. It errs on the sunny side on purpose: what the sun does not give can still be bought later, mostly for
 * little more, but sun that was not waited for is lost. A tariff with a forecast of its own goes before it.
 */
export function persistence(slots: Slots): LoadedPlugin {
  return {
    name: 'persistence',
    apply({ hooks, clock }) {
      hooks.rates.tapPromise('persistence', async (rates) =>
        rates.solar ? rates : { ...rates, solar: { kind: 'solar', rates: expected(slots, clock.now()) } },
      );
    },
  };
}

/** W by slot, from now on; empty on the first day, of which nothing is known. */
export function expected({ start, slot, pv }: Slots, now: number): Rate[] {
  const perDay = Math.round(DAY / slot);
  const present = Math.floor((now - start) / slot);
  const rates: Rate[] = [];
  for (let index = present; index < present + DAYS_AHEAD * perDay; index += 1) {
    const known: number[] = [];
    for (let before = index - perDay; before >= 0 && known.length < DAYS_BACK; before -= perDay) {
      if (before < present) known.push(pv[before] ?? 0);
    }
    if (known.length === 0) continue;
    const price = (Math.max(...known) * 3_600_000) / slot;
    rates.push({ start: start + index * slot, end: start + (index + 1) * slot, price });
  }
  return rates;
}
