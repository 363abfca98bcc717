import type { DeviceEvent } from '../events.ts';
import type { DeviceReport } from '../runtime/device-handle.ts';
import type { Loadpoint } from '../runtime/loadpoint.ts';

/** A device as far as it is watched. */
export interface WatchedDevice {
  readonly kind: string;
  readonly name: string;
  /** ms since the epoch of the last reading; `undefined`: never read */
  readonly readAt: number | undefined;
  report(): DeviceReport;
  isLost(now: number): boolean;
}

/** Notices when devices are lost and when they are back: each once, however often they fail in between. */
export class DeviceWatch {
  /** Those that fail, or did when they were looked at last */
  #troubled: readonly WatchedDevice[] = [];
  /** Those that are lost, as `kind name` */
  #lost: ReadonlySet<string> = new Set();

  /** Takes over how all devices are, whenever the report of one changed. What is not among them any more is forgotten. */
  note(devices: readonly WatchedDevice[]): void {
    this.#lost = new Set(devices.map(nameOf).filter((name) => this.#lost.has(name)));
    this.#troubled = devices.filter(
      (device) => device.report().state === 'unavailable' || this.#lost.has(nameOf(device)),
    );
  }

  /** What happened since the last call. */
  events(now: number, loadpoints: readonly Loadpoint[]): readonly DeviceEvent[] {
    if (this.#troubled.length === 0) return [];
    const lost = new Set(this.#lost);
    const events = this.#troubled.flatMap((device): DeviceEvent[] => {
      const name = nameOf(device);
      const { state, reason } = device.report();
      const owner = loadpoints.find(({ charger, meter }) => charger === device || meter === device);
      const facts = {
        at: now,
        observed: true,
        device: device.name,
        deviceKind: device.kind as DeviceEvent['deviceKind'],
        ...(owner && { loadpoint: owner.spec.id }),
      };
      if (state === 'available' && lost.delete(name)) return [{ ...facts, kind: 'deviceback' }];
      if (lost.has(name) || !device.isLost(now)) return [];
      lost.add(name);
      return [{ ...facts, kind: 'devicelost', reason }];
    });
    this.#lost = lost;
    return events;
  }
}

const nameOf = ({ kind, name }: WatchedDevice): string => `${kind} ${name}`;
