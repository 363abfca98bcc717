import type { DeviceContext, PerPhase } from '../../core/index.ts';
import type { ConnectorOptions, ConnectorOrder, ConnectorState, ConnectorStatus } from '../shared/ocpp/service.ts';
import type { Commands, Facts, Limits, Manner } from './dialect.ts';
import { mannersFor, othersThan, toLimit } from './manners.ts';
import { addSamples, type Kept, type Measured, NOTHING_MEASURED, type Sample } from './samples.ts';

/** What uses a connector: a charger of the configuration. */
export interface Claim {
  readonly options: ConnectorOptions;
  /** V, nominal phase voltage */
  readonly voltage: number;
  readonly fail: DeviceContext['fail'];
  /** There is something to read again */
  readonly retry: DeviceContext['retry'];
}

/** What outlives the process. */
export interface KeptConnector {
  readonly order: ConnectorOrder;
  readonly transaction?: Transaction;
}

export interface Transaction {
  readonly id: string;
  readonly idTag: string;
  /** By which the station is recognized when it tells the beginning again */
  readonly mark?: string;
}

/** The station as a connector reaches it now. */
export interface Line {
  readonly commands: Commands;
  readonly facts: Facts;
  /** No other connector of the station is in use */
  readonly alone: boolean;
}

/** What a connector is told before core ordered anything: nothing must charge unasked. */
const SAFE: ConnectorOrder = { enabled: false, current: 6 };
/** ms after which measured values are too old, unless they are to come less often */
const OLDEST = 60_000;
/** What a transaction says of its connector */
const RUNNING: ReadonlySet<unknown> = new Set(['Preparing', 'Charging', 'SuspendedEV', 'SuspendedEVSE']);
const NO_CURRENTS: PerPhase = [0, 0, 0];
const MOST_PLUGS = 8;
/** W below which a connector that is said to charge does not */
const NOT_CHARGING = 60;

/** One connector of a station: what is known of it, and what it shall do. It outlives connections and claims. */
export class Connector {
  readonly id: number;
  status: ConnectorStatus | undefined;
  /** What was measured before the status became this one */
  #before: Measured = NOTHING_MEASURED;
  /** Statuses of its plugs, where there are several, by number */
  readonly #plugs = new Map<number, ConnectorStatus | 'Occupied'>();
  error: string | undefined;
  claim: Claim | undefined;
  /** What identified the car */
  identifier = '';
  /** What the station shows by itself when it asks nobody */
  ownIdTag: string | undefined;
  transaction: Transaction | undefined;
  /** Core's last order */
  wanted: ConnectorOrder;
  /** The last order that the station took, and what was measured before; absent: none since it connected */
  accepted: { readonly order: ConnectorOrder; readonly before: Measured } | undefined;
  /** ms since the epoch at which a transaction was last asked for */
  startedAt: number = Number.NEGATIVE_INFINITY;
  /** Nothing could be limited without transaction: the order is given as soon as one begins */
  deferred = false;
  measured: Measured = NOTHING_MEASURED;
  /** The fault that was last told in the log, and when (ms since the epoch); empty: it is over */
  told: { readonly text: string; readonly at: number } = { text: '', at: Number.NEGATIVE_INFINITY };
  /** Times that the order was told whatever was taken before */
  rounds = 0;
  /** Why the order was not taken, as told in the log; empty: it was */
  trouble = '';
  #manner: Manner | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(id: number, kept: KeptConnector | undefined) {
    this.id = id;
    this.wanted = kept?.order ?? SAFE;
    this.transaction = kept?.transaction;
    this.identifier = kept?.transaction?.idTag ?? '';
  }

  get kept(): KeptConnector {
    return { order: this.wanted, ...(this.transaction && { transaction: this.transaction }) };
  }

  /** A transaction is under way, by its status. */
  get charges(): boolean {
    return this.status === 'Charging' || this.status === 'SuspendedEV' || this.status === 'SuspendedEVSE';
  }

  /** The limit holds for a single transaction, so that the next one needs it anew. */
  get limitsTransactions(): boolean {
    return this.deferred || this.#manner?.purpose === 'transaction';
  }

  /** Limits that others may have left, and that would count more than its own; none that is known: it took no limit. */
  others(facts: Facts): readonly Limits[] {
    return this.#manner ? othersThan(this.#manner, facts) : [];
  }

  /** A car is there, and nothing was begun for it. */
  get waits(): boolean {
    const { status, transaction } = this;
    return status === 'Preparing' ? !transaction?.idTag : status === 'SuspendedEVSE' && !transaction;
  }

  /** The station says how it is, or one of its plugs. */
  turn(said: ConnectorStatus | 'Occupied', error: string | undefined, plug?: number): void {
    if (plug !== undefined && (this.#plugs.has(plug) || this.#plugs.size < MOST_PLUGS)) this.#plugs.set(plug, said);
    const plugs = [...this.#plugs.values()];
    const plugged = plugs.includes('Occupied');
    const unplugged = plug === undefined && plugs.length > 0 && !plugged;
    // Its transaction may go on while it is out of order.
    const faulted = unplugged && plugs.includes('Faulted');
    const running = this.transaction && RUNNING.has(this.status) ? this.status : undefined;
    // The transaction says more of a car than that it is there.
    const there = unplugged ? 'Available' : (running ?? 'Preparing');
    const status = faulted ? 'Faulted' : said === 'Occupied' || (plug !== undefined && plugged) ? there : said;
    if (status !== this.status) this.#before = this.measured;
    this.status = status;
    this.error = error;
  }

  /** A car left, or none was there: whatever was known of it is over. */
  clear(): void {
    this.transaction = undefined;
    this.identifier = '';
    this.startedAt = Number.NEGATIVE_INFINITY;
    const { soc: _soc, ...others } = this.measured;
    this.measured = others;
  }

  measure(samples: readonly Sample[], stamp: number | undefined, now: number): void {
    this.measured = addSamples(this.measured, samples, stamp, now);
  }

  /** Undefined: the station has said nothing of it yet. */
  state(now: number): ConnectorState | undefined {
    const { status, error, measured, claim, accepted } = this;
    if (!status) return undefined;
    const order = accepted?.order ?? this.wanted;
    const oldest = Math.max(OLDEST, 3 * (claim?.options.meterInterval ?? 0));
    const fresh = <T>(kept: Kept<T> | undefined): T | undefined =>
      kept && Math.abs(now - kept.at) <= oldest ? kept.value : undefined;
    // What flowed before it stopped does not flow any more; stations are silent about that.
    const flows = status === 'Charging';
    const power = fresh(flows ? measured.power : since(measured, 'power', this.#before)) ?? (flows ? undefined : 0);
    const currents =
      fresh(flows ? measured.currents : since(measured, 'currents', this.#before)) ??
      (flows ? spread(power, claim) : NO_CURRENTS);
    const voltages = fresh(measured.voltages);
    const soc = fresh(measured.soc);
    const told = accepted && since(measured, 'power', accepted.before);
    const idles = flows && !order.enabled && told !== undefined && told.value < NOT_CHARGING;
    const shown = idles ? 'SuspendedEVSE' : status;
    const current = accepted && fresh(since(measured, 'offered', accepted.before));
    const watts = accepted && fresh(since(measured, 'offeredPower', accepted.before));
    const offered = current ?? (claim && watts && watts / claim.voltage / (order.phases ?? claim.options.phases));
    return {
      status: shown,
      ...(error !== undefined && { error }),
      waiting: status === 'Preparing' && this.waits,
      // What evcc or the station itself shows is nobody's tag.
      identifier: [claim?.options.idTag, this.ownIdTag].includes(this.identifier) ? '' : this.identifier,
      order,
      ...(power !== undefined && { power }),
      ...(currents && { currents }),
      ...(voltages && { voltages }),
      ...(measured.energy && { energy: measured.energy.value }),
      ...(soc !== undefined && { soc }),
      ...(offered !== undefined && { offered }),
    };
  }

  /** Gives the present order to the station, one after the other; `signal` ends waiting and trying. */
  apply(line: Line, signal: AbortSignal): Promise<void> {
    const turn = this.#turn.then(() => this.#apply(line, signal));
    this.#turn = turn.catch(() => {});
    return untilAborted(turn, signal);
  }

  async #apply(line: Line, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const { claim, wanted: order, transaction } = this;
    if (!claim) return;
    const { options, voltage, fail } = claim;
    const took = (deferred: boolean): void => {
      this.deferred = deferred;
      this.accepted = { order, before: this.measured };
    };
    const manners = mannersFor(
      { facts: line.facts, order, transaction: transaction !== undefined, alone: line.alone },
      this.#manner,
    );
    for (const manner of manners) {
      const limit = toLimit(order, manner.unit, options.phases, voltage);
      const told = {
        ...manner,
        connector: this.id,
        limit,
        ...(order.phases !== undefined && manner.numbered && { phases: order.phases }),
        ...(transaction && { transaction: transaction.id }),
      };
      if (await line.commands.limit(told, signal)) {
        this.#manner = manner;
        return took(false);
      }
    }
    // It may have ended meanwhile, because it was told so before.
    const running = transaction?.id === this.transaction?.id ? transaction : undefined;
    // One that took limits without transaction before holds the last of them.
    if (!this.transaction && !this.charges && (!this.#manner || this.#manner.purpose === 'transaction'))
      return took(true);
    // What cannot be limited must not charge; a station that took limits before may just be busy.
    const stops = running && (!order.enabled || !this.#manner);
    const stopped = stops && (await line.commands.stop(running.id, signal));
    if (stopped && !order.enabled) return took(false);
    fail(
      'EVCC_DEVICE_PROTOCOL',
      `OCPP station ${options.station} connector ${this.id} takes no limit${stopped ? ', its transaction was ended' : ''}`,
    );
  }
}

/** A value, if it arrived after what was measured before. */
function since<K extends keyof Measured>(measured: Measured, key: K, before: Measured): Measured[K] | undefined {
  return measured[key] === before[key] ? undefined : measured[key];
}

/** A of one phase that nobody measured, by the power */
function spread(power: number | undefined, claim: Claim | undefined): PerPhase | undefined {
  return power !== undefined && claim?.options.phases === 1 ? [power / claim.voltage, 0, 0] : undefined;
}

/** Settles with the promise, or rejects with the reason of the signal before that. */
export function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
