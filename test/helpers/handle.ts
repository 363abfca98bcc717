import { createLogger } from '../../core/log.ts';
import { DeviceHandle, type HandleOptions } from '../../core/runtime/device-handle.ts';
import { FakeClock } from './fake-clock.ts';

export interface Device {
  close?: () => void | Promise<void>;
}

export interface HandleSetUp {
  readonly handle: DeviceHandle<Device, number>;
  readonly clock: FakeClock;
  /** Lines of the log */
  readonly lines: string[];
  /** What the device does; to be replaced */
  readonly does: {
    create: (signal: AbortSignal) => Promise<Device>;
    read: (signal: AbortSignal) => Promise<number>;
  };
  readonly calls: { create: number; read: number; changed: number };
}

/** A handle of a charger `garage` that does what the test says. */
export function setUpHandle(options: Partial<HandleOptions<Device, number>> = {}): HandleSetUp {
  const clock = new FakeClock();
  const lines: string[] = [];
  const does: HandleSetUp['does'] = { create: async () => ({}), read: async () => 1 };
  const calls = { create: 0, read: 0, changed: 0 };
  const handle = new DeviceHandle<Device, number>({
    kind: 'charger',
    name: 'garage',
    type: './types/wallbox.ts',
    create: (signal) => {
      calls.create += 1;
      return does.create(signal);
    },
    read: (_, signal) => {
      calls.read += 1;
      return does.read(signal);
    },
    timeout: 10_000,
    staleAfter: 60_000,
    clock,
    log: createLogger({
      level: 'debug',
      destination: { write() {} },
      observe: ({ level, message }) => void lines.push(`${level}: ${message}`),
    }),
    changed: () => {
      calls.changed += 1;
    },
    ...options,
  });
  return { handle, clock, lines, does, calls };
}

/** What never answers. */
export const hang = (): Promise<never> => new Promise(() => {});
/** What the network says of a device that is switched off. */
export const unreachable = (): Promise<never> =>
  Promise.reject(Object.assign(new Error('connect ECONNREFUSED 10.0.0.5:80'), { code: 'ECONNREFUSED' }));
