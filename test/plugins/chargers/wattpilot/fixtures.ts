import { createHash, createHmac } from 'node:crypto';
import { startWebSocketDevice, type WebSocketClient, type WebSocketDevice } from '../../../helpers/websocket-device.ts';

export const PASSWORD = 'secret123';
export const SERIAL = '12345678';
/** The key of this password and serial number, as the device has it */
export const KEY = 'uCYXpWm9olIzL0O8lHZBE5HoHGxUwYz5';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** A Wattpilot Go 22 as it stands in the garage, disabled and without a car. */
export const STATUS = {
  car: 1,
  alw: false,
  frc: 1,
  amp: 6,
  psm: 2,
  nrg: [231, 230, 232, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
  wh: 0,
  eto: 1_830_422,
  trx: null,
  acs: 0,
  lmo: 3,
  cards: [
    { name: 'Anna', energy: 12_000, cardId: true },
    { name: 'Ben', energy: 0, cardId: true },
  ],
} as const;

export type WattpilotStatus = { -readonly [Key in keyof typeof STATUS]: unknown };

/** A Wattpilot that keeps what it is told. */
export interface Wattpilot {
  readonly device: WebSocketDevice;
  readonly status: WattpilotStatus;
  /** Commands that were accepted or refused */
  commands(): number;
  readonly violations: string[];
  /** Changes properties and tells all clients. */
  change(properties: Partial<WattpilotStatus>): void;
  /** How the next commands are answered; absent: they are carried out. `silent`: not at all. */
  answerWith(answer: 'silent' | string | undefined): void;
}

export async function startWattpilot({
  secured = true,
  hello = {},
  authRequired = {},
  hasty = false,
}: {
  secured?: boolean;
  hello?: object;
  authRequired?: object;
  /** It ends the first connection while it waits for the password. */
  hasty?: boolean;
} = {}): Promise<Wattpilot> {
  const status: WattpilotStatus = structuredClone(STATUS) as WattpilotStatus;
  const violations: string[] = [];
  const token1 = 'aa'.repeat(16);
  const token2 = 'bb'.repeat(16);
  const known = new WeakSet<WebSocketClient>();
  let commands = 0;
  let manner: string | undefined;

  const set = (message: { requestId: number; key: string; value: unknown }, client: WebSocketClient): void => {
    const { requestId: id, key, value } = message;
    const requestId = secured ? `${id}sm` : id;
    commands += 1;
    if (manner === 'silent') return;
    if (manner !== undefined) {
      client.send({ type: 'response', requestId, success: false, message: manner });
      return;
    }
    const range = { amp: [6, 32], frc: [0, 2], psm: [0, 2] }[key];
    if (!range || !Number.isInteger(value) || Number(value) < (range[0] ?? 0) || Number(value) > (range[1] ?? 0)) {
      violations.push(`${key} = ${String(value)}`);
    }
    Object.assign(status, { [key]: value });
    if (key === 'frc') Object.assign(status, { alw: value !== 1 }, value === 1 && status.car === 2 ? { car: 4 } : {});
    client.send({ type: 'response', requestId, success: true, status: { [key]: value } });
    device.say({ type: 'deltaStatus', status: { alw: status.alw, car: status.car } });
  };

  const device = await startWebSocketDevice({
    opened: (client) => {
      client.send({ type: 'hello', serial: SERIAL, protocol: 2, version: '36.3', secured, ...hello });
      client.send({ type: 'authRequired', token1, token2, ...authRequired });
      if (hasty && device.opened() === 1) setTimeout(() => client.destroy(), 5);
    },
    message: (text, client, fault) => {
      const message = JSON.parse(text);
      if (message.type === 'auth') {
        const wanted = sha256(message.token3 + token2 + sha256(token1 + KEY));
        if (fault === 'auth' || message.hash !== wanted) {
          return client.send({ type: 'authError', message: 'Wrong password' });
        }
        known.add(client);
        client.send({ type: 'authSuccess' });
        const [first, second] = [Object.entries(status).slice(0, 5), Object.entries(status).slice(5)];
        client.send({ type: 'fullStatus', partial: true, status: Object.fromEntries(first) });
        client.send({ type: 'fullStatus', partial: false, status: Object.fromEntries(second) });
        client.send({ type: 'updateInverter', id: 'none' });
        return;
      }
      if (!known.has(client)) violations.push('a command before the password');
      if (!secured) return message.type === 'setValue' ? set(message, client) : violations.push('signed');
      const valid = createHmac('sha256', KEY).update(message.data).digest('hex') === message.hmac;
      if (message.type !== 'securedMsg' || !valid) return violations.push('not signed');
      set(JSON.parse(message.data), client);
    },
  });
  return {
    device,
    status,
    commands: () => commands,
    violations,
    change: (properties) => {
      Object.assign(status, properties);
      device.say({ type: 'deltaStatus', status: properties });
    },
    answerWith: (answer) => {
      manner = answer;
    },
  };
}
