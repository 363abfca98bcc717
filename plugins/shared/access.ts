/**
 * What decides who may use the house over the network, as the service `access`. Where nobody offers it, whoever reaches the
 * house may do everything.
 */
export interface Guard {
  /** Resolves when it can be asked; before, nobody may do anything. Rejects when the start failed. */
  readonly ready: Promise<void>;
  /** There is a password to log in with. */
  readonly hasPassword: boolean;
  /** Who somebody is. Errors: none; what is no credential counts as nothing. */
  identify(credentials: Credentials): Visitor;
  /** Names of the house besides those of home networks, in lower case; `*.example.com` stands for all below */
  readonly hosts: readonly string[];
  /**
   * With the password, or with a token, which gives what the token gives. `from`: who asks, such as an IP address; wrong
   * passwords of one slow down nobody else.
   */
  login(password: string, from: string): Promise<Ticket | Denial>;
  /** Makes a ticket worthless. Errors: `EVCC_STORE_FAILED`. */
  logout(ticket: string): Promise<void>;
  /** Sets the password; all tickets but the new one become worthless. While there is none, `current` does not matter. */
  setPassword(current: string, next: string, from: string): Promise<Ticket | Denial>;
  tokens(): readonly TokenInfo[];
  /** Makes a token. It can be read here only: what is kept does not tell it. */
  createToken(name: string, right: TokenInfo['right']): Promise<{ readonly token: string } | Denial>;
  revokeToken(name: string): Promise<Denial | undefined>;
  /** Calls `listener` when what somebody may do may have changed; the returned function ends that. */
  onChange(listener: () => void): () => void;
}

/** `read`: what is published; `full`: changes, too */
export type Right = 'none' | 'read' | 'full';

export interface Visitor {
  /** Everybody may do everything while there is neither password nor token */
  readonly right: Right;
  /** By what they showed; absent: anybody */
  readonly known?: 'login' | 'token';
}

/** How somebody shows who they are. */
export interface Credentials {
  /** What a login gave */
  readonly ticket?: string | undefined;
  /** Of a machine */
  readonly token?: string | undefined;
}

/** Proof of a login. */
export interface Ticket {
  readonly text: string;
  /** ms since the epoch at which it becomes worthless */
  readonly expires: number;
}

/** Why something was not done. */
export interface Denial {
  /** `wrong` password, `unfit` wish, `unknown` name, or too many attempts: `slow` */
  readonly denied: 'wrong' | 'unfit' | 'unknown' | 'slow';
  readonly message: string;
  /** ms until it makes sense to try again; absent: any time */
  readonly retryAfter?: number;
}

/** A token as it may be shown. */
export interface TokenInfo {
  readonly name: string;
  readonly right: 'read' | 'full';
  /** ms since the epoch; absent: it stands in the configuration */
  readonly created?: number;
}

declare module 'evcc' {
  interface Services {
    readonly access: Guard;
  }
}
