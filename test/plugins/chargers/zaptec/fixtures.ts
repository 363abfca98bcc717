import { type HttpDevice, startHttpDevice } from '../../../helpers/http-device.ts';

export const USER = 'anna@example.org';
export const PASSWORD = 'geheim-123';
export const CHARGER = '0f1c5a7e-0000-4000-8000-000000000001';

/** State of a Zaptec Go, paused and without a car, by its numbers. */
export const STATE: Readonly<Record<number, string>> = {
  [-2]: '1',
  501: '230.4',
  502: '231.1',
  503: '229.8',
  507: '0',
  508: '0',
  509: '0',
  510: '0',
  511: '6',
  513: '0',
  519: '3',
  553: '0',
  708: '0',
  710: '1',
  711: '1',
  718: '0',
  721: '',
};

/** The service with one account and one charger. */
export interface Zaptec {
  readonly service: HttpDevice;
  readonly state: Record<number, string | undefined>;
  readonly violations: string[];
  /** Bodies of updates, and numbers of commands */
  readonly commands: unknown[];
  logins(): number;
  /** Tokens handed out so far are refused from now on. */
  expire(): void;
}

export async function startZaptec(): Promise<Zaptec> {
  const state: Record<number, string | undefined> = { ...STATE };
  const service = await startHttpDevice();
  const violations: string[] = [];
  const commands: unknown[] = [];
  let logins = 0;
  let access: string | undefined;

  service.route('GET /.well-known/openid-configuration', () => ({
    json: { issuer: service.url, token_endpoint: `${service.url}/oauth/token` },
  }));
  service.route('POST /oauth/token', ({ body, headers }) => {
    const { grant_type: grant, username, password, scope } = Object.fromEntries(new URLSearchParams(body));
    if (headers['user-agent'] !== 'evcc-node') violations.push('who asks for a token?');
    if (grant !== 'password' || username !== USER || password !== PASSWORD || scope !== 'openid') {
      return { status: 400, text: JSON.stringify({ error: 'invalid_grant' }) };
    }
    logins += 1;
    access = `access-${logins}`;
    return { json: { access_token: access, token_type: 'Bearer', expires_in: 3_600 } };
  });
  const guarded = (route: `${string} /${string}`, answer: Parameters<HttpDevice['route']>[1]) =>
    service.route(route, (request) => {
      if (request.headers.authorization !== `Bearer ${access}`) return { status: 401, text: '' };
      if (request.headers['user-agent'] !== 'evcc-node') violations.push(`who asks for ${request.path}?`);
      return typeof answer === 'function' ? answer(request) : answer;
    });
  guarded(`GET /api/chargers/${CHARGER}/state`, () => ({
    json: Object.entries(state).flatMap(([id, value]) =>
      value === undefined
        ? []
        : [{ ChargerId: CHARGER, StateId: Number(id), Timestamp: '2025-06-15T12:00:00.12', ValueAsString: value }],
    ),
  }));
  guarded(`POST /api/chargers/${CHARGER}/update`, ({ body }) => {
    const update = JSON.parse(body);
    commands.push(update);
    const { maxChargeCurrent: current, maxChargePhases: phases } = update;
    if (current !== undefined) {
      if (current < 0 || current > 32) violations.push(body);
      state[510] = String(current);
      if (current < 6 && state[710] === '3') state[710] = '5';
    }
    if (phases !== undefined) {
      if (state[710] === '3') violations.push('phases were switched while charging');
      state[519] = String(phases);
    }
    return { status: 200, text: '' };
  });
  guarded(`POST /api/chargers/${CHARGER}/sendCommand/507`, () => {
    commands.push(507);
    if (state[718] !== '1') return { status: 500, text: JSON.stringify({ Code: 528, Details: null }) };
    state[718] = '0';
    return { status: 200, text: '' };
  });
  return {
    service,
    state,
    violations,
    commands,
    logins: () => logins,
    expire: () => {
      access = undefined;
    },
  };
}
