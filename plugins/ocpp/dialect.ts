import type { Phases } from '../../core/index.ts';
import type { ConnectorStatus } from '../shared/ocpp/service.ts';
import type { Rpc } from './rpc.ts';
import type { Sample } from './samples.ts';

/** What a version of OCPP has to translate: what stations say becomes `Reports`, what they are told is in `Commands`. */

/** Who a station is, by its own words. */
export interface StationInfo {
  readonly vendor: string;
  readonly model: string;
  readonly firmware?: string;
  readonly serial?: string;
}

/** What a station says, in words of no version. None of them throws. */
export interface Reports {
  /** It begins; the answer says whether it is wanted */
  boot(info: StationInfo): 'Accepted' | 'Pending';
  /**
   * Connector 0 is the station itself. `Occupied` is all that 2.0.1 says outside of transactions. `plug`: one of several
   * of the connector, of which one can be used at a time.
   */
  status(connector: number, status: ConnectorStatus | 'Occupied', error: string | undefined, plug?: number): void;
  /** Somebody showed an identification, nobody knows at which connector */
  identified(idTag: string): void;
  /** A transaction begins; answers with its id, the same one if it is told again. */
  began(connector: number, start: { readonly idTag: string; readonly mark: string }): number;
  /** A transaction is under way, of which the station gave the id */
  transaction(connector: number, id: string, idTag: string | undefined): void;
  /** A transaction is over; it may be one that nobody knows */
  ended(id: string): void;
  /** The connector that a transaction takes place at */
  connectorOf(id: string): number | undefined;
  measured(connector: number, samples: readonly Sample[], at: number | undefined): void;
}

/** Facts that a station says of itself. What it does not say is absent. */
export interface Facts {
  readonly connectors?: number;
  /** Units in which limits may be given */
  readonly units?: readonly LimitUnit[];
  readonly maxStackLevel?: number;
  /** Identification of cars that it does not ask for any (Alfen) */
  readonly ownIdTag?: string;
  readonly switchesPhases?: boolean;
}

export type LimitUnit = 'A' | 'W';

/** How stations differ in what they take as a limit. */
export interface Manner {
  /** What the limit holds for: every transaction to come, the one under way, or the station as a whole */
  readonly purpose: 'default' | 'transaction' | 'station';
  readonly unit: LimitUnit;
  /** Relative: without a beginning */
  readonly kind: 'Absolute' | 'Relative';
  readonly stackLevel: number;
  /** The number of phases is told */
  readonly numbered: boolean;
}

/** Limits that others may have left in a station. */
export interface Limits {
  readonly purpose: Manner['purpose'];
  /** Absent: all levels */
  readonly stackLevel?: number;
}

export interface LimitCommand extends Manner {
  readonly connector: number;
  /** A per phase or W */
  readonly limit: number;
  readonly phases?: Phases;
  /** The one under way */
  readonly transaction?: string;
}

/** What a station can be told. False: it does not do it. Errors: `NoAnswer`, or the reason of the signal. */
export interface Commands {
  facts(signal: AbortSignal): Promise<Facts>;
  /** Asks for measured values every `interval` ms, as many of them as it can. */
  meter(interval: number, signal: AbortSignal): Promise<void>;
  limit(limit: LimitCommand, signal: AbortSignal): Promise<boolean>;
  /** Removes limits of a connector; true: there were some. */
  clear(connector: number, limits: Limits, signal: AbortSignal): Promise<boolean>;
  trigger(what: 'BootNotification' | 'StatusNotification' | 'MeterValues', connector?: number): Promise<boolean>;
  /** Makes the whole station take cars. */
  makeOperative(signal: AbortSignal): Promise<boolean>;
  start(connector: number, idTag: string): Promise<boolean>;
  stop(transaction: string, signal: AbortSignal): Promise<boolean>;
}

/** What the translation needs of the house. */
export interface DialectContext {
  now(): number;
  /** RFC 3339 */
  format(time: number): string;
  /** ms since the epoch; `undefined`: none */
  parse(text: string): number | undefined;
  /** s between two signs of life */
  readonly heartbeat: number;
}

export interface Dialect {
  readonly version: '1.6' | '2.0.1';
  /** Answers a call of a station; throws `CallError`. */
  handle(reports: Reports, action: string, payload: unknown, context: DialectContext): object;
  commands(rpc: Rpc, context: DialectContext): Commands;
}
