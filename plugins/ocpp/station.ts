import type { Clock, Logger } from '../../core/index.ts';
import type { ConnectorStatus } from '../shared/ocpp/service.ts';
import { type Claim, Connector, type Line, untilAborted } from './connector.ts';
import type { Reports, StationInfo } from './dialect.ts';
import type { Link } from './link.ts';
import type { Memory } from './memory.ts';
import { messageOf, NoAnswer } from './rpc.ts';

export interface StationContext {
  readonly clock: Clock;
  readonly log: Logger;
  readonly memory: Memory;
  /** Makes a connection ready for use, and again when the station begins anew. */
  lead(station: Station, link: Link, asks: boolean): void;
  /** What is shown of the station is another now. */
  changed(): void;
}

/** ms between two attempts to start a transaction from here */
const START_PAUSE = 60_000;
/** ms between two attempts to tell an order that was not taken */
const AGAIN = 30_000;
/** ms between two requests for measured values that do not come by themselves */
const ASK_PAUSE = 30_000;
/** ms between two faults of a connector that are told in the log */
const TELL_PAUSE = 60_000;
/** Numbers of connectors that are taken for real */
const MOST_CONNECTORS = 32;

/** A station: what is known of it, whatever connection it uses at the moment. */
export class Station implements Reports {
  readonly id: string;
  info: StationInfo | undefined;
  link: Link | undefined;
  readonly connectors: Map<number, Connector> = new Map();
  readonly #context: StationContext;
  #askedAt = Number.NEGATIVE_INFINITY;

  constructor(id: string, context: StationContext) {
    this.id = id;
    this.#context = context;
  }

  get claimed(): Connector[] {
    return [...this.connectors.values()].filter(({ claim }) => claim);
  }

  /** The station uses this connection from now on; the one before is ended. */
  connect(link: Link): void {
    const before = this.link;
    this.link = link;
    before?.close(1000, 'the station connected anew');
    for (const connector of this.connectors.values()) {
      connector.accepted = undefined;
      if (connector.status) connector.claim?.retry?.();
    }
    const end = (): void => {
      if (this.link === link) this.link = undefined;
      this.#context.changed();
    };
    link.signal.addEventListener('abort', end, { once: true });
    this.#context.changed();
    if (this.claimed.length > 0) this.#context.lead(this, link, false);
  }

  claim(id: number, claim: Claim): Connector {
    const connector = this.at(id);
    connector.claim = claim;
    const { phases = 3, ...order } = connector.wanted;
    connector.wanted = { ...order, ...(claim.options.phaseSwitching && { phases }) };
    this.save(connector);
    // It was told to wait until somebody wants it, so that it has to be asked to begin anew.
    if (this.link) this.#context.lead(this, this.link, true);
    return connector;
  }

  at(id: number): Connector {
    const known = this.connectors.get(id);
    if (known) return known;
    const connector = new Connector(id, this.#context.memory.connector(this.id, id));
    this.connectors.set(id, connector);
    return connector;
  }

  /** What the connector is reached by. Errors: `NoAnswer` while there is no connection, or the reason of the signal. */
  async line(signal: AbortSignal): Promise<Line> {
    const { link } = this;
    if (!link) throw new NoAnswer('it is not connected');
    const facts = await untilAborted(link.facts, signal);
    const known = facts.connectors ?? [...this.connectors.keys()].filter((id) => id > 0).length;
    return { commands: link.commands, facts, alone: known <= 1 && this.claimed.length <= 1 };
  }

  /** Tells the connector its order. Errors: see `Line` and `Connector.apply`. */
  async apply(connector: Connector, signal: AbortSignal): Promise<void> {
    await connector.apply(await this.line(signal), signal);
    this.startIfWanted(connector);
  }

  /**
   * Tells the order whatever was taken before, and goes on in the background as long as it is not taken. Resolves after the
   * first attempt, never rejects.
   */
  async insist(connector: Connector, signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#context;
    connector.rounds += 1;
    const round = connector.rounds;
    const attempt = async (): Promise<boolean> => {
      if (signal.aborted || connector.rounds !== round || connector.accepted?.order === connector.wanted) return true;
      try {
        await this.apply(connector, signal);
        connector.trouble = '';
        return true;
      } catch (error) {
        const text = `${this.#name(connector)}: its limit could not be set: ${messageOf(error)}`;
        if (!signal.aborted && text !== connector.trouble) log.warn(text);
        connector.trouble = text;
        return signal.aborted;
      }
    };
    connector.accepted = undefined;
    if (await attempt()) return;
    const goOn = async (): Promise<void> => {
      do await clock.sleep(AGAIN, signal);
      while (!(await attempt()));
    };
    goOn().catch(() => {});
  }

  save(connector: Connector): void {
    const { memory } = this.#context;
    // Of stations that nobody configured nothing is kept, except that what is kept goes on to be true.
    if (connector.claim || memory.connector(this.id, connector.id)) memory.save(this.id, connector.id, connector.kept);
  }

  /** Asks for measured values of a connector that charges and says nothing. */
  remind(connector: Connector): void {
    const now = this.#context.clock.now();
    const { measured, claim, status } = connector;
    const late = now - measured.at > 2 * (claim?.options.meterInterval ?? 0);
    if (!this.link || status !== 'Charging' || !late || now - this.#askedAt < ASK_PAUSE) return;
    this.#askedAt = now;
    this.link.commands.trigger('MeterValues', connector.id).catch(() => {});
  }

  /** Starts the transaction of a car that waits, where the station does not do so by itself. */
  startIfWanted(connector: Connector): void {
    const { claim, wanted, waits, accepted } = connector;
    const { clock, log } = this.#context;
    const now = clock.now();
    if (!claim?.options.remoteStart || !wanted.enabled || !accepted?.order.enabled || !waits) return;
    if (!this.link || Math.abs(now - connector.startedAt) < START_PAUSE) return;
    connector.startedAt = now;
    // Some refuse while they are busy, or accept and forget.
    const { link } = this;
    clock.sleep(START_PAUSE, link.signal).then(
      () => this.startIfWanted(connector),
      () => {},
    );
    const start = async (): Promise<void> => {
      const { ownIdTag = claim.options.idTag } = await link.facts;
      if (!(await link.commands.start(connector.id, ownIdTag))) log.info(`${this.#name(connector)} refuses to start`);
    };
    start().catch((error: unknown) => log.debug(`${this.#name(connector)}: ${String(error)}`));
  }

  // What the station says -----------------------------------------------------------------------------------------

  boot(info: StationInfo): 'Accepted' | 'Pending' {
    this.info = info;
    this.link?.announce();
    this.#context.changed();
    return this.claimed.length > 0 ? 'Accepted' : 'Pending';
  }

  status(id: number, status: ConnectorStatus | 'Occupied', error: string | undefined, plug?: number): void {
    const connector = this.#reported(id);
    if (!connector) return;
    if (!connector.status) connector.claim?.retry?.();
    connector.turn(status, error, plug);
    if (connector.status === 'Available' && id > 0) {
      connector.clear();
      this.save(connector);
    }
    if (connector.deferred && connector.charges) this.#limit(connector);
    // Not before the station has its answer: one that is asked while it waits for it may get confused.
    queueMicrotask(() => this.startIfWanted(connector));
    this.#tell(connector);
  }

  identified(idTag: string): void {
    const waiting = this.claimed.filter(({ status, transaction }) => status !== 'Available' && !transaction?.idTag);
    const [connector] = waiting.length > 0 ? waiting : this.claimed;
    if (connector) connector.identifier = idTag;
  }

  began(id: number, { idTag, mark }: { readonly idTag: string; readonly mark: string }): number {
    const connector = this.#reported(id);
    const known = connector?.transaction;
    if (known?.mark === mark && Number(known.id) > 0) return Number(known.id);
    const number = this.#context.memory.nextTransaction();
    if (connector) this.#begins(connector, { id: String(number), idTag, mark });
    return number;
  }

  transaction(id: number, transaction: string, idTag: string | undefined): void {
    const connector = this.#reported(id);
    if (!connector) return;
    const known = connector.transaction;
    const tag = idTag ?? (known?.id === transaction ? known.idTag : '');
    if (known?.id === transaction && known.idTag === tag) return;
    if (known?.id === transaction) {
      connector.transaction = { ...known, idTag: tag };
      connector.identifier = tag;
      this.save(connector);
    } else this.#begins(connector, { id: transaction, idTag: tag });
  }

  ended(id: string): void {
    for (const connector of this.connectors.values()) {
      if (connector.transaction?.id !== id) continue;
      connector.transaction = undefined;
      this.save(connector);
      // Its limit ended with it.
      if (connector.limitsTransactions) this.#limit(connector);
    }
  }

  connectorOf(id: string): number | undefined {
    return [...this.connectors.values()].find(({ transaction }) => transaction?.id === id)?.id;
  }

  measured(id: number, samples: Parameters<Connector['measure']>[0], at: number | undefined): void {
    this.#reported(id)?.measure(samples, at, this.#context.clock.now());
  }

  // ----------------------------------------------------------------------------------------------------------------

  #begins(connector: Connector, transaction: NonNullable<Connector['transaction']>): void {
    connector.transaction = transaction;
    if (transaction.idTag !== '') connector.identifier = transaction.idTag;
    this.save(connector);
    if (connector.limitsTransactions) this.#limit(connector);
  }

  /** Gives the order to a transaction that began, or to the time after it. */
  #limit(connector: Connector): void {
    if (this.link && connector.claim) void this.insist(connector, this.link.signal);
  }

  /** Undefined: there cannot be such a connector. */
  #reported(id: number): Connector | undefined {
    return Number.isInteger(id) && id >= 0 && id <= MOST_CONNECTORS ? this.at(id) : undefined;
  }

  #name(connector: Connector): string {
    return `OCPP station ${this.id} connector ${connector.id}`;
  }

  /** Faults and what is out of service, once each, and not more often than now and then. */
  #tell(connector: Connector): void {
    const { status, error, claim, told } = connector;
    const trouble = status === 'Faulted' || status === 'Unavailable' || error !== undefined;
    const text = trouble ? `${this.#name(connector)}: ${[status, error].filter(Boolean).join(', ')}` : '';
    const now = this.#context.clock.now();
    if (!claim || text === told.text || (text !== '' && Math.abs(now - told.at) < TELL_PAUSE)) return;
    connector.told = { text, at: text === '' ? told.at : now };
    if (text !== '') this.#context.log.warn(text);
  }
}
