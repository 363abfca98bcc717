import type { Evcc, Query, Rates } from '../../core/index.ts';

const NOT_AVAILABLE = 'tariff not available';

/** `/api/tariff/<role>`: the rates of a role, as they are known now. */
export function tariffQuery(evcc: Pick<Evcc, 'state' | 'time' | 'fail'>, rates: () => Rates): Query {
  return {
    scope: 'site',
    description: 'Rates of a role: grid, feedin, planner, co2 or solar',
    rest: { document: ['/tariff/:role'] },
    answer: (_, { role = '' }) => ratesOf(role, rates(), evcc),
  };
}

/** Errors: `EVCC_NOT_FOUND` for a role that is not configured, or with the reason why its tariff gives nothing. */
function ratesOf(role: string, rates: Rates, { state, time, fail }: Pick<Evcc, 'state' | 'time' | 'fail'>): unknown {
  const tariff = Object.hasOwn(rates, role) ? rates[role as keyof Rates] : undefined;
  if (tariff) {
    return {
      rates: tariff.rates.map(({ start, end, price }) => ({ start: time.format(start), end: time.format(end), price })),
    };
  }
  return fail('EVCC_NOT_FOUND', reasonOf(role, state.site.get('devices')) ?? NOT_AVAILABLE);
}

/** Why a tariff gives nothing; `undefined`: there is none for that role. What plans go by may be that of another role. */
function reasonOf(role: string, devices: unknown): string | undefined {
  const list = (devices ?? []) as readonly { kind: string; name: string; reason: string }[];
  const roles = role === 'planner' ? ['planner', 'grid', 'co2'] : [role];
  for (const name of roles) {
    const device = list.find(
      (each) => each.kind === 'tariff' && (each.name === name || each.name.startsWith(`${name}-`)),
    );
    if (device) return device.reason === '' ? 'it gives no rates at present' : device.reason;
  }
  return undefined;
}
