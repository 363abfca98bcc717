import { applyPlugin, type ChargerHardware, type ChargerPeer } from 'evcc/testing';
import acme from '../index.ts';
import { startWallbox, TOKEN, type WallboxStatus } from './wallbox.ts';

const LETTERS = { none: 'A', connected: 'B', charging: 'C', fault: 'E' } as const;
const WORDS = { A: 'none', B: 'connected', C: 'charging', D: 'charging', E: 'fault', F: 'fault' } as const;

/** The wallbox as the contract sees it: its state in A, Wh and letters. */
export async function wallboxPeer(): Promise<ChargerPeer> {
  const wallbox = await startWallbox();
  const { chargers } = await applyPlugin(acme);
  return {
    device: await chargers.create('acme', { host: wallbox.host, token: TOKEN, relay: true, maxCurrent: 32 }),
    secrets: [TOKEN],
    statuses: ['A', 'B', 'C', 'E'],
    state: () => hardwareOf(wallbox.status),
    set: (hardware) => void Object.assign(wallbox.status, statusOf(hardware)),
    writes: () => wallbox.controls.length,
    violations: () => wallbox.violations,
    faults: wallbox.faults,
    fail: wallbox.fail,
    recover: wallbox.recover,
    connections: wallbox.connections,
    close: wallbox.close,
  };
}

function hardwareOf({ car, on, limitMilliamps, relay, watts, milliamps, volts, meterKwh }: WallboxStatus) {
  const [l1 = 0, l2 = 0, l3 = 0] = milliamps.map((each) => each / 1_000);
  const [v1 = 0, v2 = 0, v3 = 0] = volts;
  return {
    status: LETTERS[car],
    enabled: on,
    current: limitMilliamps / 1_000,
    phases: relay,
    power: watts,
    currents: [l1, l2, l3],
    voltages: [v1, v2, v3],
    energy: meterKwh * 1_000,
  } satisfies ChargerHardware;
}

function statusOf({ status, enabled, current, phases, power, currents, voltages, energy }: Partial<ChargerHardware>) {
  return {
    ...(status !== undefined && { car: WORDS[status] }),
    ...(enabled !== undefined && { on: enabled }),
    ...(current !== undefined && { limitMilliamps: current * 1_000 }),
    ...(phases !== undefined && { relay: phases }),
    ...(power !== undefined && { watts: power }),
    ...(currents !== undefined && { milliamps: currents.map((each) => each * 1_000) }),
    ...(voltages !== undefined && { volts: [...voltages] }),
    ...(energy !== undefined && { meterKwh: energy / 1_000 }),
  } satisfies Partial<WallboxStatus>;
}
