import { once } from 'node:events';
import modbus from 'modbus-serial';
import { systemClock } from '../../core/clock.ts';
import { createLoader } from '../../core/loading/loader.ts';
import { silentLogger } from '../../core/log.ts';
import { createRuntime } from '../../core/runtime/runtime.ts';
import { createMemoryStore } from '../../core/store.ts';
import { freePort } from '../helpers/free-port.ts';
import { type Figure, figure, median } from './report.ts';

const LINES = 10;
const UNITS = 10;
const CYCLES = 15;

/** Time of a cycle that reads 100 Modbus TCP meters on 10 connections. */
export async function modbusFigures(): Promise<Figure[]> {
  const servers = await Promise.all(Array.from({ length: LINES }, startServer));
  const meters = servers.flatMap(({ port }, line) =>
    Array.from({ length: UNITS }, (_, unit): [string, object] => [
      `m${line}x${unit}`,
      { type: 'eastron-sdm', host: '127.0.0.1', port, id: unit + 1 },
    ]),
  );
  const [grid = '', ...others] = meters.map(([name]) => name);
  const runtime = await createRuntime({
    config: {
      rest: false,
      meters: Object.fromEntries(meters),
      site: { meters: { grid, aux: others } },
    },
    directory: import.meta.dirname,
    loader: createLoader({ directory: import.meta.dirname }),
    clock: systemClock,
    log: silentLogger,
    version: 'bench',
    store: createMemoryStore(),
  });
  await runtime.prepare();
  await runtime.cycle();
  const before = servers.reduce((sum, { asked }) => sum + asked(), 0);
  const times: number[] = [];
  for (let cycle = 0; cycle < CYCLES; cycle += 1) {
    const started = performance.now();
    await runtime.cycle();
    times.push(performance.now() - started);
  }
  const reads = servers.reduce((sum, { asked }) => sum + asked(), 0) - before;
  const open = servers.reduce((sum, { connections }) => sum + connections(), 0);
  await runtime.stop();
  for (const { close } of servers) await close();
  return [
    figure('cycle that reads 100 Modbus TCP devices, median', median(times) / 1_000, 's', 1, 'lower'),
    figure('readings of Modbus devices that such a cycle lacks', LINES * UNITS - reads / CYCLES, '', 0.5, 'lower'),
    figure('connections for 100 Modbus TCP devices', open, '', LINES + 0.5, 'lower'),
  ];
}

interface BenchServer {
  readonly port: number;
  /** Requests so far */
  asked(): number;
  connections(): number;
  close(): Promise<void>;
}

/** Registers that all say 0. */
async function startServer(): Promise<BenchServer> {
  let requests = 0;
  const port = await freePort();
  const server = new modbus.ServerTCP(
    {
      getMultipleInputRegisters: (_address: number, length: number) => {
        requests += 1;
        return Array.from({ length }, () => 0);
      },
    },
    { host: '127.0.0.1', port, unitID: 255 },
  );
  await once(server as unknown as NodeJS.EventEmitter, 'initialized');
  return {
    port,
    asked: () => requests,
    connections: () => server.socks.size,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
