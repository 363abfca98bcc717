import { mkdtempSync, rmSync } from 'node:fs';
import { type IncomingHttpHeaders, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Cli, type Ended } from '../helpers/cli.ts';
import { freePort } from '../helpers/free-port.ts';

/** The configuration of the fixture */
export const CONFIG: string = fileURLToPath(new URL('../../examples/api-fixture/evcc.config.ts', import.meta.url));

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
  readonly text: string;
  /** The parsed body; `undefined`: it is no JSON */
  readonly json: unknown;
}

export interface Ask {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** The process of `examples/api-fixture`, with ports and a database of its own. */
export interface Fixture {
  /** `http://127.0.0.1:<port>` */
  readonly rest: string;
  readonly port: number;
  /** Address of the broker */
  readonly mqtt: string;
  readonly cli: Cli;
  /** A request, its path sent as it is */
  ask(method: string, path: string, options?: Ask): Promise<Answer>;
  /** What stands in `result` of a successful answer */
  result(method: string, path: string, options?: Ask): Promise<unknown>;
  state(): Promise<State>;
  /** Ends it as the terminal does. */
  stop(): Promise<Ended>;
  /** Ends it and starts it again on the same data. */
  restart(): Promise<void>;
}

export interface State extends Readonly<Record<string, unknown>> {
  readonly loadpoints: readonly Readonly<Record<string, unknown>>[];
}

export interface FixtureOptions {
  /** A broker to use instead of the embedded one */
  readonly broker?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Another file of configuration, such as one that changes some of the fixture's */
  readonly config?: string;
}

export async function startFixture({ broker, env = {}, config = CONFIG }: FixtureOptions = {}): Promise<Fixture> {
  const [port, brokerPort] = [await freePort(), await freePort()];
  const directory = mkdtempSync(join(tmpdir(), 'evcc-api-'));
  const start = async (): Promise<Cli> => {
    const cli = new Cli({
      directory,
      args: ['--config', config],
      env: {
        REST_PORT: String(port),
        BROKER_PORT: String(brokerPort),
        DATABASE: join(directory, 'fixture.db'),
        ...(broker !== undefined && { MQTT_BROKER: broker }),
        ...env,
      },
      lasting: true,
    });
    await cli.says('Stop with Ctrl+C');
    return cli;
  };
  const end = async (): Promise<Ended> => {
    cli.signal('SIGTERM');
    return cli.ended();
  };
  const ask: Fixture['ask'] = (method, path, { headers = {}, body } = {}) =>
    new Promise((resolve, reject) => {
      const sent = request({ host: '127.0.0.1', port, method, path, headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const bytes = Buffer.concat(chunks);
          const text = bytes.toString();
          resolve({ status: response.statusCode ?? 0, headers: response.headers, bytes, text, json: parsed(text) });
        });
      });
      sent.on('error', reject);
      sent.end(body);
    });
  const result: Fixture['result'] = async (...request) => {
    const { status, text, json } = await ask(...request);
    if (status !== 200) throw new Error(`${request[0]} ${request[1]}: ${status} ${text}`);
    return (json as { result: unknown }).result;
  };
  let cli = await start();
  return {
    rest: `http://127.0.0.1:${port}`,
    port,
    mqtt: broker ?? `mqtt://127.0.0.1:${brokerPort}`,
    get cli() {
      return cli;
    },
    ask,
    result,
    state: async () => (await result('GET', '/api/state')) as State,
    async stop() {
      const ended = await end();
      rmSync(directory, { recursive: true, force: true });
      return ended;
    },
    async restart() {
      await end();
      cli = await start();
    },
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
