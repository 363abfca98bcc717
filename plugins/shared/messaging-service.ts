/** What the plugin `messaging` offers: a way to try its services out. */
export interface MessagingService {
  /**
   * Sends one message to everybody, in one attempt: that of an event, if it is configured, else a test message. Resolves when
   * all services are through. Errors: `EVCC_COMMAND_INVALID` when there is no message for the event.
   */
  try(event?: string): Promise<readonly MessagingTrial[]>;
}

/** What became of a message at one service. */
export interface MessagingTrial {
  /** As it is named in the log, such as `ntfy` */
  readonly service: string;
  /** Why it was not sent; absent: it was */
  readonly problem?: string;
}

declare module 'evcc' {
  interface Services {
    messaging: MessagingService;
  }
}
