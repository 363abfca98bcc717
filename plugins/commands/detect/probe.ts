import { connect } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import type { CommandContext } from '../../../core/index.ts';
import { createHttp } from '../../shared/http/client.ts';
import { createModbusPool } from '../../shared/modbus/pool.ts';
import { type Fields, HTTP_SIGNATURES, type Match, MODBUS_SIGNATURES } from './signatures.ts';

/** Asks a host who it is. */

export interface Found extends Match {
  readonly host: string;
  /** Absent: the usual one of the type */
  readonly port?: number;
}

/** ms */
const CONNECTING = 700;
const ANSWERING = 3_000;
/** Hosts that are asked at the same time */
const TOGETHER = 64;

/** Where devices listen; tests look elsewhere. */
export interface Ports {
  /** The port at which a usual one is looked for */
  at(usual: number): number;
}

export const USUAL: Ports = { at: (usual) => usual };

/** Looks at all hosts, and calls `found` as soon as one is recognized. Never rejects; ends early with the command. */
export async function detect(
  hosts: readonly string[],
  context: CommandContext,
  ports: Ports,
  found: (device: Found) => void,
): Promise<void> {
  const waiting = [...hosts];
  let done = 0;
  const work = async (): Promise<void> => {
    for (let host = waiting.shift(); host !== undefined && !context.signal.aborted; host = waiting.shift()) {
      for (const device of await ask(host, context, ports)) found(device);
      done += 1;
      context.progress(`\r${done} of ${hosts.length} addresses `);
    }
  };
  await Promise.all(Array.from({ length: Math.min(TOGETHER, hosts.length) }, work));
  context.progress('\r');
}

async function ask(host: string, context: CommandContext, ports: Ports): Promise<readonly Found[]> {
  const usual = [...new Set([...HTTP_SIGNATURES, ...MODBUS_SIGNATURES].map(({ port }) => port))];
  const open = await Promise.all(usual.map((port) => isOpen(host, ports.at(port), context.signal)));
  const listening = usual.filter((_, index) => open[index]);
  const found: Found[] = [];
  for (const port of listening) {
    const match = (await askHttp(host, port, context, ports)) ?? (await askModbus(host, port, context, ports));
    const elsewhere = ports.at(port) === port ? {} : { port: ports.at(port) };
    if (match) found.push({ ...match, host, ...elsewhere });
  }
  return found;
}

function isOpen(host: string, port: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve(false);
    const socket = connect({ host, port, timeout: CONNECTING });
    const end = (open: boolean) => () => {
      socket.destroy();
      resolve(open);
    };
    // Where the machine was busy for so long, the answer may be there already.
    const late = (): void => void setImmediate().then(end(false));
    socket.once('connect', end(true)).once('timeout', late).once('error', end(false));
  });
}

async function askHttp(host: string, port: number, context: CommandContext, ports: Ports): Promise<Match | undefined> {
  const http = createHttp(context);
  try {
    for (const { tls, path, recognize } of HTTP_SIGNATURES.filter((signature) => signature.port === port)) {
      const url = `${tls ? 'https' : 'http'}://${host}:${ports.at(port)}${path}`;
      const signal = AbortSignal.any([AbortSignal.timeout(ANSWERING), context.signal]);
      const answer = await http.answer({ url, insecure: true }, signal).catch(() => undefined);
      if (context.signal.aborted) return undefined;
      const match = answer && recognize({ ...answer, json: jsonOf(answer.text) });
      if (match) return match;
    }
    return undefined;
  } finally {
    http.close();
  }
}

async function askModbus(
  host: string,
  port: number,
  context: CommandContext,
  ports: Ports,
): Promise<Match | undefined> {
  const pool = createModbusPool(context);
  try {
    for (const { unit, table, address, count, recognize } of MODBUS_SIGNATURES.filter((each) => each.port === port)) {
      const link = pool.open({ host, port: ports.at(port), id: unit, answerTimeout: 1 }, context);
      const signal = AbortSignal.any([AbortSignal.timeout(ANSWERING), context.signal]);
      const registers = await link.read(table, address, count, signal).catch(() => undefined);
      await link.close();
      if (context.signal.aborted) return undefined;
      const match = registers && recognize(registers);
      if (match) return unit === 1 ? match : { ...match, options: { ...match.options, id: unit } };
    }
    return undefined;
  } finally {
    await pool.close();
  }
}

function jsonOf(text: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Fields) : undefined;
  } catch {
    return undefined;
  }
}
