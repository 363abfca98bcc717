import type { Fault } from '../contract/index.ts';

/**
 * Waits until a device that hears of changes by itself has heard of a fault: the news takes a moment on its way, and a refusal comes
 * with the next attempt to connect.
 */
export async function untilItFails(
  device: { read(signal: AbortSignal): Promise<unknown> },
  fault: Fault,
): Promise<void> {
  const code = { auth: 'EVCC_DEVICE_AUTH', garbage: 'EVCC_DEVICE_PROTOCOL' }[fault as string];
  for (let seen = false; !seen; await new Promise((resolve) => setTimeout(resolve, 5))) {
    seen = await device.read(AbortSignal.timeout(50)).then(
      () => false,
      (error: { code: unknown }) => code === undefined || error.code === code,
    );
  }
}
