import type { CommandContext, DecisionRecord } from '../../../core/index.ts';

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
/** Port that a house has unless its configuration says otherwise */
const USUAL_PORT = 7070;

export function houseAt(url: string, context: CommandContext): House {
  const base = url.replace(/\/+$/, '');
  const { fail } = context;

  const ask = async (path: string): Promise<{ readonly status: number; readonly text: string }> => {
    const late = new AbortController();
    const end = context.clock.after(DEADLINE, () => late.abort());
    try {
      const response = await fetch(base + path, { signal: AbortSignal.any([late.signal, context.signal]) });
      return { status: response.status, text: await response.text() };
    } catch {
      const why = late.signal.aborted ? 'nothing answers in time' : 'no house answers';
      return fail('EVCC_DEVICE_UNAVAILABLE', `${why} at ${base}: is it running? --url names another address`);
    } finally {
      end();
    }
  };
  const resultOf = async (path: string): Promise<unknown> => {
    const { status, text } = await ask(path);
    const result = resultIn(text);
    if (status === 200 && result !== undefined) return result;
    if (status === 404 && errorIn(text) !== undefined) return undefined;
    const said = errorIn(text);
    return fail(
      'EVCC_DEVICE_UNAVAILABLE',
      said === undefined
        ? `what answers at ${base} (status ${status}) is no house that can explain itself`
        : `the house at ${base} refuses to answer (status ${status}): ${said}`,
    );
  };

  return {
    async decision(id) {
      return (await resultOf(`/api/loadpoints/${id}/decision`)) as Told | undefined;
    },
    async changes(id, limit) {
      const changes = await resultOf(`/api/loadpoints/${id}/decisions?limit=${limit}`);
      return Array.isArray(changes) ? (changes as readonly Told[]) : [];
    },
  };
}

/** The address of the house that the configuration describes, on this machine. Errors: `EVCC_CONFIG_INVALID`. */
export async function addressOf(context: CommandContext): Promise<string> {
  const { config, file } = await context.loadConfig();
  const rest = field(config, 'rest');
  if (rest === false) {
    context.fail('EVCC_CONFIG_INVALID', `${file} switches REST off (rest: false), so that the house cannot be asked`);
  }
  const port = resolved(field(rest, 'port'), context) ?? USUAL_PORT;
  if (Number(port) === 0) {
    context.fail(
      'EVCC_CONFIG_INVALID',
      `${file} leaves the port of REST open (port: 0): --url has to name the address`,
    );
  }
  const host = String(resolved(field(rest, 'host'), context) ?? '127.0.0.1');
  // Addresses that mean every one of this machine.
  const reachable = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${String(port)}`;
}

const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined;

/** A value of the configuration, which may stand in the environment. */
function resolved(value: unknown, { env }: CommandContext): unknown {
  const name = field(value, 'env');
  return typeof name === 'string' ? env[name] : value;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const resultIn = (text: string): unknown => field(parsed(text), 'result');

function errorIn(text: string): string | undefined {
  const error = field(parsed(text), 'error');
  return typeof error === 'string' ? error : undefined;
}
