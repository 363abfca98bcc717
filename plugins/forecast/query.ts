import Type, { type TSchema } from 'typebox';
import type { Evcc, Query, Rate, Rates } from '../../core/index.ts';

const ROLES = ['grid', 'feedin', 'planner', 'co2', 'solar', 'temperature'];

const RATE = Type.Object({
  start: Type.String({ format: 'date-time' }),
  end: Type.String({ format: 'date-time' }),
  price: Type.Number({ description: 'currency/kWh; of co2 g/kWh, of solar W, of temperature °C' }),
});
/** The current dialect has the price under its newer name, too. */
const CURRENT_RATE = Type.Object({ ...RATE.properties, value: RATE.properties.price });
const list = (rate: TSchema): TSchema =>
  Type.Object({ rates: Type.Array(rate, { description: 'In order of their start' }) }, { title: 'Rates' });

type RateFields = Readonly<Record<string, unknown>>;

/** `/api/tariff/<role>`: the rates of a role, as they are known now; in both dialects. */
export function tariffQueries(evcc: Pick<Evcc, 'state' | 'time' | 'fail'>, rates: () => Rates): readonly Query[] {
  const { format } = evcc.time;
  const plain = ({ start, end, price }: Rate): RateFields => ({ start: format(start), end: format(end), price });
  const query = (rest: Query['rest'], result: TSchema, write: (rate: Rate) => RateFields): Query => ({
    scope: 'site',
    name: 'getTariff',
    area: 'Tariffs',
    description: 'Rates of a role: grid, feedin, planner, co2, solar or temperature',
    parameters: {
      role: { description: 'What the rates are of', schema: Type.Enum(ROLES), example: 'grid' },
    },
    result: list(result),
    rest,
    answer: (_, { role = '' }) => ({ rates: ratesOf(role, rates(), evcc).map(write) }),
  });
  return [
    query({ document: ['/tariff/:role'], current: [] }, RATE, plain),
    query({ current: ['/tariff/:role'] }, CURRENT_RATE, (rate) => ({ ...plain(rate), value: rate.price })),
  ];
}

/** Errors: `EVCC_NOT_FOUND` for a role that is not configured, or with the reason why its tariff gives nothing. */
function ratesOf(role: string, rates: Rates, { state, fail }: Pick<Evcc, 'state' | 'fail'>): readonly Rate[] {
  const tariff = Object.hasOwn(rates, role) ? rates[role as keyof Rates] : undefined;
  if (tariff) return tariff.rates;
  return fail('EVCC_NOT_FOUND', reasonOf(role, state.site.get('devices')));
}

/** How evcc says it; clients may look for it */
const NONE = 'tariff not available';

/** Why a role has no rates. What plans go by may be the tariff of another role. */
function reasonOf(role: string, devices: unknown): string {
  if (!ROLES.includes(role)) return `${NONE}: there is no "${role.slice(0, 60)}"; there are ${ROLES.join(', ')}`;
  if (devices === undefined) return 'no tariff was asked yet';
  const list = (devices ?? []) as readonly { kind: string; name: string; reason: string }[];
  const roles = role === 'planner' ? ['planner', 'grid', 'co2'] : [role];
  for (const name of roles) {
    const device = list.find(
      (each) => each.kind === 'tariff' && (each.name === name || each.name.startsWith(`${name}-`)),
    );
    if (device) return device.reason === '' ? 'it gives no rates at present' : device.reason;
  }
  return `${NONE}: none is configured for ${roles.join(', ')}`;
}
