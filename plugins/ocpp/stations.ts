import { createHash, timingSafeEqual } from 'node:crypto';
import type { Evcc, Phases } from '../../core/index.ts';
import type { ConnectorOrder, OcppConnector, OcppService } from '../shared/ocpp/service.ts';
import type { Connector } from './connector.ts';
import type { Dialect } from './dialect.ts';
import type { Forwarder } from './forward.ts';
import { Link } from './link.ts';
import type { Memory } from './memory.ts';
import { CallError, NoAnswer } from './rpc.ts';
import { lead } from './set-up.ts';
import type { Socket } from './socket.ts';
import { Station } from './station.ts';

/** All stations: those of the configuration, and those that nobody configured yet. */

/** How a station is, for people. */
export interface StationReport {
  readonly id: string;
  /** `connected`; `configured`: not connected; `unknown`: connected, but no charger of the configuration */
  readonly status: 'connected' | 'configured' | 'unknown';
  readonly version?: string;
  readonly vendor?: string;
  readonly model?: string;
  readonly firmware?: string;
}

export interface Stations extends OcppService {
  /** Why a station may not connect now; `undefined`: it may. Errors: none. */
  refusal(id: string, password: string | undefined): Refusal | undefined;
  accept(id: string, socket: Socket, dialect: Dialect, password: string | undefined): void;
  report(): StationReport[];
  close(): void;
}

export interface Refusal {
  /** Of HTTP */
  readonly status: 401 | 429 | 503;
  readonly why: string;
}

/** Stations that are known without being configured; further ones have to wait. */
const MOST_UNKNOWN = 50;
/** Warnings of single stations; further ones are not told */
const MOST_TOLD = 500;
/** Stations whose connections are counted */
const MOST_COUNTED = 1_000;
/** Connections of one station within STORM after which further ones have to wait */
const MOST_CONNECTIONS = 10;
/** ms */
const STORM = 60_000;
/** ms until a station that nobody wants is told in the log: at the start, it may be earlier than its charger */
const TELL_UNKNOWN = 10_000;
/** s between two signs of life of a station */
const HEARTBEAT = 60;

export interface StationsOptions {
  readonly memory: Memory;
  /** Hand on what these stations say, by their ids */
  readonly forwarders: ReadonlyMap<string, Forwarder>;
  /** What is shown of the stations is another now. */
  changed(): void;
}

export function createStations(evcc: Evcc, { memory, forwarders, changed }: StationsOptions): Stations {
  const { clock, log, time } = evcc;
  const stations = new Map<string, Station>();
  const attempts = new Map<string, number[]>();
  const told = new Set<string>();
  const end = new AbortController();
  const context = {
    clock,
    log,
    memory,
    changed,
    lead: (station: Station, link: Link, asks: boolean) => lead(station, link, asks, { clock, log }),
  };
  const wire = {
    now: () => clock.now(),
    // Some stations do not understand fractions.
    format: (at: number) => time.format(Math.floor(at / 1_000) * 1_000),
    parse: time.parse,
    heartbeat: HEARTBEAT,
    clock,
  };
  const stationOf = (id: string): Station => {
    const known = stations.get(id);
    if (known) return known;
    const station = new Station(id, context);
    stations.set(id, station);
    return station;
  };
  const once = (text: string, key = text): void => {
    if (told.has(key) || told.size >= MOST_TOLD) return;
    told.add(key);
    log.warn(text);
  };
  const passwordOf = (id: string): string | undefined =>
    stations.get(id)?.claimed.find(({ claim }) => claim?.options.password !== undefined)?.claim?.options.password;
  const forget = (now: number): void => {
    for (const [id, times] of attempts) if (times.every((at) => Math.abs(now - at) >= STORM)) attempts.delete(id);
  };
  const isUnknown = (station: Station): boolean => station.claimed.length === 0;
  const tellUnknown = (station: Station): void => {
    if (!isUnknown(station) || !station.link) return;
    const { vendor, model } = station.info ?? { vendor: 'of a vendor', model: 'that it does not name' };
    once(
      `OCPP station ${station.id} (${vendor} ${model}) is not configured; add a charger { type: 'ocpp', station: '${station.id}' }`,
      `unknown ${station.id}`,
    );
  };

  return {
    refusal(id, password) {
      const expected = passwordOf(id);
      if (!fits(password, expected)) {
        once(`OCPP station ${id} was refused: its password is ${password === undefined ? 'missing' : 'wrong'}`);
        return { status: 401, why: 'the password is wrong' };
      }
      const now = clock.now();
      const recent = (attempts.get(id) ?? []).filter((at) => Math.abs(now - at) < STORM);
      if (recent.length >= MOST_CONNECTIONS) {
        once(`OCPP station ${id} connects too often; are there two of this id? It has to wait`, `storm ${id}`);
        return { status: 429, why: 'too many connections' };
      }
      const known = stations.get(id);
      const strangers = [...stations.values()].filter((station) => isUnknown(station) && station.link).length;
      if ((!known || isUnknown(known)) && !known?.link && strangers >= MOST_UNKNOWN) {
        return { status: 503, why: 'too many stations that are not configured' };
      }
      if (attempts.size >= MOST_COUNTED) forget(now);
      if (attempts.size < MOST_COUNTED || attempts.has(id)) attempts.set(id, [...recent, now]);
      else if (!known || isUnknown(known)) return { status: 503, why: 'too many stations that are not configured' };
      return undefined;
    },
    accept(id, socket, dialect, password) {
      // Those that came and went are forgotten.
      for (const [known, station] of stations) if (isUnknown(station) && !station.link) stations.delete(known);
      const station = stationOf(id);
      const nonsense = (what: string): void => log.debug(`OCPP station ${id}: ${what}`);
      const forwarder = forwarders.get(id);
      const said = (action: string, payload: unknown, answer: object): void => forwarder?.said(action, payload, answer);
      const link = new Link(socket, dialect, station, { ...wire, password, nonsense, said });
      forwarder?.connected(link);
      log.debug(`OCPP station ${id} connected with OCPP ${dialect.version}`);
      station.connect(link);
      if (!isUnknown(station)) return;
      clock.sleep(TELL_UNKNOWN, AbortSignal.any([socket.signal, end.signal])).then(
        () => tellUnknown(station),
        () => {},
      );
    },
    report: () =>
      [...stations.values()]
        .filter((station) => station.link || !isUnknown(station))
        .map((station) => ({
          id: station.id,
          status: isUnknown(station) ? 'unknown' : station.link ? 'connected' : 'configured',
          ...(station.link && { version: station.link.version }),
          ...station.info,
        })),
    open(options, { fail, voltage, retry }) {
      const { station: id, connector: number, password } = options;
      const station = stationOf(id);
      const name = `OCPP station ${id} connector ${number}`;
      if (station.at(number).claim) fail('EVCC_CONFIG_INVALID', `${name} is used by another charger`);
      if (station.claimed.some(({ claim }) => claim?.options.password !== password)) {
        fail('EVCC_CONFIG_INVALID', `${name}: another connector of the station has a different password`);
      }
      // It connected before there was a password to ask for.
      if (station.link && !fits(station.link.password, password)) station.link.close(1008, 'the password is wrong');
      const connector = station.claim(number, { options, voltage, fail, retry });
      changed();
      return toService(station, connector, name, { evcc, fail, changed });
    },
    close() {
      end.abort(new Error('the central system stops'));
      for (const { link } of stations.values()) link?.close(1001, 'the central system stops');
    },
  };
}

function toService(
  station: Station,
  connector: Connector,
  name: string,
  context: { readonly evcc: Evcc; readonly fail: Evcc['fail']; readonly changed: () => void },
): OcppConnector {
  const { evcc, fail, changed } = context;
  let closed = false;
  return {
    state() {
      if (!station.link || closed) return fail('EVCC_DEVICE_UNAVAILABLE', `${name} is not connected`);
      station.remind(connector);
      return (
        connector.state(evcc.clock.now()) ?? fail('EVCC_DEVICE_UNAVAILABLE', `${name} has not told its status yet`)
      );
    },
    async order(change, signal) {
      if (closed) fail('EVCC_DEVICE_UNAVAILABLE', `${name} was closed`);
      const before = connector.wanted;
      connector.wanted = { ...before, ...change };
      station.save(connector);
      // What changes nothing while it may not charge need not be told; it is kept for later.
      const { enabled, phases } = connector.wanted;
      const silent = !enabled && !before.enabled && change.enabled === undefined && phases === before.phases;
      if (silent && connector.accepted?.order === before && station.link) {
        connector.accepted = { ...connector.accepted, order: connector.wanted };
        return;
      }
      try {
        await station.apply(connector, signal);
      } catch (error) {
        const unknown = error instanceof NoAnswer || signal.aborted;
        connector.wanted = afterFailure(before, connector, { away: !station.link, unknown });
        station.save(connector);
        if (unknown) {
          const why = error instanceof NoAnswer ? error.message : 'there was no answer in time';
          fail('EVCC_DEVICE_UNAVAILABLE', `${name}: ${why}`, { cause: error });
        }
        if (error instanceof CallError) fail('EVCC_DEVICE_PROTOCOL', `${name} refuses: ${error.code}`);
        throw error;
      }
    },
    close() {
      if (closed) return;
      closed = true;
      connector.claim = undefined;
      changed();
    },
  };
}

/**
 * What the station is told from now on although a command failed: core decides anew on what it knows. What a station that
 * is away did not get may only be less than before when it is back, as far as it was more, core orders it again then.
 */
function afterFailure(
  before: ConnectorOrder,
  { wanted, accepted }: Connector,
  { away, unknown }: { readonly away: boolean; readonly unknown: boolean },
): ConnectorOrder {
  const order = away
    ? { enabled: before.enabled && wanted.enabled, current: Math.min(before.current, wanted.current) }
    : wanted;
  // A number of phases that is refused must not have the limits after it refused, too.
  const phases = unknown ? fewer(before.phases, wanted.phases) : (accepted?.order.phases ?? before.phases);
  return { ...order, ...(phases !== undefined && { phases }) };
}

function fewer(one: Phases | undefined, other: Phases | undefined): Phases | undefined {
  return one === 1 || other === 1 ? 1 : (one ?? other);
}

function fits(password: string | undefined, expected: string | undefined): boolean {
  return expected === undefined || (password !== undefined && isSame(password, expected));
}

/** Compares without telling by the time how much is the same. */
function isSame(one: string, other: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
