import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** W that each of the cars takes */
const POWER = 11_000;

/** Chargers that live longer than the house: cars charge at full power whatever happens to it. */
export interface Chargers {
  /** Entries of the configuration: the first has no counter, the second has one */
  readonly entries: readonly [object, object];
  close(): void;
}

export async function startChargers(): Promise<Chargers> {
  const began = performance.now();
  const server = createServer((request, response) => {
    request.resume();
    const kwh = (POWER * (performance.now() - began)) / 3_600_000_000;
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify({ status: 'C', enabled: true, power: POWER, energy: kwh }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const value = (path: string): object => ({ source: 'http', url, path });
  const command = { target: 'http', url };
  const entry = {
    type: 'custom',
    status: value('status'),
    enabled: value('enabled'),
    power: value('power'),
    enable: command,
    setMaxCurrent: command,
  };
  return {
    entries: [entry, { ...entry, energy: value('energy') }],
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
