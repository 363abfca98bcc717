import type { Decision, LoadpointState, SiteState } from '../../core/index.ts';

/** How people read of plans. */

const TIME = new Intl.DateTimeFormat('en-GB', { weekday: 'short', hour: '2-digit', minute: '2-digit' });

/** `Mon 07:00`, in the time zone of the machine. */
export function planTime(time: number): string {
  return TIME.format(time);
}

/** Who does not charge now may wait for the plan: its next slot at full power is a change, too. */
export function orPlanned(decision: Decision, { id }: LoadpointState, { plans, now }: SiteState): Decision {
  const plan = plans.get(id);
  const next = plan?.slots.find(({ start, surplus }) => surplus === undefined && start > now);
  if (decision.current > 0 || !plan || !next) return decision;
  const price = plan.goal?.priced ? `, ${next.price.toFixed(3)} per kWh` : '';
  const waits = `waits for the plan at ${planTime(next.start)}${price}`;
  const { reason } = decision;
  return { ...decision, reason: { ...reason, change: reason.change ? `${reason.change}, or ${waits}` : waits } };
}
