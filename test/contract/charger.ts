import assert from 'node:assert/strict';
import type { ChargerDevice, ChargerReading, ChargeStatus, PerPhase, Phases } from '../../core/index.ts';
import {
  assertFails,
  assertNear,
  assertReading,
  type ContractCase,
  canFail,
  caseOf,
  commonCases,
  eventually,
  inTime,
  type Peer,
} from './peer.ts';

/** What a simulated charger does and measures. Fields that this hardware does not have are absent. */
export interface ChargerHardware {
  readonly status: ChargeStatus;
  /** It would let a car charge. */
  readonly enabled: boolean;
  /** A, what it offers while enabled */
  readonly current: number;
  /** Phases that are switched on */
  readonly phases?: Phases;
  /** W, ≥ 0 */
  readonly power?: number;
  /** A */
  readonly currents?: PerPhase;
  /** V */
  readonly voltages?: PerPhase;
  /** Wh */
  readonly energy?: number;
  readonly identifier?: string;
  /** % */
  readonly soc?: number;
}

/** A charger and its simulated hardware. */
export interface ChargerPeer extends Peer<ChargerDevice> {
  /** What the hardware does now; the contract compares readings with it. */
  state(): ChargerHardware;
  /**
   * Brings the hardware into a state; resolves when the next reading would show it. What a model works out by itself
   * (power from the current) and what the hardware does not have may be ignored.
   */
  set(state: Partial<ChargerHardware>): Promise<void> | void;
  /** How many control commands arrived at the hardware so far; not counted: reads, log-ins, keep-alives */
  writes(): number;
  /** What the hardware did not like, such as a write out of range; absent: it never complains */
  violations?(): readonly string[];
  /** Status letters that this hardware knows; absent: A, B and C */
  readonly statuses?: readonly ChargeStatus[];
}

/** W, A, V, Wh, %: what a real charger may round away */
const RESOLUTIONS = { power: 10, currents: 0.2, voltages: 2, energy: 100, maxCurrent: 0.1, soc: 1, phases: 0 };
const STATUSES: readonly ChargeStatus[] = ['A', 'B', 'C', 'E', 'F'];

/** What every charger has to do, as cases for any test runner. Each case sets up a charger of its own. */
export function chargerContract(setup: () => Promise<ChargerPeer>): ContractCase[] {
  const contract = (title: string, body: (peer: ChargerPeer) => Promise<void>) =>
    caseOf(setup, `charger: ${title}`, async (peer) => {
      await body(peer);
      assert.deepEqual(peer.violations?.() ?? [], [], 'the hardware complained');
    });

  return [
    contract('its facts are plausible', async ({ device }) => {
      const { minCurrent, maxCurrent, currentStep } = limits(device);
      assert.ok(minCurrent > 0 && maxCurrent >= minCurrent, `currents from ${minCurrent} A to ${maxCurrent} A`);
      assert.ok(currentStep > 0 && currentStep <= 1, `steps of ${currentStep} A`);
    }),

    contract('the status follows the hardware from A over B and C back to A', async (peer) => {
      for (const status of ['A', 'B', 'C', 'B', 'A', 'E', 'F'] as const) {
        if (!(peer.statuses ?? ['A', 'B', 'C']).includes(status)) continue;
        await peer.set({ status });
        await shows(peer, (reading) => assert.equal(reading.status, status));
      }
    }),

    contract('a reading has the units of the hardware, and what it does not have is absent', async (peer) => {
      await peer.set({ status: 'C', enabled: true, current: 10, phases: 3 });
      await peer.set({
        power: 6_860,
        currents: [9.9, 9.8, 10.1],
        voltages: [230, 229, 231],
        energy: 12_345_600,
        soc: 57,
      });
      await shows(peer, (reading) => {
        assertReading(reading, peer.state(), RESOLUTIONS);
        assert.ok(STATUSES.includes(reading.status), `status ${reading.status}`);
        assert.equal(typeof reading.enabled, 'boolean');
        assert.ok((reading.power ?? 0) >= 0, 'power of a charger is never negative');
        assert.ok(reading.phases === undefined || reading.phases === 1 || reading.phases === 3, 'phases are 1 or 3');
        assert.ok(reading.soc === undefined || (reading.soc >= 0 && reading.soc <= 100), 'soc is a percentage');
        assert.ok(reading.identifier === undefined || typeof reading.identifier === 'string', 'identifier is a text');
      });
    }),

    contract('the energy counter never falls', async (peer) => {
      let last = 0;
      for (const energy of [1_000_000, 1_000_000, 1_500_000, 2_000_000]) {
        await peer.set({ status: 'C', energy });
        await shows(peer, (reading) => {
          assertReading(reading, peer.state(), RESOLUTIONS);
          assert.ok(reading.energy === undefined || reading.energy >= last, 'energy fell');
          last = reading.energy ?? last;
        });
      }
    }),

    contract('reading writes nothing', async (peer) => {
      await read(peer);
      const before = { writes: peer.writes(), enabled: peer.state().enabled, current: peer.state().current };
      for (let turn = 0; turn < 3; turn += 1) await read(peer);
      const after = { writes: peer.writes(), enabled: peer.state().enabled, current: peer.state().current };
      assert.deepEqual(after, before);
    }),

    contract('enabling and disabling take effect, are visible and may be repeated', async (peer) => {
      await peer.set({ status: 'B' });
      for (const enabled of [true, true, false, false, true]) {
        await peer.device.enable(enabled, inTime());
        await eventually(() => assert.equal(peer.state().enabled, enabled, 'the hardware did not follow'));
        await shows(peer, (reading) => assert.equal(reading.enabled, enabled, 'the reading did not follow'));
      }
    }),

    contract('every current from the smallest to the largest takes effect', async (peer) => {
      if (peer.device.traits?.switch) return;
      const { minCurrent, maxCurrent, currentStep } = limits(peer.device);
      await peer.set({ status: 'B' });
      await peer.device.enable(true, inTime());
      for (const current of [minCurrent, minCurrent + currentStep, maxCurrent, minCurrent, minCurrent]) {
        await peer.device.setMaxCurrent(current, inTime());
        await eventually(() => assertCurrent(peer, current));
        await shows(peer, (reading) => {
          if (reading.maxCurrent !== undefined) assertNear(reading.maxCurrent, current, 0.1, 'maxCurrent');
        });
      }
    }),

    contract('a current that is set while disabled does not enable, and holds once enabled', async (peer) => {
      if (peer.device.traits?.switch) return;
      await peer.set({ status: 'B' });
      await peer.device.enable(false, inTime());
      await peer.device.setMaxCurrent(limits(peer.device).minCurrent, inTime());
      await shows(peer, (reading) => assert.equal(reading.enabled, false));
      assert.equal(peer.state().enabled, false, 'setting a current enabled the hardware');
      await peer.device.enable(true, inTime());
      await eventually(() => assertCurrent(peer, limits(peer.device).minCurrent));
    }),

    contract('switching phases takes effect both ways, if it can', async (peer) => {
      if (!peer.device.setPhases) return;
      await peer.set({ status: 'B' });
      await peer.device.enable(false, inTime());
      for (const phases of [1, 3, 1] as const) {
        await peer.device.setPhases(phases, inTime());
        await eventually(() => assert.equal(peer.state().phases, phases, 'the hardware did not follow'));
        await shows(peer, (reading) => assert.equal(reading.phases ?? phases, phases));
      }
    }),

    contract('waking up a car is one command, if it can', async (peer) => {
      if (!peer.device.wakeUp) return;
      const before = peer.writes();
      await peer.device.wakeUp(inTime());
      await eventually(() => assert.ok(peer.writes() > before, 'nothing arrived'));
    }),

    contract('a command that fails says so, and works when it is repeated', async (peer) => {
      if (!canFail(peer, 'refuse')) return;
      await read(peer);
      await peer.fail('refuse');
      const { minCurrent } = limits(peer.device);
      await assertFails(peer, () => peer.device.enable(true, inTime()), ['EVCC_DEVICE_UNAVAILABLE']);
      if (peer.device.traits?.switch) {
        await peer.recover();
        await eventually(() => peer.device.enable(true, inTime()));
        await eventually(() => assert.ok(peer.state().enabled, 'the hardware should be enabled'));
        return;
      }
      await assertFails(peer, () => peer.device.setMaxCurrent(minCurrent, inTime()), ['EVCC_DEVICE_UNAVAILABLE']);
      await peer.recover();
      await eventually(() => peer.device.setMaxCurrent(minCurrent, inTime()));
      await eventually(() => peer.device.enable(true, inTime()));
      await eventually(() => assertCurrent(peer, minCurrent));
    }),

    contract('a command to hardware that does not answer ends with its signal', async (peer) => {
      if (!canFail(peer, 'hang')) return;
      await peer.fail('hang');
      await assertFails(peer, () => peer.device.enable(true, AbortSignal.timeout(100)), ['EVCC_DEVICE_UNAVAILABLE']);
    }),

    ...commonCases('charger', setup, (peer, signal) => peer.device.read(signal)),
  ];
}

function limits(device: ChargerDevice): { minCurrent: number; maxCurrent: number; currentStep: number } {
  const { minCurrent = 6, maxCurrent = 16, currentStep = 1 } = device.traits ?? {};
  return { minCurrent, maxCurrent, currentStep };
}

function read(peer: ChargerPeer): Promise<ChargerReading> {
  return peer.device.read(inTime());
}

async function shows(peer: ChargerPeer, check: (reading: ChargerReading) => void): Promise<void> {
  await eventually(async () => check(await read(peer)));
}

function assertCurrent(peer: ChargerPeer, current: number): void {
  const state = peer.state();
  assert.ok(state.enabled, 'the hardware should be enabled');
  assert.ok(Math.abs(state.current - current) < 0.05, `the hardware should offer ${current} A, not ${state.current} A`);
}
