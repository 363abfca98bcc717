import type { ChargerDevice, ChargerReading, Phases, VehicleDevice, VehicleReading } from '../devices.ts';
import { codeOf } from '../errors.ts';
import type { DeviceHandle } from '../runtime/device-handle.ts';
import type { Order } from './guard.ts';
import type { LoadpointMemory } from './memory.ts';
import { armed, due } from './wake-up.ts';

/** Turns an order into the commands that differ from what the charger was last told, and sends them one by one. */

export type ChargerCommand =
  | { readonly setPhases: Phases }
  | { readonly setMaxCurrent: number }
  | { readonly enable: boolean }
  | { readonly wakeUp: 'charger' | 'vehicle' };

/** Pure. A sleeping car is woken up first. A lower current goes out before more phases, a higher one after; enabling comes last. */
export function commandsFor(order: Order, memory: LoadpointMemory): ChargerCommand[] {
  const commands: ChargerCommand[] = [];
  const { offeredCurrent, currentKnown, enabledKnown } = memory;
  const other = !order.switchOnly && (order.current !== offeredCurrent || !currentKnown);
  const current = order.enabled && other ? [{ setMaxCurrent: order.current }] : [];
  const lower = order.current < offeredCurrent || !currentKnown;
  // A car that sleeps takes nothing, so that the rest can wait; what it refuses in its sleep may work afterwards.
  if (order.enabled && memory.waking) commands.push({ wakeUp: memory.waking });
  if (!order.enabled && (memory.enabled || !enabledKnown)) commands.push({ enable: false });
  if (lower) commands.push(...current);
  if (order.phases !== undefined && order.phases !== memory.phasesEnabled) commands.push({ setPhases: order.phases });
  if (!lower) commands.push(...current);
  if (order.enabled && (!memory.enabled || !enabledKnown || memory.droppedOut)) commands.push({ enable: true });
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
  error?: unknown,
): LoadpointMemory {
  if ('wakeUp' in command) return { ...memory, waking: undefined };
  if (!success) {
    const sleeps = codeOf(error) === 'EVCC_ASLEEP' && memory.wakeUp === undefined;
    const failed = { ...memory, failedAt: now, ...(sleeps && due(now)) };
    if ('setPhases' in command) return { ...failed, phasesSwitchedAt: now, phaseFailures: memory.phaseFailures + 1 };
    if ('setMaxCurrent' in command) return { ...failed, currentKnown: false };
    // It may be off since now: the pause until it is switched on again counts from here.
    return { ...failed, enabledKnown: false, ...(!command.enable && { switchedAt: now, switchedOn: false }) };
  }
  if ('setPhases' in command) {
    const { setPhases } = command;
    return {
      ...memory,
      phasesMeasured: undefined,
      phasesEnabled: setPhases,
      phasesSwitchedAt: now,
      ...armed(memory, now),
    };
  }
  if ('setMaxCurrent' in command) {
    return { ...memory, offeredCurrent: command.setMaxCurrent, currentKnown: true, currentSetAt: now };
  }
  const switched = {
    ...memory,
    enabled: command.enable,
    enabledKnown: true,
    droppedOut: false,
    switchedAt: now,
    switchedOn: command.enable,
  };
  if (command.enable) return { ...switched, ...armed(memory, now) };
  return { ...switched, offeredCurrent: 0, currentKnown: true, wakeUp: undefined, waking: undefined };
}

/** Whom commands go to. */
export interface Addressees {
  readonly charger: DeviceHandle<ChargerDevice, ChargerReading>;
  /** Absent: no vehicle is known */
  readonly vehicle: DeviceHandle<VehicleDevice, VehicleReading> | undefined;
}

/**
 * Sends what `next` asks for, one command after the other, and reports each; rejects at the first failure, but not before
 * the end when only waking up failed. The question is put anew each time, so that an order which came in meanwhile goes
 * before the rest of an older one.
 */
export async function write(
  devices: Addressees,
  next: () => ChargerCommand | undefined,
  report: (command: ChargerCommand, success: boolean, error?: unknown) => void,
): Promise<void> {
  let slept: unknown;
  for (let command = next(); command; command = next()) {
    try {
      await send(devices, command);
    } catch (error) {
      report(command, false, error);
      if (!('wakeUp' in command)) throw error;
      slept = error;
      continue;
    }
    report(command, true);
  }
  if (slept !== undefined) throw slept;
}

function send({ charger, vehicle }: Addressees, command: ChargerCommand): Promise<void> {
  if ('wakeUp' in command) {
    const what = 'waking up the car';
    if (command.wakeUp === 'charger') return charger.command(what, async (device, signal) => device.wakeUp?.(signal));
    return vehicle ? vehicle.command(what, async (device, signal) => device.wakeUp?.(signal)) : Promise.resolve();
  }
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
