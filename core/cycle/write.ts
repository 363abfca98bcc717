import type { ChargerDevice, ChargerReading, Phases } from '../devices.ts';
import type { DeviceHandle } from '../runtime/device-handle.ts';
import type { Order } from './guard.ts';
import type { LoadpointMemory } from './memory.ts';

/** Turns an order into the commands that differ from what the charger was last told, and sends them one by one. */

export type ChargerCommand =
  | { readonly setPhases: Phases }
  | { readonly setMaxCurrent: number }
  | { readonly enable: boolean };

/** Pure. A lower current goes out before more phases, a higher one after; enabling comes last. */
export function commandsFor(order: Order, memory: LoadpointMemory): ChargerCommand[] {
  const commands: ChargerCommand[] = [];
  const { offeredCurrent, currentKnown, enabledKnown } = memory;
  const other = order.current !== offeredCurrent || !currentKnown;
  const current = order.enabled && other ? [{ setMaxCurrent: order.current }] : [];
  const lower = order.current < offeredCurrent || !currentKnown;
  if (!order.enabled && (memory.enabled || !enabledKnown)) commands.push({ enable: false });
  if (lower) commands.push(...current);
  if (order.phases !== undefined && order.phases !== memory.phasesEnabled) commands.push({ setPhases: order.phases });
  if (!lower) commands.push(...current);
  if (order.enabled && (!memory.enabled || !enabledKnown)) commands.push({ enable: true });
  return commands;
}

/**
 * What is remembered of a command. A failed one may have taken effect all the same: what it was about is not known from
 * then on, so that the next order is sent whatever it is. A phase switch keeps its pause even when it failed. Pure.
 */
export function applied(
  memory: LoadpointMemory,
  command: ChargerCommand,
  now: number,
  success: boolean,
): LoadpointMemory {
  if (!success) {
    const failed = { ...memory, failedAt: now };
    if ('setPhases' in command) return { ...failed, phasesSwitchedAt: now, phaseFailures: memory.phaseFailures + 1 };
    if ('setMaxCurrent' in command) return { ...failed, currentKnown: false };
    // It may be off since now: the pause until it is switched on again counts from here.
    return { ...failed, enabledKnown: false, ...(!command.enable && { switchedAt: now }) };
  }
  if ('setPhases' in command) {
    return { ...memory, phasesMeasured: undefined, phasesEnabled: command.setPhases, phasesSwitchedAt: now };
  }
  if ('setMaxCurrent' in command) {
    return { ...memory, offeredCurrent: command.setMaxCurrent, currentKnown: true, currentSetAt: now };
  }
  const switched = { ...memory, enabled: command.enable, enabledKnown: true, switchedAt: now };
  return command.enable ? switched : { ...switched, offeredCurrent: 0, currentKnown: true };
}

/**
 * Sends what `next` asks for, one command after the other, and reports each; rejects at the first failure. The question is
 * put anew each time, so that an order which came in meanwhile goes before the rest of an older one.
 */
export async function write(
  charger: DeviceHandle<ChargerDevice, ChargerReading>,
  next: () => ChargerCommand | undefined,
  report: (command: ChargerCommand, success: boolean) => void,
): Promise<void> {
  for (let command = next(); command; command = next()) {
    try {
      await send(charger, command);
    } catch (error) {
      report(command, false);
      throw error;
    }
    report(command, true);
  }
}

function send(charger: DeviceHandle<ChargerDevice, ChargerReading>, command: ChargerCommand): Promise<void> {
  if ('setPhases' in command) {
    const { setPhases } = command;
    return charger.command(`switching to ${setPhases} phases`, async (device, signal) =>
      device.setPhases?.(setPhases, signal),
    );
  }
  if ('setMaxCurrent' in command) {
    const { setMaxCurrent } = command;
    return charger.command(`setting ${setMaxCurrent} A`, (device, signal) =>
      device.setMaxCurrent(setMaxCurrent, signal),
    );
  }
  const { enable } = command;
  return charger.command(enable ? 'enabling' : 'disabling', (device, signal) => device.enable(enable, signal));
}
