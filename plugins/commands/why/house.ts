import type { CommandContext, DecisionRecord } from '../../../core/index.ts';
import { type Address, ask, field, TOKEN } from '../../shared/own-house.ts';

/** A decision as REST tells it: times are RFC 3339 texts. */
export type Told = Omit<DecisionRecord, 'at' | 'timers'> & { readonly at: string };

/** The running house, as its REST interface shows it. Errors: `EVCC_DEVICE_UNAVAILABLE` with what to do. */
export interface House {
  /** `undefined`: there is no such loadpoint */
  decision(id: number): Promise<Told | undefined>;
  /** Newest first */
  changes(id: number, limit: number): Promise<readonly Told[]>;
}

/** ms that an answer may take */
const DEADLINE = 10_000;
export function houseAt(address: Address, context: CommandContext): House {
  const base = address.url.replace(/\/+$/, '');
  const { fail } = context;

  /** What the house answers; `undefined`: there is none. */
  const answerTo = async <T>(path: string, fits: (answer: unknown) => answer is T): Promise<T | undefined> => {
    const { status, text } = await ask(address, path, DEADLINE, context).catch(({ message }: Error) =>
      fail('EVCC_DEVICE_UNAVAILABLE', `${message} at ${base}: is it running? --url names another address`),
    );
    const body = parsed(text);
    const error = field(body, 'error');
    // One dialect has an envelope around its answers, the other has not.
    const answer = field(body, 'result') ?? body;
    if (status === 401) {
      fail('EVCC_DEVICE_UNAVAILABLE', `the house at ${base} asks for a token: name one in the environment as ${TOKEN}`);
    }
    if (status === 200 && fits(answer)) return answer;
    if (status === 404 && error !== undefined) return undefined;
    return fail(
      'EVCC_DEVICE_UNAVAILABLE',
      typeof error === 'string'
        ? `the house at ${base} refuses to answer (status ${status}): ${error}`
        : `what answers at ${base} (status ${status}) is no house that can explain itself`,
    );
  };

  return {
    decision: (id) => answerTo(`/api/loadpoints/${id}/decision`, isTold),
    changes: async (id, limit) => (await answerTo(`/api/loadpoints/${id}/decisions?limit=${limit}`, areTold)) ?? [],
  };
}

const isTold = (answer: unknown): answer is Told =>
  typeof field(field(answer, 'binding'), 'text') === 'string' && field(answer, 'inputs') !== undefined;

const areTold = (answer: unknown): answer is readonly Told[] => Array.isArray(answer) && answer.every(isTold);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
