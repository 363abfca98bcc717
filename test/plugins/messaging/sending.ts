import { type TestContext, vi } from 'vitest';
import { systemClock, time } from '../../../core/clock.ts';
import { EvccError, fail } from '../../../core/errors.ts';
import type { ServiceOptions } from '../../../plugins/messaging/options.ts';
import type { Message, Service } from '../../../plugins/messaging/service.ts';
import { createServices } from '../../../plugins/messaging/services.ts';
import type { Values } from '../../../plugins/messaging/values.ts';
import { createHttp } from '../../../plugins/shared/http/client.ts';
import { type HttpDevice, startHttpDevice } from '../../helpers/http-device.ts';

/** Services as the plugin makes them, and servers for them on loopback. */

export const VALUES: Values = new Map([
  ['loadpoint', { value: 2, kind: 'integer' }],
  ['title', { value: 'Garage', kind: 'text' }],
  ['vehicleSoc', { value: 54, kind: 'number', unit: '%' }],
]);

export const message = (more: Partial<Message> = {}): Message => ({
  event: 'connect',
  title: 'Car connected',
  text: 'EV6 was connected\nat Garage.',
  values: VALUES,
  ...more,
});

export function servicesOf(t: Pick<TestContext, 'onTestFinished'>, ...options: ServiceOptions[]): Service[] {
  const http = createHttp({ clock: systemClock, time, fail });
  t.onTestFinished(() => http.close());
  return createServices(options, { time, directory: import.meta.dirname, fail }, http);
}

/** Sends a message to every recipient; answers with what went wrong, `sent` where nothing did. */
export async function send(services: readonly Service[], what: Message = message()): Promise<string[]> {
  const { signal } = new AbortController();
  const results = await Promise.allSettled(services.map((service) => service.send(what, signal)));
  return results.map((result) =>
    result.status === 'fulfilled' ? 'sent' : `${(result.reason as Error).constructor.name}: ${result.reason.message}`,
  );
}

export async function server(t: Pick<TestContext, 'onTestFinished'>): Promise<HttpDevice> {
  const device = await startHttpDevice();
  t.onTestFinished(() => device.close());
  return device;
}

/** Why options are refused. */
export function refusal(t: Pick<TestContext, 'onTestFinished'>, options: ServiceOptions): string {
  try {
    servicesOf(t, options);
  } catch (error) {
    return error instanceof EvccError ? `${error.code} ${error.message}` : String(error);
  }
  return 'accepted';
}

/** Resolves as soon as a condition holds. */
export const until = (holds: () => boolean): Promise<void> =>
  vi.waitUntil(holds, { interval: 5, timeout: 15_000 }).then(() => {});
