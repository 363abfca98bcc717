import type { ChargerDevice, DeviceContext, Phases } from '../../../core/index.ts';
import { Answer } from '../../shared/answer.ts';
import type { HttpClient } from '../../shared/http/client.ts';
import { share } from '../../shared/http/sharing.ts';
import { createPausedCharger } from '../../shared/pause.ts';
import { toState, type ZaptecState } from './protocol.ts';

/** The service wants to know which program asks. */
export const HEADERS = { 'user-agent': 'evcc-node' } as const;

/** ms for which a state is used again */
const KEEP = 10_000;

const RESUME = 507;
/** Code of an error: there is nothing to resume */
const NOTHING_TO_RESUME = 528;

/** @param url of the charger, `…/api/chargers/{id}` */
export function createZaptec(
  http: HttpClient,
  url: string,
  phaseSwitching: boolean,
  context: DeviceContext,
): ChargerDevice {
  const { fail } = context;
  const name = `GET ${url}/state`;
  const states = share(
    async (signal): Promise<ZaptecState> => {
      const answer = await http.json({ url: `${url}/state`, headers: HEADERS }, signal);
      const state = toState(new Answer(answer, name, context));
      return state ?? fail('EVCC_DEVICE_UNAVAILABLE', `${name}: the charger is offline`);
    },
    context,
    { name, keep: KEEP },
  );

  async function post(path: string, body: object | undefined, signal: AbortSignal): Promise<void> {
    const name = `POST ${url}${path}`;
    const request = { url: `${url}${path}`, method: 'POST', headers: HEADERS } as const;
    // What was read before it is out of date, also when the answer to it is lost.
    const { status, text } = await http.answer({ ...request, ...(body && { body }) }, signal).finally(states.forget);
    if (status === 403)
      fail('EVCC_NOT_SUPPORTED', `${name}: refused; is there another load balancing of the installation?`);
    if (status === 401) fail('EVCC_DEVICE_AUTH', `${name}: the credentials were refused with status 401`);
    if (status > 299 && codeIn(text) !== NOTHING_TO_RESUME) {
      fail('EVCC_DEVICE_UNAVAILABLE', `${name}: answered with status ${status}`);
    }
  }

  const charger = createPausedCharger({
    traits: { minCurrent: 6, maxCurrent: 32, currentStep: 0.1 },
    read: async (signal) => {
      const { phases, ...reading } = (await states.get(signal)).reading;
      return { ...reading, ...(phaseSwitching && phases && { phases }) };
    },
    // Paused by 0 A, and not by a command, the next car does not charge by itself.
    write: async (current, signal) => {
      const stopped = current > 0 && (await states.get(signal)).stopped;
      await post('/update', { maxChargeCurrent: current }, signal);
      if (stopped) await post(`/sendCommand/${RESUME}`, undefined, signal);
    },
  });
  return {
    ...charger,
    ...(phaseSwitching && {
      // Takes effect with the next current that is set, which comes after the pause.
      setPhases: (phases: Phases, signal: AbortSignal) => post('/update', { maxChargePhases: phases }, signal),
    }),
  };
}

function codeIn(text: string): unknown {
  try {
    return (JSON.parse(text) as { Code?: unknown } | null)?.Code;
  } catch {
    return undefined;
  }
}
