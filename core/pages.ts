/** What a plugin shows over HTTP beside the API: a web page and its files, figures for a monitoring system. Read only. */
export interface Page {
  /** `/metrics`; one that ends with a slash stands for everything below it, too. The longest that fits answers. */
  readonly path: string;
  readonly description: string;
  /** Whoever reaches the server may read it, also where a login is asked for; absent: only who may read the state */
  readonly open?: boolean;
  /** Answers GET and HEAD; `undefined`: there is nothing at this path. */
  answer(request: PageRequest): PageAnswer | undefined | Promise<PageAnswer | undefined>;
}

export interface PageRequest {
  /** From `/` on, without query */
  readonly path: string;
  readonly query: URLSearchParams;
  /** By name in lower case */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

export interface PageAnswer {
  /** Absent: 200; 304 where the client has what `etag` names */
  readonly status?: number;
  /** They go before those of the server */
  readonly headers: Readonly<Record<string, string>>;
  /** Absent: none */
  readonly body?: string | Uint8Array;
}

/** What plugins show. */
export interface PagesPort {
  /** Adds a page; it disappears with the plugin. */
  define(page: Page): void;
  /** Those in force */
  all(): readonly Page[];
}
