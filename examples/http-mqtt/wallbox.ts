import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { House } from './house.ts';

/** The wallbox's HTTP interface, as a manufacturer might have made it: milliampere, words, contacts, a password. */

/** User and password of the wallbox */
export const LOGIN = { user: 'admin', password: 'sunshine' } as const;

export interface Wallbox {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  close(): Promise<void>;
}

export async function startWallbox(house: House, port: number): Promise<Wallbox> {
  const expected = `Basic ${Buffer.from(`${LOGIN.user}:${LOGIN.password}`).toString('base64')}`;
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const answer = (status: number, body: object) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(body)}\n`);
    };
    if (request.headers.authorization !== expected) return answer(401, { error: 'who are you?' });
    if (request.method === 'GET' && request.url === '/api/status') return answer(200, status(house));
    if (request.method !== 'POST') return answer(404, { error: 'not found' });
    const problem = obey(house, request.url ?? '', await bodyOf(request));
    return problem === undefined ? answer(200, { ok: true }) : answer(400, { error: problem });
  };
  const server = createServer((request, response) => void serve(request, response).catch(() => response.destroy()));
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

function status({ box, surroundings, charging, current, chargePower, energy, soc }: House): object {
  return {
    plug: surroundings.connected ? 1 : 0,
    charging: charging ? 1 : 0,
    output: box.enabled ? 'on' : 'off',
    limit: { milliamps: Math.round(box.current * 1_000) },
    phases: box.phases,
    meter: {
      watts: Math.round(chargePower),
      amps: [1, 2, 3].map((phase) => (phase <= box.phases ? current : 0)),
      wh: Math.round(energy.charged),
    },
    // The car tells the wallbox its soc while it is plugged in.
    car: { soc: surroundings.connected ? Math.round(soc) : null },
  };
}

/** Carries out a command; answers why not. */
function obey(house: House, path: string, body: Readonly<Record<string, unknown>>): string | undefined {
  const { output, milliamps, phases, connected } = body;
  if (path === '/api/output' && (output === 'on' || output === 'off')) house.box.enabled = output === 'on';
  else if (path === '/api/current' && typeof milliamps === 'number' && milliamps >= 6_000 && milliamps <= 16_000) {
    house.box.current = milliamps / 1_000;
  } else if (path === '/api/phases' && (phases === 1 || phases === 3)) house.box.phases = phases;
  // Not of the wallbox: the plug of the car in your hand.
  else if (path === '/api/plug' && typeof connected === 'boolean') house.surroundings.connected = connected;
  else return 'not understood';
  return undefined;
}

async function bodyOf(request: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  try {
    return JSON.parse(text) as Readonly<Record<string, unknown>>;
  } catch {
    return {};
  }
}
