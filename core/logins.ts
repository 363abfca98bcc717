/** A login at a service that a person has to do for a device, and that is kept until it is given up. */
export interface Login {
  /** Somebody logged in, and it was neither refused nor given up since */
  readonly authenticated: boolean;
  /**
   * Begins a login, or goes on with the one that was begun: what a person has to do; `undefined`: nothing, it is done
   * already. Errors: as those of a reading.
   */
  begin(signal: AbortSignal): Promise<LoginStep | undefined>;
  /** Gives the login up: forgets everything that was handed out for it. */
  end(signal: AbortSignal): Promise<void>;
  /** Calls `listener` when somebody logged in or out; the returned function ends that. */
  onChange(listener: () => void): () => void;
}

/** What a person has to do to log in. */
export interface LoginStep {
  /** Address of the page to log in at */
  readonly url: string;
  /** What has to be entered there; absent: nothing, or the address holds it */
  readonly code?: string;
  /** ms since the epoch until when that is possible; absent: nobody knows */
  readonly until?: number;
}

/** A login as surfaces see it. */
export interface DeviceLogin {
  /** Unique: `vehicles/1` by the place among the vehicles, other devices by their names, such as `chargers/garage` */
  readonly id: string;
  /** Title of the vehicle, or name of the device */
  readonly title: string;
  readonly authenticated: boolean;
  /** As `Login.begin`, with a deadline */
  begin(): Promise<LoginStep | undefined>;
  /** As `Login.end`, with a deadline */
  end(): Promise<void>;
}
