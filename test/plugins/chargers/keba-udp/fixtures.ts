import { startUdpDevice, type UdpDevice } from '../../../helpers/udp-device.ts';

/** Report 2 of a P30 that is disabled, without a car. */
export const STATE = {
  ID: '2',
  State: 1,
  Error1: 0,
  Error2: 0,
  Plug: 3,
  AuthON: 0,
  Authreq: 0,
  'Enable sys': 0,
  'Enable user': 0,
  'Max curr': 0,
  'Max curr %': 1000,
  'Curr HW': 32_000,
  'Curr user': 6_000,
  'Curr FS': 0,
  'Tmo FS': 0,
  'Curr timer': 0,
  'Tmo CT': 0,
  Setenergy: 0,
  Output: 0,
  Input: 0,
  Serial: '18416854',
  Sec: 86_543,
};

/** Report 3 */
export const METER = {
  ID: '3',
  U1: 230,
  U2: 231,
  U3: 229,
  I1: 0,
  I2: 0,
  I3: 0,
  P: 0,
  PF: 0,
  'E pres': 41_205,
  'E total': 18_304_220,
  Serial: '18416854',
  Sec: 86_543,
};

/** Report 100 */
export const SESSION = {
  ID: '100',
  'Session ID': 35,
  'Curr HW': 32_000,
  'E start': 18_263_015,
  'E pres': 41_205,
  'started[s]': 80_000,
  'ended[s]': 0,
  reason: 0,
  'RFID tag': '0000000000000000',
  'RFID class': '00000000000000000000',
  Serial: '18416854',
  Sec: 86_543,
};

export type KebaFault = 'hang' | 'garbage' | 'deaf';

/** A P30 that keeps what it is told. */
export interface Keba {
  readonly device: UdpDevice;
  readonly state: typeof STATE;
  readonly meter: typeof METER;
  readonly session: typeof SESSION;
  readonly violations: string[];
  commands(): number;
  fail(fault: KebaFault | undefined): void;
}

export async function startKeba(): Promise<Keba> {
  const state = { ...STATE };
  const meter = { ...METER };
  const session = { ...SESSION };
  const violations: string[] = [];
  let commands = 0;
  let fault: KebaFault | undefined;

  const enable = (on: boolean): void => {
    state['Enable user'] = on ? 1 : 0;
    if (state.State !== 4 && state.Plug >= 5) state.State = on ? Math.max(2, state.State % 5) : 5;
  };
  const answer = (text: string): string => {
    const [name = '', first, second, third] = text.split(' ');
    if (name === 'report') return JSON.stringify({ 2: state, 3: meter, 100: session }[Number(first)]);
    if (name === 'failsafe') {
      if (Number(first) !== state['Tmo FS'] || Number(second) !== state['Curr FS'] || third !== '0')
        violations.push(text);
      return 'TCH-OK :done';
    }
    commands += 1;
    if (name === 'ena') enable(first === '1');
    else if (name === 'curr' && (Number(first) === 0 || (Number(first) >= 6_000 && Number(first) <= 63_000))) {
      state['Curr user'] = Number(first);
    } else {
      violations.push(text);
      return 'TCH-ERR';
    }
    return 'TCH-OK :done\n';
  };
  const device = await startUdpDevice((text) => {
    if (fault === 'hang') return;
    // Every box of a network tells everybody what changed, and answers that are late may still be on their way.
    device.say(JSON.stringify({ State: state.State }));
    device.say(text.startsWith('report') ? 'TCH-OK :done' : JSON.stringify(meter));
    device.say(fault === 'garbage' ? '<html>' : fault === 'deaf' ? 'TCH-ERR' : answer(text));
  });
  return {
    device,
    state,
    meter,
    session,
    violations,
    commands: () => commands,
    fail: (wanted) => {
      fault = wanted;
    },
  };
}
