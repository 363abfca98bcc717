import { connect } from 'node:net';
import { parseArgs } from 'node:util';
import WebSocket from 'ws';

/** What a client does to the house, in a process of its own, so that it takes no time of the house. */

/** Requests as fast as they are answered, or at a rate; its output is what `surfaces.ts` reads. */
export interface LoadResult {
  readonly perSecond: number;
  /** ms */
  readonly p99: number;
  readonly failed: number;
}

if (import.meta.main) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      port: { type: 'string', default: '' },
      connections: { type: 'string', default: '1' },
      seconds: { type: 'string', default: '1' },
      rate: { type: 'string' },
      path: { type: 'string', multiple: true, default: ['/api/state'] },
    },
  });
  const port = Number(values.port);
  const connections = Number(values.connections);
  const result =
    positionals[0] === 'live'
      ? await changes(port, connections)
      : await requests(port, connections, Number(values.seconds), values.path, Number(values.rate ?? Infinity));
  process.stdout.write(JSON.stringify(result));
  process.exit(0);
}

async function requests(
  port: number,
  connections: number,
  seconds: number,
  paths: readonly string[],
  rate: number,
): Promise<LoadResult> {
  const texts = paths.map((path) => {
    const [target = '', method = 'GET'] = path.split(' ').reverse();
    return `${method} ${target} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`;
  });
  const latencies: number[] = [];
  let failed = 0;
  let sent = 0;
  const started = performance.now();
  const end = started + seconds * 1_000;
  const one = async (): Promise<void> => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    let answered = (_: boolean): void => {};
    let missing = 0;
    socket.on('data', (chunk: Buffer) => {
      if (missing > 0) missing -= chunk.length;
      else {
        const head = chunk.indexOf('\r\n\r\n');
        const length = Number(/content-length: (\d+)/i.exec(chunk.toString('latin1', 0, head))?.[1] ?? 0);
        missing = head + 4 + length - chunk.length;
        failed += chunk.toString('latin1', 9, 10) === '5' ? 1 : 0;
      }
      if (missing <= 0) answered(true);
    });
    socket.on('error', () => answered(false));
    socket.on('close', () => answered(false));
    while (performance.now() < end) {
      const due = started + (sent / rate) * 1_000;
      const ahead = due - performance.now();
      if (ahead > 1) {
        await new Promise((resolve) => setTimeout(resolve, ahead));
        continue;
      }
      const begun = performance.now();
      socket.write(texts[sent % texts.length] ?? '');
      sent += 1;
      const good = await new Promise<boolean>((resolve) => {
        answered = resolve;
      });
      if (!good) {
        failed += 1;
        break;
      }
      latencies.push(performance.now() - begun);
    }
    socket.destroy();
  };
  await Promise.all(Array.from({ length: connections }, one));
  latencies.sort((a, b) => a - b);
  return {
    perSecond: (latencies.length / (performance.now() - started)) * 1_000,
    p99: latencies[Math.floor(latencies.length * 0.99)] ?? Number.NaN,
    failed,
  };
}

/** ms until the last of many WebSocket clients has heard of a change, for each of some changes. */
async function changes(port: number, clients: number): Promise<number[]> {
  let heard = (): void => {};
  const sockets = await Promise.all(
    Array.from({ length: clients }, async () => {
      const socket = new WebSocket(`ws://127.0.0.1:${port}/ws`);
      await new Promise((resolve) => socket.once('message', resolve));
      socket.on('message', (data: Buffer) => {
        if (data.includes('residualPower')) heard();
      });
      return socket;
    }),
  );
  const times: number[] = [];
  for (let change = 1; change <= 21; change += 1) {
    let left = clients;
    const all = new Promise<void>((resolve) => {
      heard = () => {
        left -= 1;
        if (left === 0) resolve();
      };
    });
    const begun = performance.now();
    const response = await fetch(`http://127.0.0.1:${port}/api/residualpower/${change}`, { method: 'POST' });
    if (!response.ok) throw new Error(await response.text());
    await all;
    times.push(performance.now() - begun);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  for (const socket of sockets) socket.terminate();
  return times;
}
