import { runScript } from '../../shared/script.ts';
import type { ScriptOptions } from '../options.ts';
import type { Message, Service, ServiceContext } from '../service.ts';

/**
 * A program that gets title and message as its last arguments, and as `EVCC_TITLE` and `EVCC_MESSAGE`. It is killed with all
 * that it started when it takes too long.
 */
export function createScript(options: ScriptOptions, context: ServiceContext): Service[] {
  const { command, args = [], shell = false, timeout = 30 } = options;
  const send: Service['send'] = async (message, signal) => {
    const { title, text } = message;
    const { directory } = context;
    // As parameters, nothing in a message is ever read as a command.
    const script = { command, args: [...args, title, text], shell, directory, environment: environment(message) };
    await runScript(script, signal);
  };
  return [{ name: context.name, timeout: timeout * 1_000, once: true, send }];
}

function environment({ event, title, text, values }: Message): Record<string, string> {
  const loadpoint = values.get('loadpoint')?.value;
  return {
    EVCC_EVENT: event,
    EVCC_TITLE: title.replaceAll('\0', ''),
    EVCC_MESSAGE: text.replaceAll('\0', ''),
    EVCC_LOADPOINT: loadpoint === undefined ? '' : String(loadpoint),
  };
}
