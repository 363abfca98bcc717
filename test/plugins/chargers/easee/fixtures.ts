import { type HttpDevice, startHttpDevice } from '../../../helpers/http-device.ts';

export const USER = 'anna@example.org';
export const PASSWORD = 'geheim-123';

/** A snapshot of an Easee Home, paused and without a car, as the service answers it. */
export const STATE = {
  smartCharging: false,
  cableLocked: false,
  chargerOpMode: 1,
  totalPower: 0,
  sessionEnergy: 0,
  energyPerHour: 0,
  outputPhase: 0,
  dynamicCircuitCurrentP1: 40,
  dynamicCircuitCurrentP2: 40,
  dynamicCircuitCurrentP3: 40,
  latestPulse: '2025-06-15T12:00:00Z',
  chargerFirmware: 330,
  voltage: 231.2,
  isOnline: true,
  inCurrentT2: 0.1,
  inCurrentT3: 0,
  inCurrentT4: 0,
  inCurrentT5: 0,
  outputCurrent: 0,
  inVoltageT2T3: 230,
  inVoltageT2T4: 231,
  inVoltageT2T5: 229,
  dynamicChargerCurrent: 0,
  reasonForNoCurrent: 50,
  lifetimeEnergy: 1_830.4,
};

export type EaseeState = { [Key in keyof typeof STATE]: unknown };

/** The service with one account and one charger. */
export interface Easee {
  readonly service: HttpDevice;
  readonly state: EaseeState;
  readonly violations: string[];
  commands(): number;
  /** Tokens that were handed out, by how */
  readonly logins: string[];
  /** Tokens handed out so far are refused from now on; `refresh`: also those to renew them. */
  expire(refresh?: boolean): void;
}

export async function startEasee(): Promise<Easee> {
  const state: EaseeState = { ...STATE };
  const service = await startHttpDevice();
  const violations: string[] = [];
  const logins: string[] = [];
  let commands = 0;
  let access: string | undefined;
  let refresh: string | undefined;

  const handOut = (how: string) => {
    logins.push(how);
    access = `access-${logins.length}`;
    refresh = `refresh-${logins.length}`;
    return { json: { accessToken: access, expiresIn: 3_600, refreshToken: refresh, tokenType: 'Bearer' } };
  };
  service.route('POST /api/accounts/login', ({ body }) => {
    const { userName, password } = JSON.parse(body);
    if (userName === USER && password === PASSWORD) return handOut('login');
    return { status: 400, text: JSON.stringify({ errorCode: 100, title: 'Invalid username or password' }) };
  });
  service.route('POST /api/accounts/refresh_token', ({ body }) => {
    const { refreshToken } = JSON.parse(body);
    return refreshToken === refresh ? handOut('refresh') : { status: 401, text: '' };
  });
  service.route('GET /api/chargers/EH123456/state', ({ headers }) =>
    headers.authorization === `Bearer ${access}` ? { json: state } : { status: 401, text: '' },
  );
  service.route('POST /api/chargers/EH123456/settings', ({ headers, body }) => {
    if (headers.authorization !== `Bearer ${access}`) return { status: 401, text: '' };
    commands += 1;
    const { dynamicChargerCurrent: current, ...rest } = JSON.parse(body);
    if (Object.keys(rest).length > 0 || !Number.isInteger(current) || current < 0 || current > 32)
      violations.push(body);
    if (current === state.dynamicChargerCurrent) return { status: 200, text: '[]' };
    state.dynamicChargerCurrent = current;
    if (current < 6 && state.chargerOpMode === 3) state.chargerOpMode = 2;
    return {
      status: 202,
      text: JSON.stringify([{ device: 'EH123456', commandId: 48, ticks: 638_000_000 + commands }]),
    };
  });
  return {
    service,
    state,
    violations,
    logins,
    commands: () => commands,
    expire: (also = false) => {
      access = undefined;
      if (also) refresh = undefined;
    },
  };
}
