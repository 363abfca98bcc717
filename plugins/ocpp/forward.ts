import type { Evcc } from '../../core/index.ts';
import { openWebSocket, type WebSocketLink } from '../shared/websocket.ts';
import { field } from './calls.ts';
import type { Link } from './link.ts';
import { CallError, createRpc, type Rpc } from './rpc.ts';

/** Hands on what a station says to a second central system, and what that one tells it, as far as it may. */

/** Which station, and where to. */
export interface ForwardOptions {
  /** Id of the station */
  station: string;
  /** Address of the other central system, without the id */
  url: string;
  /** Id under which the other central system knows the station; default: the same */
  id?: string;
  /** Secret: password at the other central system, for basic authentication */
  password?: string;
  /** `read` (default): it may ask; `full`: it may tell the station everything but limits */
  mode?: 'read' | 'full';
}

/** One station's connection to the second central system. */
export interface Forwarder {
  /** The station connected; it is forwarded until that connection ends. */
  connected(link: Link): void;
  /** The station said something and was answered. */
  said(action: string, payload: unknown, answer: unknown): void;
}

/** ms */
const PATIENCE = 30_000;
/** Calls that are kept while the other central system is away; the oldest ones are lost */
const MOST_KEPT = 200;
const MOST_TRANSACTIONS = 20;
/** Connectors whose status is kept */
const MOST_STATES = 64;

/** What only asks */
const READING = new Set([
  'GetConfiguration',
  'GetCompositeSchedule',
  'GetLocalListVersion',
  'TriggerMessage',
  'GetVariables',
  'GetBaseReport',
  'GetReport',
  'GetChargingProfiles',
  'GetTransactionStatus',
  'GetInstalledCertificateIds',
]);
/** What would take the limit away from evcc, and how it is refused; limits that come with a start are left out. */
const LIMITS: Readonly<Record<string, object>> = {
  SetChargingProfile: { status: 'Rejected' },
  ClearChargingProfile: { status: 'Unknown' },
};

interface Said {
  readonly action: string;
  readonly payload: unknown;
  /** Id that evcc gave to the transaction */
  readonly transaction?: number;
}

export function createForwarder(
  options: ForwardOptions,
  { clock, log, fail }: Pick<Evcc, 'clock' | 'log' | 'fail'>,
): Forwarder {
  const { station, url, id = station, password, mode = 'read' } = options;
  const target = new URL(`${url.replace(/\/+$/, '')}/${encodeURIComponent(id)}`);
  if (password !== undefined)
    Object.assign(target, { username: encodeURIComponent(id), password: encodeURIComponent(password) });
  let kept: Said[] = [];
  /** The newest ones, so that the other central system knows the station when it is back */
  const state = new Map<string, Said>();
  /** Ids of transactions at the other central system, by those here */
  const theirs = new Map<number, number>();
  let link: Link | undefined;
  let rpc: Rpc | undefined;
  let sending = false;
  let troubled = false;
  let asking = false;

  const send = async (): Promise<void> => {
    if (sending) return;
    sending = true;
    for (let said = kept[0]; said && rpc; said = kept[0]) {
      try {
        const answer = await rpc.call(said.action, toTheirs(said.payload, theirs));
        const number = field(answer, 'transactionId');
        if (said.transaction !== undefined && typeof number === 'number') remember(said.transaction, number);
      } catch (error) {
        // What is refused would be refused again; without answer, it is told again when there is a connection.
        if (!(error instanceof CallError)) break;
      }
      kept = kept.filter((other) => other !== said);
    }
    sending = false;
  };
  const remember = (own: number, their: number): void => {
    theirs.set(own, their);
    for (const oldest of [...theirs.keys()].slice(0, -MOST_TRANSACTIONS)) theirs.delete(oldest);
  };
  /** Answers a call of the other central system. */
  const tell = async (action: string, payload: unknown): Promise<unknown> => {
    const limit = Object.hasOwn(LIMITS, action) ? LIMITS[action] : undefined;
    if (limit) return limit;
    // An answer in the same packet may say the id of the transaction that this is about: it is remembered a moment after it came.
    await Promise.resolve();
    if (mode === 'read' && !READING.has(action)) throw new CallError('NotSupported', `evcc does not forward ${action}`);
    if (!link) throw new CallError('GenericError', 'the station is not connected');
    // Who may ask one thing at a time must not keep the limits waiting for more.
    if (asking) throw new CallError('GenericError', 'the call before is not answered yet');
    const { chargingProfile: _limit, ...command } = toOurs(payload, theirs);
    asking = true;
    return link.rpc.call(action, command).finally(() => {
      asking = false;
    });
  };
  /** Connects for as long as the station is connected. */
  const open = (own: Link): void => {
    let present: Rpc | undefined;
    const other: WebSocketLink = openWebSocket(
      { url: target.href, protocols: [`ocpp${own.version}`] },
      {
        opened() {
          present = createRpc({
            send: (text) => other.send(text),
            clock,
            timeout: PATIENCE,
            prefix: `f${clock.now().toString(36)}`,
            handle: tell,
            nonsense: (what) => log.debug(`${other.name}: ${what}`),
          });
          rpc = present;
          if (troubled) log.info(`OCPP station ${station} is forwarded again`);
          troubled = false;
          kept = [...[...state.values()].filter((said) => !kept.includes(said)), ...kept];
          send().catch(() => {});
        },
        message: (text) => present?.receive(text),
        lost() {
          leave();
          complain();
        },
      },
      { clock, fail },
    );
    const leave = (): void => {
      if (rpc === present) rpc = undefined;
      present?.lost();
    };
    const complain = (): void => {
      other
        .wait(() => rpc, 'connection', own.signal)
        .catch((error: Error) => {
          if (!troubled && !own.signal.aborted)
            log.warn(`OCPP station ${station} cannot be forwarded: ${error.message}`);
          troubled = true;
        });
    };
    const end = (): void => {
      leave();
      other.close();
      if (link === own) link = undefined;
    };
    link = own;
    own.signal.addEventListener('abort', end, { once: true });
    complain();
  };

  return {
    connected: open,
    said(action, payload, answer) {
      if (action === 'Heartbeat') return;
      const transaction = field(answer, 'transactionId');
      const said: Said = { action, payload, ...(typeof transaction === 'number' && { transaction }) };
      if (action === 'BootNotification') state.clear();
      const name = `${action} ${field(payload, 'evseId') ?? ''} ${field(payload, 'connectorId') ?? ''}`;
      if (/^(Boot|Status)Notification$/.test(action) && (state.has(name) || state.size < MOST_STATES))
        state.set(name, said);
      kept.push(said);
      // Measured values are the first to be lost: there are more of them.
      if (kept.length > MOST_KEPT)
        kept.splice(
          Math.max(
            0,
            kept.findIndex((each) => each.action === 'MeterValues'),
          ),
          1,
        );
      send().catch(() => {});
    },
  };
}

/** In 1.6 each central system gives ids of its own to transactions; 2.0.1 has them from the station, as texts. */
function toTheirs(payload: unknown, theirs: ReadonlyMap<number, number>): object {
  const number = field(payload, 'transactionId');
  const their = typeof number === 'number' ? theirs.get(number) : undefined;
  return their === undefined ? (payload as object) : { ...(payload as object), transactionId: their };
}

function toOurs(payload: unknown, theirs: ReadonlyMap<number, number>): Record<string, unknown> {
  const number = field(payload, 'transactionId');
  const [own] = [...theirs].find(([, their]) => their === number) ?? [];
  return { ...(payload as object), ...(own !== undefined && { transactionId: own }) };
}
