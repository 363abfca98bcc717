import type { ChargerDevice, Plugin } from '../../core/index.ts';
import type { ChargerHardware, ChargerPeer } from '../contract/index.ts';
import { FakeClock } from './fake-clock.ts';
import { type ArrivedModbus, applyWithModbus, type ModbusDevice, startModbusDevice } from './modbus-device.ts';

/** What a simulated charger has at present. */
export type ChargerState = { -readonly [Key in keyof ChargerHardware]: ChargerHardware[Key] };

/** Puts words into the registers of the unit, from an address on. */
export interface Put {
  input(address: number, ...words: number[]): void;
  holding(address: number, ...words: number[]): void;
  coil(address: number, value: boolean): void;
}

/** A charger over Modbus as its maker describes it: what stands in its registers, and what writing does. */
export interface SimulatedCharger {
  readonly plugin: Plugin;
  readonly type: string;
  readonly options?: object;
  readonly rtu?: boolean;
  /** default 1 */
  readonly unit?: number;
  readonly statuses?: ChargerPeer['statuses'];
  /** What it has besides status A, disabled, 6 A */
  readonly state?: Partial<ChargerState>;
  /** Puts all registers that show the state. */
  show(state: ChargerState, put: Put): void;
  /** Changes the state as a write does; answers `keep-alive` for one that is no command, or else what is wrong with it. */
  take(write: ArrivedModbus, state: ChargerState): string | undefined;
  /** Puts something into the registers that no such charger says. */
  spoil(put: Put): void;
}

/** A charger and what it is connected to. Time stands still for it, unless the clock is told. */
export interface StartedCharger {
  readonly box: ModbusDevice;
  readonly device: ChargerDevice;
  readonly clock: FakeClock;
  readonly state: ChargerState;
  readonly put: Put;
  /** Writes that arrived: `[function, address, ...values]` */
  writes(): readonly (readonly number[])[];
  commands(): number;
  /** Lets so many ms pass for a charger with keep-alives, between two of them. */
  pass(ms: number): Promise<void>;
  readonly violations: readonly string[];
  set(state: Partial<ChargerState>): void;
  end(): Promise<void>;
}

/** ms that a question to a simulated charger may take */
export const soon = (): AbortSignal => AbortSignal.timeout(5_000);

export async function startCharger(simulated: SimulatedCharger, options: object = {}): Promise<StartedCharger> {
  const { plugin, type, rtu = false, unit = 1 } = simulated;
  const clock = new FakeClock();
  const state: ChargerState = { status: 'A', enabled: false, current: 6, ...simulated.state };
  const violations: string[] = [];
  let commands = 0;
  const box = await startModbusDevice({
    rtu,
    written: (write) => {
      const complaint = simulated.take(write, state);
      if (complaint !== 'keep-alive') commands += 1;
      if (complaint !== undefined && complaint !== 'keep-alive') violations.push(complaint);
      // A car that gets nothing stops.
      if (!state.enabled && state.status === 'C') state.status = 'B';
      simulated.show(state, put);
    },
  });
  const put: Put = {
    input: (address, ...words) => box.set('input', address, words, unit),
    holding: (address, ...words) => box.set('holding', address, words, unit),
    coil: (address, value) => void box.unit(unit).coils.set(address, value),
  };
  simulated.show(state, put);
  const applied = await applyWithModbus(plugin, { clock: box.clock });
  const line = { host: box.host, port: box.port, answerTimeout: 5, delay: 0, ...(rtu && { rtu }) };
  const all = { ...line, ...simulated.options, ...options };
  const device = await applied.chargers.create(type, all, { clock });
  /** While a keep-alive is under way, no timer waits for the next one. */
  const idle = async (): Promise<void> => {
    while (clock.pending === 0) await new Promise((resolve) => setImmediate(resolve));
  };
  return {
    box,
    device,
    clock,
    state,
    put,
    writes: () =>
      box.requests.filter(({ code }) => code > 4).map(({ code, address, values }) => [code, address, ...values]),
    commands: () => commands,
    pass: async (ms) => {
      await idle();
      await clock.advance(ms);
      await idle();
    },
    violations,
    set: (wanted) => {
      Object.assign(state, wanted);
      simulated.show(state, put);
    },
    end: async () => {
      await device.close?.();
      await applied.remove();
      await box.close();
    },
  };
}

/** As the contract of chargers wants it. What the hardware does not have is what `state` does not mention. */
export const chargerPeer = (simulated: SimulatedCharger) => async (): Promise<ChargerPeer> => {
  const charger = await startCharger(simulated);
  const { box, device, state } = charger;
  const known = ['status', 'enabled', 'current', ...Object.keys(simulated.state ?? {})];
  return {
    device,
    ...(simulated.statuses && { statuses: simulated.statuses }),
    state: () => state,
    set: (wanted) => {
      // What charges is enabled and takes something.
      const follows = wanted.status && { power: wanted.status === 'C' ? 4_000 : 0 };
      const all = { ...follows, ...(wanted.status === 'C' && { enabled: true }), ...wanted };
      charger.set(Object.fromEntries(Object.entries(all).filter(([key]) => known.includes(key))));
    },
    writes: charger.commands,
    violations: () => charger.violations,
    faults: ['refuse', 'hang', 'garbage', 'invalid'],
    fail: (fault) =>
      fault === 'invalid' ? simulated.spoil(charger.put) : box.fail(fault as 'refuse' | 'hang' | 'garbage'),
    recover: async () => {
      charger.set({});
      await box.recover();
    },
    connections: () => box.connections(),
    close: charger.end,
  };
};

/** Words of a text, two characters in each, filled up with zero. */
export function text(value: string, count: number): number[] {
  const bytes = Buffer.alloc(count * 2);
  bytes.write(value, 'latin1');
  return Array.from({ length: count }, (_, index) => bytes.readUInt16BE(index * 2));
}

/** The number in the words of a 32-bit float. */
export function fromF32([high = 0, low = 0]: readonly number[]): number {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt16BE(high);
  bytes.writeUInt16BE(low, 2);
  return bytes.readFloatBE();
}
