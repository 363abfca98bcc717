import { type Asked, type Device, startDevice } from './server.ts';

/** What the wallbox answers to `GET /v2/status`, in its own units. */
export interface WallboxStatus {
  car: 'none' | 'connected' | 'charging' | 'fault';
  on: boolean;
  limitMilliamps: number;
  relay: 1 | 3;
  watts: number;
  milliamps: number[];
  volts: number[];
  meterKwh: number;
  tag: string | null;
}

export interface Wallbox extends Device {
  readonly status: WallboxStatus;
  /** Everything that it was told */
  readonly controls: readonly object[];
  /** What it did not like */
  readonly violations: readonly string[];
}

/** The token that the wallbox wants */
export const TOKEN = 'acme-0815-token';

/** An ACME wallbox on loopback. With `car` one is connected that takes what it is offered. */
export async function startWallbox({ port = 0, car = false } = {}): Promise<Wallbox> {
  const status: WallboxStatus = {
    car: car ? 'connected' : 'none',
    on: false,
    limitMilliamps: 6_000,
    relay: 3,
    watts: 0,
    milliamps: [0, 0, 0],
    volts: [230, 230, 230],
    meterKwh: 1_234.5,
    tag: null,
  };
  const controls: object[] = [];
  const violations: string[] = [];
  let read = performance.now();

  /** Lets the car take what it is offered, and the meter count it. */
  const drive = () => {
    const hours = (performance.now() - read) / 3_600_000;
    read = performance.now();
    status.meterKwh += (status.watts / 1_000) * hours;
    status.car = status.on ? 'charging' : 'connected';
    status.milliamps = [1, 2, 3].map((phase) => (status.on && phase <= status.relay ? status.limitMilliamps : 0));
    status.watts = status.milliamps.reduce((sum, milliamps) => sum + (milliamps / 1_000) * 230, 0);
  };

  const obey = (control: object): number | object => {
    const { on, limitMilliamps, relay } = control as Partial<WallboxStatus>;
    controls.push(control);
    if (typeof on === 'boolean') status.on = on;
    else if (typeof limitMilliamps === 'number' && limitMilliamps >= 6_000 && limitMilliamps <= 32_000) {
      status.limitMilliamps = limitMilliamps;
    } else if (relay === 1 || relay === 3) status.relay = relay;
    else {
      violations.push(JSON.stringify(control));
      return 400;
    }
    return {};
  };

  const device = await startDevice(port, ({ method, path, token, body }: Asked) => {
    if (token !== TOKEN) return 401;
    if (method === 'PUT' && path === '/v2/control') return obey(body as object);
    if (method !== 'GET' || path !== '/v2/status') return 404;
    if (car) drive();
    return status;
  });
  return { ...device, status, controls, violations };
}
