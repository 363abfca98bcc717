import type { EventEmitter } from 'node:events';
import type { Bonjour } from 'bonjour-service';
import type { Clock, Logger } from '../../core/index.ts';

/** What is announced. */
export interface Announced {
  readonly name: string;
  readonly secure: boolean;
  readonly port: number;
  readonly host: string;
  readonly txt: Readonly<Record<string, string>>;
}

/** ms in which others answer who already has the name */
const PROBE = 1_000;
/** Names that are tried: `evcc`, `evcc-2`, `evcc-3` … */
const MOST_NAMES = 20;

export interface Announcement {
  /** Says goodbye, so that apps forget it at once, and closes the socket. */
  end(): Promise<void>;
}

/**
 * Announces a service (RFC 6762, 6763) under the first of its names that nobody has. Whatever the network does is said in the
 * log and disturbs nobody.
 */
export function announce(
  responder: Bonjour,
  { name, secure, port, host, txt }: Announced,
  clock: Clock,
  log: Logger,
): Announcement {
  const type = secure ? 'https' : 'http';
  let said = false;
  const failed = (error: unknown): void => {
    if (said) return;
    said = true;
    log.warn(`cannot announce the house in the network: ${error instanceof Error ? error.message : String(error)}`);
  };
  // The library leaves errors of its socket to the process, which they would end.
  const { mdns } = (responder as unknown as { readonly server: { readonly mdns: EventEmitter } }).server;
  mdns.on('error', failed);

  const taken = new Set<string>();
  const browser = responder.find({ type }, (service) => void taken.add(service.name.toLowerCase()));
  const decide = (): void => {
    browser.stop();
    const names = Array.from({ length: MOST_NAMES }, (_, index) => (index === 0 ? name : `${name}-${index + 1}`));
    const free = names.find((each) => !taken.has(each.toLowerCase())) ?? name;
    if (free !== name) log.info(`${name} is the name of another house in the network; this one is ${free}`);
    responder.publish({ name: free, type, port, host, txt: { ...txt }, probe: false });
  };
  // Where the process was busy, what others answered meanwhile is read first.
  let cancel = clock.after(PROBE, () => {
    cancel = clock.after(0, decide);
  });

  return {
    end() {
      cancel();
      browser.stop();
      return new Promise((resolve) => {
        responder.unpublishAll(() => responder.destroy(() => resolve()));
      });
    },
  };
}
