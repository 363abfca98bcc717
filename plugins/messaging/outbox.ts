import type { Clock, Logger } from '../../core/index.ts';
import { type Message, Refused, type Service } from './service.ts';

/** Sends the messages for one service, one after the other, whatever the others do. */
export interface Outbox {
  /** Puts a message into the queue; of a full one the oldest is dropped. */
  put(message: Message): void;
  /** Tries what is left once more, without pauses, until `signal` ends it. Never rejects. */
  close(signal: AbortSignal): Promise<void>;
}

/** ms between two attempts for one message */
const PAUSES: readonly number[] = [5_000, 30_000, 180_000];
/** Messages that wait at most */
const LONGEST_QUEUE = 20;

export function createOutbox(service: Service, clock: Clock, log: Logger): Outbox {
  const queue: Message[] = [];
  const ended = new AbortController();
  const report = createReport(service.name, log);
  let running: Promise<void> | undefined;
  let closing = false;
  let goOn = (): void => {};

  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const cancel = clock.after(ms, resolve);
      goOn = () => {
        cancel();
        resolve();
      };
    });

  const deliver = async (message: Message): Promise<void> => {
    for (let attempt = 0; ; attempt += 1) {
      try {
        await attemptOf(service, message, clock, ended.signal);
        report.sent(message);
        return;
      } catch (error) {
        const wait = service.once || error instanceof Refused || closing ? undefined : PAUSES[attempt];
        report.failed(error, wait === undefined);
        if (wait === undefined) return;
        await pause(wait);
        if (ended.signal.aborted) return;
      }
    }
  };
  const work = async (): Promise<void> => {
    for (let next = queue.shift(); next && !ended.signal.aborted; next = queue.shift()) await deliver(next);
    running = undefined;
  };

  return {
    put(message) {
      if (closing) return;
      queue.push(message);
      if (queue.length > LONGEST_QUEUE) {
        queue.shift();
        report.failed(new Error('too many messages wait for it'), true);
      }
      running ??= work();
    },
    async close(signal) {
      closing = true;
      const abort = (): void => {
        ended.abort();
        goOn();
      };
      if (signal.aborted) abort();
      signal.addEventListener('abort', abort, { once: true });
      goOn();
      await running;
      signal.removeEventListener('abort', abort);
    },
  };
}

/** One attempt within its time; what takes longer is given up, whether it heeds that or not. */
export async function attemptOf(service: Service, message: Message, clock: Clock, ended: AbortSignal): Promise<void> {
  const late = new AbortController();
  const cancel = clock.after(service.timeout, () => late.abort(new Error('it took too long')));
  const signal = AbortSignal.any([late.signal, ended]);
  const given = Promise.withResolvers<never>();
  const giveUp = (): void =>
    given.reject(late.signal.aborted ? late.signal.reason : new Error('the house was stopped before it was sent'));
  if (signal.aborted) giveUp();
  signal.addEventListener('abort', giveUp, { once: true });
  try {
    const sending = service.send(message, signal);
    // What comes after the end is nobody's concern any more.
    sending.catch(() => {});
    await Promise.race([given.promise, sending]);
  } finally {
    cancel();
    signal.removeEventListener('abort', giveUp);
    given.promise.catch(() => {});
  }
}

interface Report {
  sent(message: Message): void;
  /** `lost`: the message will not be sent. */
  failed(error: unknown, lost: boolean): void;
}

/** Says the first failure and the recovery, nothing in between. */
function createReport(name: string, log: Logger): Report {
  let failing = false;
  let lost = 0;
  return {
    sent({ title, text }) {
      if (failing) log.info(`${name} takes messages again${lost > 0 ? `; ${lost} were not sent` : ''}`);
      failing = false;
      lost = 0;
      log.debug(`${name}: sent "${title || text}"`);
    },
    failed(error, isLost) {
      if (isLost) lost += 1;
      const why = `${name} does not take messages: ${error instanceof Error ? error.message : String(error)}`;
      if (failing) log.debug(why);
      else log.warn(isLost ? why : `${why}; trying again`);
      failing = true;
    },
  };
}
