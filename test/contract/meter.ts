import assert from 'node:assert/strict';
import type { BatteryMode, MeterDevice, MeterReading, PerPhase } from '../../core/index.ts';
import { assertReading, type ContractCase, caseOf, commonCases, eventually, inTime, type Peer } from './peer.ts';

/** What a simulated meter measures. Fields that this hardware does not have are absent. */
export interface MeterHardware {
  /** W, with the sign of a reading: grid + import, battery + discharge, pv + generation, others + consumption */
  readonly power: number;
  /** W */
  readonly powers?: PerPhase;
  /** A */
  readonly currents?: PerPhase;
  /** V */
  readonly voltages?: PerPhase;
  /** Wh, in the direction of positive power */
  readonly energy?: number;
  /** Wh, in the direction of negative power */
  readonly returnEnergy?: number;
  /** % */
  readonly soc?: number;
  readonly batteryMode?: BatteryMode;
}

/** A meter and its simulated hardware. */
export interface MeterPeer extends Peer<MeterDevice> {
  /** What the hardware measures now; the contract compares readings with it. */
  state(): MeterHardware;
  /** Brings the hardware into a state; resolves when the next reading would show it. What it does not have is ignored. */
  set(state: Partial<MeterHardware>): Promise<void> | void;
  /** How many control commands arrived at the hardware so far; absent: it takes none */
  writes?(): number;
  /** What the hardware did not like; absent: it never complains */
  violations?(): readonly string[];
}

const RESOLUTIONS = { power: 10, powers: 10, currents: 0.2, voltages: 2, energy: 100, returnEnergy: 100, soc: 1 };

/** What every meter and home battery has to do, as cases for any test runner. Each case sets up a meter of its own. */
export function meterContract(setup: () => Promise<MeterPeer>): ContractCase[] {
  const contract = (title: string, body: (peer: MeterPeer) => Promise<void>) =>
    caseOf(setup, `meter: ${title}`, async (peer) => {
      await body(peer);
      assert.deepEqual(peer.violations?.() ?? [], [], 'the hardware complained');
    });

  return [
    contract('power has the sign and the unit of the convention', async (peer) => {
      for (const power of [0, 1_234, -2_345, 11_040]) {
        await peer.set({ power });
        await shows(peer, (reading) => assertReading({ power: reading.power }, peer.state(), RESOLUTIONS));
      }
    }),

    contract('a reading has the units of the hardware, and what it does not have is absent', async (peer) => {
      await peer.set({ power: 3_450, powers: [1_150, 1_150, 1_150], currents: [5, 5, 5], voltages: [230, 229, 231] });
      await peer.set({ energy: 12_345_600, returnEnergy: 2_345_600, soc: 57 });
      await shows(peer, (reading) => assertReading(reading, peer.state(), RESOLUTIONS));
    }),

    contract('the phases together are the total', async (peer) => {
      await peer.set({ power: -2_300, powers: [-1_000, -800, -500], currents: [-4.3, -3.5, -2.2] });
      await shows(peer, (reading) => {
        if (!reading.powers) return;
        const sum = reading.powers.reduce((total, power) => total + power, 0);
        assertReading({ power: sum }, { power: reading.power }, { power: 50 });
      });
    }),

    contract('counters of energy never fall', async (peer) => {
      let last = { energy: 0, returnEnergy: 0 };
      for (const energy of [1_000_000, 1_000_000, 1_500_000]) {
        await peer.set({ energy, returnEnergy: energy / 2 });
        await shows(peer, (reading) => {
          const now = { energy: reading.energy ?? 0, returnEnergy: reading.returnEnergy ?? 0 };
          assert.ok(now.energy >= last.energy && now.returnEnergy >= last.returnEnergy, 'energy fell');
          assertReading(reading, peer.state(), RESOLUTIONS);
          last = now;
        });
      }
    }),

    contract('the soc of a battery is a percentage', async (peer) => {
      for (const soc of [0, 57, 100]) {
        await peer.set({ soc });
        await shows(peer, (reading) => {
          assert.ok(reading.soc === undefined || (reading.soc >= 0 && reading.soc <= 100), `soc ${reading.soc}`);
          assertReading(reading, peer.state(), RESOLUTIONS);
        });
      }
    }),

    contract('the capacity of a battery is in Wh', async ({ device }) => {
      const capacity = device.traits?.capacity;
      assert.ok(capacity === undefined || capacity >= 500, `capacity ${capacity} Wh`);
    }),

    contract('reading writes nothing', async (peer) => {
      const before = peer.writes?.();
      for (let turn = 0; turn < 3; turn += 1) await read(peer);
      assert.equal(peer.writes?.(), before);
    }),

    contract(
      'battery modes take effect or are refused by name, and normal always works, if it has modes',
      async (peer) => {
        const { device } = peer;
        if (!device.setBatteryMode) return;
        for (const mode of ['hold', 'normal', 'charge', 'normal', 'holdcharge', 'normal', 'normal'] as const) {
          const before = peer.state().batteryMode;
          const error: unknown = await device.setBatteryMode(mode, inTime()).then(
            () => undefined,
            (reason: unknown) => reason,
          );
          if (error !== undefined) {
            assert.notEqual(mode, 'normal', `normal failed: ${String(error)}`);
            assert.equal((error as { code?: unknown }).code, 'EVCC_NOT_SUPPORTED', String(error));
          }
          const expected = error === undefined ? mode : before;
          await eventually(() => assert.equal(peer.state().batteryMode, expected));
        }
      },
    ),

    ...commonCases('meter', setup, (peer, signal) => peer.device.read(signal)),
  ];
}

function read(peer: MeterPeer): Promise<MeterReading> {
  return peer.device.read(inTime());
}

async function shows(peer: MeterPeer, check: (reading: MeterReading) => void): Promise<void> {
  await eventually(async () => check(await read(peer)));
}
