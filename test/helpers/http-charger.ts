import type { ChargerDevice, Plugin } from '../../core/index.ts';
import { type AppliedPlugin, applyPlugin, type ChargerPeer, type Fault } from '../contract/index.ts';
import { FakeClock } from './fake-clock.ts';
import { type HttpDevice, startHttpDevice } from './http-device.ts';
import type { ChargerState } from './register-charger.ts';

/** What a simulated charger is at present, as its routes see it. */
export interface ChargerModel {
  readonly state: ChargerState;
  /** It says nothing that makes sense. */
  invalid: boolean;
  /** A command arrived that changes the state so. */
  command(change: Partial<ChargerState>): void;
  /** Something arrived that the maker does not allow. */
  complain(text: string): void;
}

/** A charger that is asked over HTTP, as its maker describes it. */
export interface SimulatedHttpCharger {
  readonly plugin: Plugin;
  readonly type: string;
  readonly options?: object;
  /** Options that lead to the server; absent: `{ host }` */
  readonly address?: (url: string) => object;
  /** What it has besides status A, disabled, 6 A */
  readonly state?: Partial<ChargerState>;
  readonly statuses?: ChargerPeer['statuses'];
  /** Absent: all but `auth` */
  readonly faults?: readonly Fault[];
  readonly secrets?: readonly string[];
  /** Sets up the routes, which answer with the present state. */
  serve(box: HttpDevice, model: ChargerModel): void;
}

export interface StartedHttpCharger {
  readonly box: HttpDevice;
  readonly device: ChargerDevice;
  readonly plugin: AppliedPlugin;
  readonly clock: FakeClock;
  readonly model: ChargerModel;
  readonly violations: readonly string[];
  /** Commands that arrived */
  commands(): number;
  /** Paths with queries that were asked for since the last call */
  asked(): string[];
  end(): Promise<void>;
}

/** Time stands still for the charger, unless the clock is told. */
export async function startHttpCharger(
  simulated: SimulatedHttpCharger,
  options: object = {},
): Promise<StartedHttpCharger> {
  const box = await startHttpDevice();
  const clock = new FakeClock();
  const state: ChargerState = { status: 'A', enabled: false, current: 6, ...simulated.state };
  const violations: string[] = [];
  let commands = 0;
  let seen = 0;
  const model: ChargerModel = {
    state,
    invalid: false,
    command: (change) => {
      commands += 1;
      if (change.phases !== undefined && state.status === 'C') violations.push('phases were switched under load');
      Object.assign(state, change);
      // A car that gets nothing stops.
      if (!state.enabled && state.status === 'C') state.status = 'B';
    },
    complain: (text) => void violations.push(text),
  };
  simulated.serve(box, model);
  const plugin = await applyPlugin(simulated.plugin, undefined, { clock });
  const address = simulated.address?.(box.url) ?? { host: box.url.replace('http://', '') };
  const device = await plugin.chargers.create(
    simulated.type,
    { ...address, ...simulated.options, ...options },
    { clock },
  );
  return {
    box,
    device,
    plugin,
    clock,
    model,
    violations,
    commands: () => commands,
    asked: () => {
      const fresh = box.requests.slice(seen);
      seen = box.requests.length;
      return fresh.map(({ path, query }) =>
        query.size > 0 ? `${path}?${decodeURIComponent(query.toString())}` : path,
      );
    },
    end: async () => {
      await device.close?.();
      await plugin.remove();
      await box.close();
    },
  };
}

/** As the contract of chargers wants it. What the hardware does not have is what `state` does not mention. */
export const httpChargerPeer = (simulated: SimulatedHttpCharger) => async (): Promise<ChargerPeer> => {
  const { box, device, plugin, model, violations, commands } = await startHttpCharger(simulated);
  const known = ['status', 'enabled', 'current', ...Object.keys(simulated.state ?? {})];
  return {
    device,
    state: () => model.state,
    set: (wanted) => {
      for (const [key, value] of Object.entries(wanted)) {
        if (known.includes(key)) Object.assign(model.state, { [key]: value });
      }
    },
    writes: commands,
    violations: () => violations,
    ...(simulated.statuses && { statuses: simulated.statuses }),
    ...(simulated.secrets && { secrets: simulated.secrets }),
    faults: simulated.faults ?? ['refuse', 'hang', 'garbage', 'invalid'],
    fail: (fault) => {
      if (fault !== 'invalid') return box.fail(fault);
      model.invalid = true;
    },
    recover: async () => {
      model.invalid = false;
      await box.recover();
    },
    connections: box.connections,
    close: async () => {
      await plugin.remove();
      await box.close();
    },
  };
};
