import type { DeviceContext } from '../../../core/index.ts';
import { runScript } from '../script.ts';
import type { CustomScript, CustomValue } from './options.ts';

/** What programs need of the device that they belong to. */
export interface ScriptPort extends Pick<DeviceContext, 'clock' | 'fail'> {
  /** Folder in which programs run */
  readonly directory: string;
}

/** s that a program may take */
const TIMEOUT = 5;
/** Bytes that a program may write */
const LARGEST_OUTPUT = 64 * 1024;

/**
 * Runs a program of the configuration and gives what it writes. Errors: `EVCC_DEVICE_UNAVAILABLE` when it cannot be run, ends
 * with another code than 0, takes too long or writes too much; with its name and the last of what it says.
 */
export async function runProgram(
  { command, args = [], shell = false, timeout = TIMEOUT }: CustomScript,
  value: CustomValue | undefined,
  { clock, fail, directory }: ScriptPort,
  signal: AbortSignal,
): Promise<string> {
  const name = nameOf(command);
  const late = new AbortController();
  const cancel = clock.after(timeout * 1_000, () => late.abort());
  const text = String(value);
  const given = value === undefined ? args : args.map((each) => each.replaceAll('{value}', () => text));
  const environment = value === undefined ? {} : { EVCC_VALUE: text };
  const script = { command, args: given, shell, directory, environment, output: LARGEST_OUTPUT };
  try {
    return await runScript(script, AbortSignal.any([signal, late.signal]));
  } catch (error) {
    if (late.signal.aborted) return fail('EVCC_DEVICE_UNAVAILABLE', `${name}: it takes longer than ${timeout} s`);
    if (signal.aborted) return fail('EVCC_DEVICE_UNAVAILABLE', `${name}: there was no answer in time`);
    const why = error instanceof Error ? error.message : String(error);
    return fail('EVCC_DEVICE_UNAVAILABLE', `${name}: ${why}`);
  } finally {
    cancel();
  }
}

/** What errors call it; what follows may be a secret. */
const nameOf = (command: string): string => `script ${command.trim().split(/\s/)[0]}`;
