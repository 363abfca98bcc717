import type { CliCommand, CommandContext } from '../../../core/index.ts';
import { type Request, readRequest, USAGE } from './arguments.ts';
import { type DeviceHouse, openHouse } from './house.ts';
import { type AnyDevice, type Step, stepsOf } from './orders.ts';
import { readingLines, row } from './text.ts';

/** Exit codes */
const DONE = 0;
const WRONG_USE = 2;
const FAILED = 3;

/** ms between two attempts to read, until something was said */
const ATTEMPTS = 500;
/** ms after which a device shows what it was told */
const SETTLING = 2_000;
/** ms for which a battery or a limit of the feed-in is tried out */
const TRIAL = 10_000;

/** `evcc device`: reads one configured device, and drives it. */
const device: CliCommand = {
  name: 'device',
  summary: 'reads every value of a configured device, and drives it',
  usage: USAGE,
  async run(args, context) {
    const request = readRequest(args);
    if (typeof request === 'string') {
      context.complain(`${request}\nevcc device --help explains the options.`);
      return WRONG_USE;
    }
    const house = await openHouse(request, context);
    try {
      return (await tryOut(house, request, context)) ? DONE : FAILED;
    } finally {
      await house.close();
    }
  },
};

export default device;

async function tryOut(house: DeviceHouse, request: Request, context: CommandContext): Promise<boolean> {
  const { kind, name, json, orders } = request;
  const { handle, type, inUse, allowed } = house;
  if (!json) context.print(`${kind} ${name} (${type})`);
  const opened = context.clock.now();
  let took = await read(house, context);
  while (took === undefined && context.clock.now() - opened < request.wait && !context.signal.aborted) {
    await pause(ATTEMPTS, context);
    took = await read(house, context);
  }
  if (took === undefined) {
    context.complain(handle.report().reason);
    return false;
  }
  show(house, request, context, took);
  if (request.repeat > 1) await repeat(house, request, context, took);
  if (Object.keys(orders).length === 0) return true;
  if (inUse) {
    context.complain('The house runs: it gives its own orders. Stop it, or use its API.');
    return false;
  }
  const steps = stepsOf(handle.device as AnyDevice, orders, { allowed, fail: context.fail });
  const say = json ? context.complain : context.print;
  await carryOut(house, steps, say);
  await pause(SETTLING, context);
  const again = await read(house, context);
  if (again === undefined) context.complain(handle.report().reason);
  else show(house, request, context, again);
  await takeBack(house, steps, context, say);
  return again !== undefined;
}

/** ms that a reading took; `undefined`: there is none. */
async function read({ handle }: DeviceHouse, { clock }: CommandContext): Promise<number | undefined> {
  const began = clock.now();
  await handle.refresh();
  return handle.report().state === 'available' ? clock.now() - began : undefined;
}

function show({ handle }: DeviceHouse, { kind, json }: Request, context: CommandContext, took: number): void {
  const { clock, time } = context;
  const reading = handle.sample(clock.now())?.value;
  if (json) {
    context.print(JSON.stringify(reading));
    return;
  }
  for (const line of readingLines(kind, reading, time, clock.now())) context.print(line);
  context.print(row('read in', `${took} ms`));
}

async function repeat(house: DeviceHouse, { repeat, json }: Request, context: CommandContext, first: number) {
  const times = [first];
  let failed = 0;
  while (times.length + failed < repeat && !context.signal.aborted) {
    const took = await read(house, context);
    if (took === undefined) failed += 1;
    else times.push(took);
    context.progress(`\r${times.length + failed} of ${repeat} readings `);
  }
  context.progress('\r');
  const sorted = times.toSorted((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)];
  const told = `${times.length} in ${sorted[0]} to ${sorted.at(-1)} ms, median ${middle} ms, ${failed} failed`;
  (json ? context.complain : context.print)(row('readings', told));
}

type Say = (line: string) => void;

async function carryOut(
  { handle }: DeviceHouse,
  steps: readonly Pick<Step, 'text' | 'run'>[],
  say: Say,
): Promise<void> {
  for (const { text, run } of steps) {
    await handle.command(text, (_, signal) => run(signal));
    say(row('told', text));
  }
}

/** What would go on without the house is put back, after a while or as soon as the command is ended. */
async function takeBack(house: DeviceHouse, steps: readonly Step[], context: CommandContext, say: Say): Promise<void> {
  const undone = steps.flatMap(({ undo }) => undo ?? []);
  if (undone.length > 0) await pause(TRIAL - SETTLING, context);
  await carryOut(house, undone, say);
}

/** Ends early with the command. */
async function pause(ms: number, { clock, signal }: CommandContext): Promise<void> {
  await clock.sleep(ms, signal).catch(() => {});
}
