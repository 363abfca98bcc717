import assert from 'node:assert/strict';
import type { VehicleDevice, VehicleReading } from '../../core/index.ts';
import { assertReading, type ContractCase, caseOf, commonCases, eventually, inTime, type Peer } from './peer.ts';

/** What a simulated car knows. Fields that this source does not have are absent. */
export interface VehicleHardware {
  /** % */
  readonly soc?: number;
  /** km */
  readonly range?: number;
  /** km */
  readonly odometer?: number;
  /** % */
  readonly limitSoc?: number;
  readonly status?: 'A' | 'B' | 'C';
  readonly climater?: boolean;
}

/** A vehicle and its simulated source. */
export interface VehiclePeer extends Peer<VehicleDevice> {
  /** What the car knows now; the contract compares readings with it. */
  state(): VehicleHardware;
  /** Brings the car into a state; resolves when the next reading would show it. What it does not have is ignored. */
  set(state: VehicleHardware): Promise<void> | void;
  /** Lets the source leave a value out, as cars do; false: this source always has it. Absent: it never leaves any out. */
  omit?(field: keyof VehicleHardware): Promise<boolean> | boolean;
  /** How many commands arrived so far; absent: it takes none */
  writes?(): number;
}

const RESOLUTIONS = { soc: 1, range: 1, odometer: 1, limitSoc: 1 };
const FIELDS = ['soc', 'range', 'odometer', 'limitSoc', 'status', 'climater'] as const;

/** What every vehicle has to do, as cases for any test runner. Each case sets up a vehicle of its own. */
export function vehicleContract(setup: () => Promise<VehiclePeer>): ContractCase[] {
  const contract = (title: string, body: (peer: VehiclePeer) => Promise<void>) =>
    caseOf(setup, `vehicle: ${title}`, body);

  return [
    contract('the soc is a percentage, also when empty and full', async (peer) => {
      for (const soc of [0, 1, 57, 100]) {
        await peer.set({ soc });
        await shows(peer, (reading) => {
          assertPlausible(reading);
          assertReading(reading, peer.state(), RESOLUTIONS);
        });
      }
    }),

    contract('a reading has the units of the car', async (peer) => {
      await peer.set({ soc: 57, range: 281, odometer: 48_211, limitSoc: 80, status: 'B', climater: true });
      await shows(peer, (reading) => {
        assertPlausible(reading);
        assertReading(reading, peer.state(), RESOLUTIONS);
        if (reading.climater !== undefined) assert.equal(reading.climater, peer.state().climater ?? reading.climater);
      });
    }),

    contract('the status follows the car, if it has one', async (peer) => {
      for (const status of ['A', 'B', 'C', 'A'] as const) {
        await peer.set({ status });
        await shows(peer, (reading) => {
          if (reading.status !== undefined) assert.equal(reading.status, peer.state().status ?? reading.status);
        });
      }
    }),

    ...FIELDS.map((field) =>
      contract(`a missing ${field} is absent and hides nothing else`, async (peer) => {
        const before = await read(peer);
        if (!(await peer.omit?.(field))) return;
        await shows(peer, (reading) => {
          assert.equal(reading[field], undefined);
          for (const other of FIELDS.filter((name) => name !== field)) {
            assert.equal(reading[other] === undefined, before[other] === undefined, `${other} changed with ${field}`);
          }
        });
      }),
    ),

    contract('reading wakes nothing up', async (peer) => {
      const before = peer.writes?.();
      for (let turn = 0; turn < 3; turn += 1) await read(peer);
      assert.equal(peer.writes?.(), before);
    }),

    contract('waking up is one command, if it can', async (peer) => {
      const { wakeUp } = peer.device;
      if (!wakeUp || !peer.writes) return;
      const before = peer.writes();
      await peer.device.wakeUp?.(inTime());
      await eventually(() => assert.ok((peer.writes?.() ?? 0) > before, 'nothing arrived'));
    }),

    ...commonCases('vehicle', setup, (peer, signal) => peer.device.read(signal)),
  ];
}

function assertPlausible(reading: VehicleReading): void {
  for (const field of ['soc', 'limitSoc'] as const) {
    const value = reading[field];
    assert.ok(value === undefined || (value >= 0 && value <= 100), `${field} ${value}`);
  }
  for (const field of ['range', 'odometer'] as const) {
    const value = reading[field];
    assert.ok(value === undefined || (Number.isFinite(value) && value >= 0), `${field} ${value}`);
  }
  assert.ok(reading.status === undefined || ['A', 'B', 'C'].includes(reading.status), `status ${reading.status}`);
  assert.ok(reading.climater === undefined || typeof reading.climater === 'boolean', `climater ${reading.climater}`);
}

function read(peer: VehiclePeer): Promise<VehicleReading> {
  return peer.device.read(inTime());
}

async function shows(peer: VehiclePeer, check: (reading: VehicleReading) => void): Promise<void> {
  await eventually(async () => check(await read(peer)));
}
