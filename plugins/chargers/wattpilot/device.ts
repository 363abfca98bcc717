import type { ChargerDevice, DeviceContext } from '../../../core/index.ts';
import { Answer } from '../../shared/answer.ts';
import { GOE_FORCE, GOE_PHASES, toGoeReading } from '../../shared/go-e.ts';
import { openWebSocket } from '../../shared/websocket.ts';
import { answerTo, newToken, toCommand } from './protocol.ts';

/** What it said on the present connection. */
interface Session {
  serial: string;
  secured: boolean;
  key: string | undefined;
  /** Properties by their go-e names; complete after the last part of the first status */
  readonly status: Record<string, unknown>;
  complete: boolean;
  /** Answers to commands that nobody took yet, by request: what is wrong with it, or an empty text */
  readonly answers: Map<number, string>;
}

/** Fields of messages that are taken as they are */
interface Message {
  readonly status: object;
  readonly requestId: unknown;
  readonly message: unknown;
}

const newSession = (): Session => ({
  serial: '',
  secured: false,
  key: undefined,
  status: {},
  complete: false,
  answers: new Map(),
});

/** `keyOf` makes the key of a serial number and may keep it. */
export function createWattpilot(
  host: string,
  keyOf: (serial: string) => Promise<string>,
  context: DeviceContext,
): ChargerDevice {
  let session = newSession();
  let requests = 0;
  /** Properties that it was told and did not answer: it may still be about to change them. */
  const doubtful = new Set<string>();

  const link = openWebSocket(
    { url: `ws://${host}/ws` },
    {
      message: (text) => {
        const message: unknown = JSON.parse(text);
        take(new Answer(message, link.name, context), message as Partial<Message>);
      },
      lost: () => {
        session = newSession();
      },
    },
    context,
  );

  function take(message: Answer, raw: Partial<Message>): void {
    switch (message.at('type').text()) {
      case 'hello':
        session.serial = message.at('serial').text();
        session.secured = !message.at('secured').absent && message.at('secured').flag();
        break;
      case 'authRequired':
        if (!message.at('hash').absent && message.at('hash').text() !== 'pbkdf2') {
          const text = `it hashes passwords with ${message.at('hash').text()}, which is not known here`;
          link.drop({ code: 'EVCC_NOT_SUPPORTED', text });
        } else void authenticate(session, message.at('token1').text(), message.at('token2').text());
        break;
      case 'authError':
        link.drop({ code: 'EVCC_DEVICE_AUTH', text: 'the password was refused' });
        break;
      case 'fullStatus':
        Object.assign(session.status, raw.status);
        session.complete = !message.at('partial').flag();
        break;
      case 'deltaStatus':
        Object.assign(session.status, raw.status);
        break;
      case 'response':
        Object.assign(session.status, raw.status);
        // The number comes back with what was put behind it when it was signed.
        session.answers.set(
          Number.parseInt(String(raw.requestId), 10),
          message.at('success').flag() ? '' : String(raw.message ?? 'it does not say why'),
        );
        break;
      default:
    }
  }

  async function authenticate(present: Session, token1: string, token2: string): Promise<void> {
    const key = await keyOf(present.serial);
    // Meanwhile this connection may have been lost, and another one begun.
    if (present !== session) return;
    const token3 = newToken();
    session.key = key;
    link.send(JSON.stringify({ type: 'auth', token3, hash: answerTo(key, token1, token2, token3) }));
  }

  /** The properties, once they are there. */
  const properties = (signal: AbortSignal): Promise<Session['status']> =>
    link.wait(() => (session.complete ? session.status : undefined), 'status', signal);

  async function set(name: string, value: number, signal: AbortSignal): Promise<void> {
    if ((await properties(signal))[name] === value && !doubtful.has(name)) return;
    requests += 1;
    const request = requests;
    doubtful.add(name);
    link.send(toCommand(request, name, value, session.secured ? session.key : undefined));
    const problem = await link.wait(() => session.answers.get(request), `answer to ${name}`, signal);
    session.answers.delete(request);
    doubtful.delete(name);
    if (problem !== '') {
      context.fail('EVCC_DEVICE_PROTOCOL', `${link.name}: ${name} was not set to ${value}: ${problem}`);
    }
    session.status[name] = value;
  }

  return {
    traits: { minCurrent: 6, maxCurrent: 32 },
    read: async (signal) => toGoeReading(new Answer(await properties(signal), link.name, context)),
    enable: (enabled, signal) => set('frc', enabled ? GOE_FORCE.on : GOE_FORCE.off, signal),
    setMaxCurrent: (current, signal) => set('amp', current, signal),
    setPhases: (phases, signal) => set('psm', GOE_PHASES[phases], signal),
    close: () => link.close(),
  };
}
