import { systemClock } from '../../core/clock.ts';
import type { Clock, MeterDevice, Plugin } from '../../core/index.ts';
import { type AppliedPlugin, applyPlugin, type Fault, type MeterHardware, type MeterPeer } from '../contract/index.ts';
import { type HttpDevice, type HttpFault, startHttpDevice } from './http-device.ts';
import { createLineClock } from './line-clock.ts';

/** What simulated hardware measures at present. */
export type MeterState = { -readonly [Key in keyof MeterHardware]: MeterHardware[Key] };

/** Hardware that answers over HTTP, for the contract of meters. */
export interface HttpMeterHardware {
  readonly type: string;
  readonly plugin: Plugin;
  /** Options of the device besides its address, which `address` makes of that of the server; absent: `{ host }` */
  readonly options?: object;
  readonly address?: (url: string) => object;
  /** What it measures at first: fields that it does not have are absent. Absent: all but soc and battery mode */
  readonly state?: MeterState;
  /** Sets the routes up, which answer with the present state; without a power while `invalid` says so. */
  serve(box: HttpDevice, state: MeterState, invalid: () => boolean): void;
  readonly faults?: readonly Fault[];
  readonly secrets?: readonly string[];
  /** How much faster timers run while it fails, for devices whose login goes on when nobody waits for it; absent: 1 */
  readonly speed?: number;
  /** Requests that are commands */
  readonly writes?: (box: HttpDevice) => number;
  readonly violations?: () => readonly string[];
}

const ALL: MeterState = {
  power: 0,
  powers: [0, 0, 0],
  currents: [0, 0, 0],
  voltages: [230, 230, 230],
  energy: 1_000,
  returnEnergy: 500,
};

/** A server with the hardware behind it, and a device of the type. */
export async function startHttpMeter(hardware: HttpMeterHardware): Promise<{
  readonly box: HttpDevice;
  readonly device: MeterDevice;
  readonly plugin: AppliedPlugin;
  readonly state: MeterState;
  setInvalid(invalid: boolean): void;
  /** Lets the hardware fail, or no longer. */
  fail(fault: Fault | undefined): Promise<void>;
  /** Lets the clock of plugin and device go on. */
  pass(ms: number): void;
  close(): Promise<void>;
}> {
  const box = await startHttpDevice();
  const state = { ...(hardware.state ?? ALL) };
  let invalid = false;
  let later = 0;
  const line = createLineClock(hardware.speed ?? 1);
  const clock: Clock = { ...systemClock, now: () => systemClock.now() + later, after: line.after };
  hardware.serve(box, state, () => invalid);
  const plugin = await applyPlugin(hardware.plugin, undefined, { clock });
  const address = hardware.address?.(box.url) ?? { host: box.url.replace('http://', '') };
  const device = await plugin.meters.create(hardware.type, { ...address, ...hardware.options }, { clock });
  return {
    box,
    device,
    plugin,
    state,
    setInvalid: (value) => {
      invalid = value;
    },
    fail: async (fault) => {
      line.fails(fault !== undefined);
      if (fault === undefined) await box.recover();
      else await box.fail(fault as HttpFault);
    },
    pass: (ms) => {
      later += ms;
    },
    close: async () => {
      await device.close?.();
      await plugin.remove();
      await box.close();
    },
  };
}

/** The peer of the contract; kept answers are over whenever something changes. */
export function httpMeterPeer(hardware: HttpMeterHardware) {
  return async (): Promise<MeterPeer> => {
    const { box, device, plugin, state, setInvalid, fail, pass } = await startHttpMeter(hardware);
    return {
      device,
      state: () => state,
      set: (wanted) => {
        for (const [key, value] of Object.entries(wanted)) if (key in state) Object.assign(state, { [key]: value });
        pass(600_000);
      },
      faults: hardware.faults ?? ['refuse', 'hang', 'garbage', 'invalid', 'auth'],
      ...(hardware.secrets && { secrets: hardware.secrets }),
      fail: async (fault) => {
        pass(600_000);
        if (fault === 'invalid') setInvalid(true);
        else await fail(fault);
      },
      recover: async () => {
        pass(600_000);
        setInvalid(false);
        await fail(undefined);
      },
      writes: () => hardware.writes?.(box) ?? box.requests.filter(({ method }) => method !== 'GET').length,
      violations: () => hardware.violations?.() ?? [],
      connections: box.connections,
      close: async () => {
        await plugin.remove();
        await box.close();
      },
    };
  };
}
