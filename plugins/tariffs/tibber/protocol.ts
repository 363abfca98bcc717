import type { Answer } from '../../shared/answer.ts';
import type { Slot } from '../../shared/rates-service/slots.ts';

/** GraphQL of Tibber. Source: developer.tibber.com, types `Home`, `Subscription`, `PriceInfo` and `Price`. */

/** Prices of all homes by quarters of an hour; `total` is what has to be paid, `energy` the part of the exchange. */
export const QUERY = `{ viewer { homes { id appNickname currentSubscription { status
  priceInfo(resolution: QUARTER_HOURLY) { today { total energy startsAt } tomorrow { total energy startsAt } } } } } }`;

/** Slots of the first home with a running subscription, or of the one with this id or nickname. */
export function toSlots(data: Answer, price: 'total' | 'energy', home?: string): Slot[] {
  const homes = data.at('viewer').at('homes').items();
  const found = homes.find((each) =>
    home === undefined ? isRunning(each) : [each.at('id'), each.at('appNickname')].some((name) => name.is(home)),
  );
  if (!found)
    return data.refuse(home === undefined ? 'no home has a running subscription' : `there is no home "${home}"`);
  const info = found.at('currentSubscription').at('priceInfo');
  return ['today', 'tomorrow'].flatMap((day) =>
    info
      .at(day)
      .items()
      .map((slot) => ({ start: slot.at('startsAt').time(), value: slot.at(price).number() })),
  );
}

function isRunning(home: Answer): boolean {
  const subscription = home.at('currentSubscription');
  return !subscription.absent && subscription.at('status').is('running');
}
