import type { Rate } from '../devices.ts';
import { DECIDE_STAGES } from '../hooks.ts';
import type { LoadpointState, SiteState } from '../site.ts';
import type { Outcome } from './decide.ts';

/** What a loadpoint that charges less than it could waits for: its plan, or cheap energy. Pure. */

type Waiting = Pick<Outcome, 'loadpoint' | 'stage' | 'wanted'>;

const TIME = new Intl.DateTimeFormat('en-GB', { weekday: 'short', hour: '2-digit', minute: '2-digit' });

/**
 * `waits for Sun 13:00, 0.080 per kWh`; `undefined`: nothing that is known today. What was decided at an earlier stage is
 * not changed by a plan, or by cheap energy.
 */
export function waitsFor(outcome: Waiting, site: SiteState): string | undefined {
  const { loadpoint, stage = Number.POSITIVE_INFINITY } = outcome;
  if (!loadpoint.connected || stage <= DECIDE_STAGES.demand || wantsAll(outcome)) return undefined;
  const next = [plannedStart(loadpoint, site), stage >= DECIDE_STAGES.cost ? cheapStart(loadpoint, site) : undefined]
    .filter((each) => each !== undefined)
    .sort((a, b) => a.start - b.start)[0];
  if (!next) return undefined;
  const price = site.rates.planner === undefined ? '' : `, ${priceOf(next.price, site)}`;
  return `waits for ${TIME.format(next.start)}${price}`;
}

function wantsAll({ wanted, loadpoint }: Waiting): boolean {
  const { maxCurrent, phasesActive, phasesMax } = loadpoint;
  return wanted.fast === true || (wanted.current >= maxCurrent && (wanted.phases ?? phasesActive) >= phasesMax);
}

function priceOf(price: number, { rates }: SiteState): string {
  return rates.planner?.kind === 'co2' ? `${Math.round(price)} g per kWh` : `${price.toFixed(3)} per kWh`;
}

function plannedStart({ id }: LoadpointState, { plans, now }: SiteState): Rate | undefined {
  const slots = plans.get(id)?.slots ?? [];
  const runs = slots.some(({ start, end }) => start <= now && now < end);
  return runs ? undefined : slots.find(({ start }) => start > now);
}

function cheapStart({ settings }: LoadpointState, { settings: all, rates, now }: SiteState): Rate | undefined {
  const limit = settings.smartCostLimit ?? (all.smartCostLimit === 0 ? null : all.smartCostLimit);
  const tariff = rates.planner;
  if (limit === null || !tariff || tariff.kind === 'pricestatic') return undefined;
  const fits = ({ price }: Rate): boolean => price <= limit;
  if (tariff.rates.some((rate) => rate.start <= now && now < rate.end && fits(rate))) return undefined;
  return tariff.rates.find((rate) => rate.start > now && fits(rate));
}
