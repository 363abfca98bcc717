import type { Answer } from '../../shared/answer.ts';
import { borderTimes, localTime, midnights } from '../../shared/pricing/local-time.ts';
import type { Slot } from '../../shared/rates-service/slots.ts';

/** Tariffs of Octopus Energy in Germany. Source: GraphQL of the Kraken platform, type `AccountType`. */

/** ct/kWh to EUR/kWh */
export const SCALE = 0.01;

export const PATH = '/v1/graphql/';

export const LOGIN = `mutation ($email: String!, $password: String!) {
  obtainKrakenToken(input: { email: $email, password: $password }) { token } }`;

const RATE = `... on SimpleProductUnitRateInformation { latestGrossUnitRateCentsPerKwh }
  ... on TimeOfUseProductUnitRateInformation { rates { latestGrossUnitRateCentsPerKwh
    timeslotActivationRules { activeFromTime activeToTime } } }`;

export const QUERY: string = `query ($accountNumber: String!) { account(accountNumber: $accountNumber) { properties { electricityMalos {
  agreements { validFrom validTo unitRateInformation { ${RATE} }
    unitRateForecast { validFrom validTo unitRateInformation { ${RATE} } } } } } } }`;

const TIMEZONE = 'Europe/Berlin';
/** Local days for which prices that do not change from day to day are given */
const DAYS_AHEAD = 7;

/** Slots of the agreement that runs: those that are published, or those that its times of day give. */
export function toSlots(data: Answer, now: number): Slot[] {
  const running = data
    .at('account')
    .at('properties')
    .items()
    .flatMap((property) => property.at('electricityMalos').items())
    .flatMap((point) => point.at('agreements').items())
    .find((agreement) => runs(agreement, now));
  if (!running) return data.refuse('the account has no running agreement');
  const forecast = running.at('unitRateForecast');
  const published = forecast.absent ? [] : forecast.items();
  if (published.length === 0) return slotsOfDays(running.at('unitRateInformation'), now);
  return published.map((slot) => {
    const information = slot.at('unitRateInformation');
    const rates = information.at('rates');
    const [first] = rates.absent ? [information] : rates.items();
    return {
      start: slot.at('validFrom').time(),
      end: slot.at('validTo').time(),
      value: (first ?? rates.refuse('a slot has no rate')).at('latestGrossUnitRateCentsPerKwh').number(),
    };
  });
}

function runs(agreement: Answer, now: number): boolean {
  const [from, to] = [agreement.at('validFrom'), agreement.at('validTo')];
  return !from.absent && from.time() <= now && (to.absent || now < to.time());
}

/** One price, or prices by time of day. */
function slotsOfDays(information: Answer, now: number): Slot[] {
  const days = midnights(now, DAYS_AHEAD, TIMEZONE);
  const [start = now, end = now] = [days[0], days.at(-1)];
  const rates = information.at('rates');
  if (rates.absent) return [{ start, end, value: information.at('latestGrossUnitRateCentsPerKwh').number() }];
  const windows = rates.items().flatMap((rate) => {
    const value = rate.at('latestGrossUnitRateCentsPerKwh').number();
    const rules = rate.at('timeslotActivationRules').items();
    return rules.map((rule) => ({
      from: minuteOf(rule.at('activeFromTime')),
      to: minuteOf(rule.at('activeToTime')),
      value,
    }));
  });
  const borders = borderTimes(start, end, new Set(windows.flatMap(({ from, to }) => [from, to])), TIMEZONE);
  const cuts = [...new Set([...days, ...borders])].sort((a, b) => a - b);
  return cuts.slice(0, -1).map((cut, index): Slot => {
    const { minute } = localTime(cut, TIMEZONE);
    const window = windows.find(({ from, to }) =>
      from < to ? from <= minute && minute < to : minute >= from || minute < to,
    );
    return { start: cut, end: cuts[index + 1] ?? end, value: window?.value ?? null };
  });
}

/** Minutes since midnight of `22:30:00` */
function minuteOf(time: Answer): number {
  const [, hours, minutes] = /^([01]\d|2[0-3]):([0-5]\d)/.exec(time.text()) ?? [];
  return hours === undefined ? time.refuse(`${time.shown} is no time of day`) : Number(hours) * 60 + Number(minutes);
}
