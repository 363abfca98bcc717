import type { Evcc, Plugin } from '../../core/index.ts';
import { EXCEPTION, exceptionOf, type ModbusPassage, problemOf, WRITING, writtenOf } from '../shared/modbus/passage.ts';
import type {} from '../shared/modbus/service.ts';
import { lineOf, type ModbusProxyOptions, schema } from './options.ts';
import { type ProxyServer, startProxy } from './server.ts';

export type { ModbusProxyOptions } from './options.ts';

declare module 'evcc' {
  interface PluginSections {
    modbusproxy: ModbusProxyOptions[];
  }
}

/** Lets other programs use Modbus lines of the house, whose devices often take one client only. */
const modbusProxy: Plugin<ModbusProxyOptions[]> = {
  name: 'modbusproxy',
  section: { key: 'modbusproxy', schema },
  apply(evcc: Evcc, entries: ModbusProxyOptions[]) {
    const servers: ProxyServer[] = [];
    const passages: (ModbusPassage | undefined)[] = [];
    const lines = entries.map((entry, index) => {
      const line = lineOf(entry);
      if ('problem' in line) return evcc.fail('EVCC_CONFIG_INVALID', `modbusproxy[${index}]: ${line.problem}`);
      if (entry.port > 0) evcc.claim(`TCP port ${entry.port}`);
      return line;
    });
    const closeAll = async (): Promise<void> => {
      await Promise.all(servers.splice(0).map((server) => server.close()));
      await Promise.all(passages.splice(0).map((passage) => passage?.close()));
    };

    evcc.services.use('modbus', (pool) => {
      for (const [index, line] of lines.entries()) passages[index] = pool.pass(line, evcc);
      return () => void passages.splice(0);
    });
    evcc.hooks.setup.tapPromise('modbusproxy', async () => {
      for (const [index, entry] of entries.entries()) {
        const { port, host = '0.0.0.0', readonly = 'deny' } = entry;
        const answer = async (unit: number, request: Buffer, signal: AbortSignal): Promise<Buffer> =>
          refusal(request, readonly) ??
          (await passages[index]?.ask(unit, request, signal)) ??
          exceptionOf(request, EXCEPTION.silence);
        try {
          const server = await startProxy({ host, port, clock: evcc.clock, answer });
          servers.push(server);
          evcc.announce(`Modbus proxy: ${host}:${server.port} for ${passages[index]?.name ?? 'no line'}`);
        } catch (error) {
          await closeAll();
          evcc.fail('EVCC_PLUGIN_FAILED', `the Modbus proxy cannot listen on ${host}:${port}: ${explain(error)}`, {
            cause: error,
          });
        }
      }
    });
    evcc.hooks.stop.tapPromise('modbusproxy', closeAll);
    return closeAll;
  },
};

/** What a command is answered that is not handed on; `undefined`: it is none, or is. */
function refusal(request: Buffer, readonly: true | false | 'deny'): Buffer | undefined {
  if (readonly === false || !WRITING.has(request[0] ?? 0)) return undefined;
  if (readonly === 'deny') return exceptionOf(request, EXCEPTION.function);
  const problem = problemOf(request);
  return problem === undefined ? writtenOf(request) : exceptionOf(request, problem);
}

function explain(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return REASONS[code ?? ''] ?? message;
}

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program uses this port; choose another one',
  EACCES: 'not permitted; ports below 1024 need special rights',
  EADDRNOTAVAIL: 'this machine has no such address; set host',
  ENOTFOUND: 'this machine has no such address; set host',
};

export default modbusProxy;
