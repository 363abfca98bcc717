import type { Clock } from '../../core/index.ts';
import type { Commands, Dialect, DialectContext, Facts, Reports } from './dialect.ts';
import { createRpc, type Rpc } from './rpc.ts';
import type { Socket } from './socket.ts';

/** ms that a station may take for an answer; slow ones take 20 s */
const PATIENCE = 30_000;

/** A connection of a station that is in use. */
export class Link {
  readonly version: Dialect['version'];
  readonly rpc: Rpc;
  readonly commands: Commands;
  /** Aborted when the connection ended */
  readonly signal: AbortSignal;
  /** What the station says of itself, once it was asked */
  readonly facts: Promise<Facts>;
  /** Somebody makes it ready for use */
  led = false;
  readonly setFacts: (facts: Facts) => void;
  #boot: PromiseWithResolvers<void> = Promise.withResolvers();

  constructor(
    { socket, signal }: Socket,
    dialect: Dialect,
    reports: Reports,
    context: DialectContext & { readonly clock: Clock; nonsense(what: string): void },
  ) {
    this.version = dialect.version;
    this.signal = signal;
    this.rpc = createRpc(socket, {
      clock: context.clock,
      timeout: PATIENCE,
      prefix: context.now().toString(36),
      handle: (action, payload) => dialect.handle(reports, action, payload, context),
      nonsense: context.nonsense,
    });
    this.commands = dialect.commands(this.rpc, context);
    const { promise, resolve } = Promise.withResolvers<Facts>();
    this.facts = promise;
    this.setFacts = resolve;
  }

  /** Resolves when the station says that it begins, from now on. */
  booted(): Promise<void> {
    return this.#boot.promise;
  }

  /** The station said that it begins, or has to be treated so. */
  announce(): void {
    this.#boot.resolve();
    this.#boot = Promise.withResolvers();
  }
}
