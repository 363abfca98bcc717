import type { DeviceContext } from '../../../core/index.ts';
import { createChanges } from '../../shared/changes.ts';
import { describeText } from '../../shared/http/client.ts';
import { createTurns } from '../../shared/http/turns.ts';
import type { UdpPool } from '../../shared/udp.ts';

/** One command after the other, each with its answer. */
export interface Conversation {
  /** What errors call the device */
  readonly name: string;
  /** Errors: those of the link, `EVCC_DEVICE_UNAVAILABLE` without an answer, `EVCC_DEVICE_PROTOCOL` for one that is no JSON. */
  report(number: number, signal: AbortSignal): Promise<unknown>;
  /** Errors as those of `report`; `EVCC_DEVICE_PROTOCOL` if it is refused. */
  command(text: string, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/** ms between two commands, and for which an answer is waited for */
const PAUSE = 100;
const PATIENCE = 2_000;

interface Question {
  fits(answer: string): boolean;
  answer?: string;
}

export function createConversation(
  udp: Pick<UdpPool, 'open'>,
  { host, port }: { readonly host: string; readonly port: number },
  context: DeviceContext,
): Conversation {
  const { clock, fail } = context;
  const changes = createChanges(clock);
  const turns = createTurns(PAUSE, clock);
  let question: Question | undefined;
  // Boxes answer to their own port, wherever the question came from.
  const link = udp.open(
    { localPort: port, host, port },
    (data) => {
      const text = data.toString('latin1').trim();
      // They also tell by themselves what changed.
      if (!question?.fits(text)) return;
      question.answer = text;
      changes.notify();
    },
    context,
  );

  async function ask(text: string, fits: (answer: string) => boolean, signal: AbortSignal): Promise<string> {
    const end = await turns.begin(signal);
    const asked: Question = { fits };
    question = asked;
    try {
      await link.send(text, signal);
      const until = clock.now() + PATIENCE;
      while (asked.answer === undefined) {
        const left = until - clock.now();
        if (signal.aborted || left <= 0)
          fail('EVCC_DEVICE_UNAVAILABLE', `${link.name}, ${text}: there was no answer in time`);
        await changes.next(signal, left);
      }
      return asked.answer;
    } finally {
      question = undefined;
      end();
    }
  }

  return {
    get name() {
      return link.name;
    },
    report: async (number, signal) => {
      const text = await ask(`report ${number}`, (answer) => isReport(answer, number), signal);
      try {
        return JSON.parse(text) as unknown;
      } catch {
        return fail(
          'EVCC_DEVICE_PROTOCOL',
          `${link.name}, report ${number}: the answer is not JSON but ${describeText(text)}`,
        );
      }
    },
    command: async (text, signal) => {
      const answer = await ask(text, (answer) => !/^\{/.test(answer), signal);
      if (!answer.startsWith('TCH-OK')) {
        fail('EVCC_DEVICE_PROTOCOL', `${link.name}, ${text}: it answered ${describeText(answer)}`);
      }
    },
    close: () => link.close(),
  };
}

/** What is not JSON at all is the answer too, which it should not be; what was told by itself and late reports are not. */
function isReport(answer: string, number: number): boolean {
  const id = /"ID"\s*:\s*"?(\d+)/.exec(answer)?.[1];
  return id === undefined ? !/^(\{.*\}$|TCH-)/s.test(answer) : Number(id) === number;
}
