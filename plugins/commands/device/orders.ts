import type { ChargerDevice, ChargerTraits, CommandContext, MeterDevice, VehicleDevice } from '../../../core/index.ts';
import type { Orders } from './arguments.ts';

/** Something that a device is told; `undo`: what puts it back. */
export interface Step {
  /** For people, e.g. `8 A` */
  readonly text: string;
  readonly run: (signal: AbortSignal) => Promise<void>;
  readonly undo?: { readonly text: string; readonly run: (signal: AbortSignal) => Promise<void> };
}

export type AnyDevice = Partial<ChargerDevice & MeterDevice & Pick<VehicleDevice, 'wakeUp'>>;

/**
 * What is to be done, in the order in which a charger needs it: switched off first, and on last. Errors: `EVCC_COMMAND_INVALID`
 * for what the device cannot do, and for a current beyond its limits or `allowed`.
 */
export function stepsOf(
  device: AnyDevice,
  orders: Orders,
  { allowed, fail }: { readonly allowed: number } & Pick<CommandContext, 'fail'>,
): readonly Step[] {
  const refuse = (what: string): never => fail('EVCC_COMMAND_INVALID', what);
  const ability = <K extends keyof AnyDevice>(name: K, what: string): NonNullable<AnyDevice[K]> =>
    device[name] ?? refuse(`the device cannot ${what}`);
  const steps: Step[] = [];
  const { current, enabled, phases, wake, batteryMode, dimmed, feedIn } = orders;
  const enable = (on: boolean): Step => {
    const method = ability('enable', 'be enabled');
    return { text: on ? 'enabled' : 'disabled', run: (signal) => method.call(device, on, signal) };
  };
  if (enabled === false) steps.push(enable(false));
  if (phases !== undefined) {
    const method = ability('setPhases', 'switch its phases');
    steps.push({ text: `${phases} phases`, run: (signal) => method.call(device, phases, signal) });
  }
  if (current !== undefined) {
    const problem = problemOf(current, (device.traits ?? {}) as ChargerTraits, allowed);
    if (problem !== undefined) refuse(problem);
    const method = ability('setMaxCurrent', 'be set to a current');
    steps.push({ text: `${current} A`, run: (signal) => method.call(device, current, signal) });
  }
  if (enabled === true) steps.push(enable(true));
  if (wake) {
    const method = ability('wakeUp', 'wake up a car');
    steps.push({ text: 'woken up', run: (signal) => method.call(device, signal) });
  }
  if (dimmed !== undefined) {
    const method = ability('dim', 'be dimmed');
    steps.push({ text: dimmed ? 'dimmed' : 'not dimmed', run: (signal) => method.call(device, dimmed, signal) });
  }
  if (batteryMode !== undefined) {
    const method = ability('setBatteryMode', 'be told a battery mode');
    const run = (signal: AbortSignal): Promise<void> => method.call(device, batteryMode, signal);
    const back = { text: 'battery mode normal', run: (signal: AbortSignal) => method.call(device, 'normal', signal) };
    steps.push({ text: `battery mode ${batteryMode}`, run, ...(batteryMode !== 'normal' && { undo: back }) });
  }
  if (feedIn !== undefined) {
    const method = ability('curtail', 'limit the feed-in');
    const run = (signal: AbortSignal): Promise<void> => method.call(device, feedIn, signal);
    const back = { text: 'feed-in not limited', run: (signal: AbortSignal) => method.call(device, 100, signal) };
    steps.push({ text: `feed-in of ${feedIn} %`, run, ...(feedIn < 100 && { undo: back }) });
  }
  return steps;
}

/** Why a current cannot be set; `undefined`: it can. */
function problemOf(current: number, traits: ChargerTraits, allowed: number): string | undefined {
  const { minCurrent = 6, maxCurrent = Number.POSITIVE_INFINITY, currentStep = 1, switch: isSwitch } = traits;
  if (isSwitch) return 'the device can only be switched on and off';
  const most = Math.min(maxCurrent, allowed);
  if (current > most) {
    const why = allowed < maxCurrent ? 'its loadpoint and its circuits allow' : 'the device takes';
    return `${current} A is more than the ${round(most)} A that ${why}`;
  }
  if (current < minCurrent) return `${current} A is less than the ${minCurrent} A that the device needs`;
  const steps = current / currentStep;
  return Math.abs(steps - Math.round(steps)) > 1e-6
    ? `${current} A is no multiple of the device's steps of ${currentStep} A`
    : undefined;
}

const round = (value: number): number => Math.floor(value * 10) / 10;
