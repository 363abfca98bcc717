import type { Clock } from '../../core/index.ts';
import type { Commands, Dialect, DialectContext, Facts, Reports } from './dialect.ts';
import { createRpc, type Rpc } from './rpc.ts';
import type { Socket } from './socket.ts';

/** ms that a station may take for an answer; slow ones take 20 s */
const PATIENCE = 30_000;

/** What a connection needs of the house. */
export interface LinkContext extends DialectContext {
  readonly clock: Clock;
  /** What the station logged in with */
  readonly password: string | undefined;
  nonsense(what: string): void;
  /** The station said something and is answered. */
  said(action: string, payload: unknown, answer: object): void;
}

/** A connection of a station that is in use. */
export class Link {
  readonly version: Dialect['version'];
  readonly rpc: Rpc;
  readonly commands: Commands;
  /** Aborted when the connection ended */
  readonly signal: AbortSignal;
  /** What the station says of itself, once it was asked */
  readonly facts: Promise<Facts>;
  /** What the station logged in with */
  readonly password: string | undefined;
  /** Somebody makes it ready for use */
  led = false;
  /** Ends the connection; what it says until then is not heard. */
  readonly close: (code: number, reason: string) => void;
  readonly setFacts: (facts: Facts) => void;
  #boot: PromiseWithResolvers<void> = Promise.withResolvers();

  constructor({ socket, signal }: Socket, dialect: Dialect, reports: Reports, context: LinkContext) {
    this.version = dialect.version;
    this.signal = signal;
    this.password = context.password;
    const rpc = createRpc({
      send: (text) => socket.send(text, () => {}),
      clock: context.clock,
      timeout: PATIENCE,
      prefix: context.now().toString(36),
      handle: (action, payload) => {
        const answer = dialect.handle(reports, action, payload, context);
        context.said(action, payload, answer);
        return answer;
      },
      nonsense: (what, enough) => {
        context.nonsense(what);
        if (enough) this.close(1002, 'too many messages that are not OCPP');
      },
    });
    this.close = (code, reason) => {
      rpc.lost();
      socket.close(code, reason);
    };
    socket.on('message', (data: Buffer, isBinary: boolean) => rpc.receive(isBinary ? '' : data.toString()));
    socket.once('close', rpc.lost);
    this.rpc = rpc;
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
