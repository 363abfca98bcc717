import type { DeviceHandle } from '../device-handle.ts';
import type { ChargerDevice, ChargerReading, Phases } from '../devices.ts';
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
  const current = order.enabled && order.current !== memory.offeredCurrent ? [{ setMaxCurrent: order.current }] : [];
  const lower = order.current < memory.offeredCurrent;
  if (!order.enabled && memory.enabled) commands.push({ enable: false });
  if (lower) commands.push(...current);
  if (order.phases !== undefined && order.phases !== memory.phasesEnabled) commands.push({ setPhases: order.phases });
  if (!lower) commands.push(...current);
  if (order.enabled && !memory.enabled) commands.push({ enable: true });
  return commands;
}

/**
 * What is remembered of a command. A failed one leaves things as they were, so that it is sent again in the next cycle;
 * only a failed phase switch is stamped, so that it keeps the pause. Pure.
 */
export function applied(
  memory: LoadpointMemory,
  command: ChargerCommand,
  now: number,
  success: boolean,
): LoadpointMemory {
  if (!success) return { ...memory, failedAt: now, ...('setPhases' in command && { phasesSwitchedAt: now }) };
  if ('setPhases' in command) {
    return { ...memory, phasesMeasured: undefined, phasesEnabled: command.setPhases, phasesSwitchedAt: now };
  }
  if ('setMaxCurrent' in command) return { ...memory, offeredCurrent: command.setMaxCurrent, currentSetAt: now };
  return { ...memory, enabled: command.enable, switchedAt: now, ...(!command.enable && { offeredCurrent: 0 }) };
}

/** Sends the commands in order and reports each; rejects at the first failure, what follows is not sent. */
export async function write(
  charger: DeviceHandle<ChargerDevice, ChargerReading>,
  commands: readonly ChargerCommand[],
  report: (command: ChargerCommand, success: boolean) => void,
): Promise<void> {
  for (const command of commands) {
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
