import type { BatteryController, BatteryMode, Closable, DeviceContext } from '../../../core/index.ts';
import { createKeepAlive } from '../keep-alive.ts';
import { createRegisterReader } from './blocks.ts';
import type { ModbusLink } from './pool.ts';
import { type Register, toWords } from './registers.ts';
import { writeRegister } from './write.ts';

/** One command to a device. */
export type Command =
  | {
      /** Where it is written; `multiple`: with function 16 also if it is one word */
      readonly to: Register & { readonly multiple?: boolean };
      /** After scaling; a register: what stands there */
      readonly value: number | Register;
      /** Only when something else stands there, for what is kept in a memory that wears out */
      readonly differing?: boolean;
    }
  /** Words side by side; `differing` as above */
  | { readonly address: number; readonly words: readonly number[]; readonly differing?: boolean };

/** How a battery is told its modes. */
export interface BatteryControl {
  /** Commands of each mode, in order; absent: it cannot be told this one. */
  readonly modes: Readonly<Partial<Record<BatteryMode, readonly Command[]>>> & { readonly normal: readonly Command[] };
  /** ms after which a mode is told again: half the time after which the battery forgets it. Absent: it does not. */
  readonly repeats?: Readonly<Partial<Record<BatteryMode, number>>>;
  /** What ends a mode before another one is told, for what that one would leave in force. Before normal it is not sent. */
  readonly ends?: Readonly<Partial<Record<BatteryMode, readonly Command[]>>>;
  /** What is missing for the modes that are absent, as a part of a sentence */
  readonly needs?: string;
}

/** Sends commands, one after the other. Errors: those of the link, `EVCC_NOT_SUPPORTED` for a value that does not fit. */
export async function send(
  commands: readonly Command[],
  link: ModbusLink,
  context: Pick<DeviceContext, 'fail'>,
  signal: AbortSignal,
): Promise<void> {
  const read = async (register: Register): Promise<number> => {
    const { value } = await createRegisterReader({ value: register }, link, context)(signal);
    return typeof value === 'number'
      ? value
      : context.fail('EVCC_DEVICE_PROTOCOL', `${link.name}, register ${register.address}: there is no value`);
  };
  for (const command of commands) {
    if ('words' in command) {
      const { address, words, differing = false } = command;
      const same = differing && toWords(await link.read('holding', address, words.length, signal));
      if (!same || words.some((word, index) => word !== same[index])) await link.writeRegisters(address, words, signal);
      continue;
    }
    const { to, value, differing = false } = command;
    const wanted = typeof value === 'number' ? value : await read(value);
    if (differing && (await read(to)) === wanted) continue;
    await writeRegister(link, to, wanted, context, signal);
  }
}

/** Tells a battery a mode, and again every `repeats[mode]` ms until it is told another one, or is closed. */
export function repeatModes(
  name: string,
  repeats: Readonly<Partial<Record<BatteryMode, number>>>,
  tell: (mode: BatteryMode, signal: AbortSignal) => Promise<void>,
  context: Pick<DeviceContext, 'clock' | 'log' | 'signal'>,
): BatteryController & Closable {
  let end = (): void => {};
  return {
    setBatteryMode: async (mode, signal) => {
      // When this fails, nobody knows which mode is in force: then the battery may forget the one before.
      end();
      await tell(mode, signal);
      const pause = repeats[mode];
      if (pause === undefined) return;
      let told = true;
      const again = async (until: AbortSignal): Promise<number> => {
        if (!told) await tell(mode, until);
        told = false;
        return pause;
      };
      end = createKeepAlive(name, again, context);
    },
    close: () => end(),
  };
}

/** The modes of a battery that are commands. Errors: those of sending, `EVCC_NOT_SUPPORTED` for a mode that it does not have. */
export function createBatteryModes(
  { modes, repeats = {}, ends = {}, needs }: BatteryControl,
  link: ModbusLink,
  context: Pick<DeviceContext, 'fail' | 'clock' | 'log' | 'signal'>,
): BatteryController & Closable {
  /** What may be in force, even if telling it failed */
  let last: BatteryMode = 'normal';
  const tell = async (mode: BatteryMode, signal: AbortSignal): Promise<void> => {
    if (mode !== last && mode !== 'normal') await send(ends[last] ?? [], link, context, signal);
    last = mode;
    await send(modes[mode] ?? [], link, context, signal);
  };
  const { setBatteryMode, close } = repeatModes(link.name, repeats, tell, context);
  return {
    setBatteryMode: async (mode, signal) => {
      const why = needs ? `: ${needs}` : '';
      if (!modes[mode])
        context.fail('EVCC_NOT_SUPPORTED', `${link.name}: this battery cannot be told mode ${mode}${why}`);
      await setBatteryMode(mode, signal);
    },
    close,
  };
}
