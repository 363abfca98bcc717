import { describe, expect, test } from 'vitest';
import type { PerPhase, Phases } from '../../../../core/index.ts';
import { createServices } from '../../../../core/services.ts';
import charger from '../../../../plugins/chargers/ocpp/index.ts';
import type { OcppService } from '../../../../plugins/shared/ocpp/service.ts';
import { applyPlugin, type ChargerPeer, chargerContract } from '../../../contract/index.ts';
import { startCentral } from '../../../helpers/ocpp-central.ts';

const PASSWORD = 'correct horse battery';
const STATUSES = {
  A: 'Available',
  B: 'SuspendedEVSE',
  C: 'Charging',
  D: 'Charging',
  E: 'Faulted',
  F: 'Faulted',
} as const;

/** A station that can do everything, on one connector. */
const peer = (version: '1.6' | '2.0.1') => async (): Promise<ChargerPeer> => {
  const central = await startCentral();
  const device = await central.charger({ password: PASSWORD, phaseSwitching: true, maxCurrent: 16 });
  const station = await (version === '1.6' ? central.station : central.station201)({ password: PASSWORD });
  const connector = station.at();
  // Set up once, so that what the contract counts are its own commands.
  await expect.poll(() => station.of('TriggerMessage').at(-1)?.requestedMessage, { interval: 3 }).toBe('MeterValues');
  return {
    device,
    faults: ['refuse'],
    secrets: [PASSWORD],
    statuses: ['A', 'B', 'C', 'F'],
    state: () => {
      const { power, currents } = station.flow();
      return {
        status: connector.status === 'Charging' ? 'C' : 'B',
        enabled: station.offered() > 0,
        current: station.offered(),
        phases: station.phases() as Phases,
        power,
        currents: currents as unknown as PerPhase,
        voltages: connector.voltages as unknown as PerPhase,
        energy: connector.energy,
        ...(connector.soc !== undefined && { soc: connector.soc }),
      };
    },
    set: async ({ status, power, currents, voltages, energy, soc }) => {
      if (power !== undefined) connector.power = power;
      if (currents) connector.currents = currents;
      if (voltages) connector.voltages = voltages;
      if (energy !== undefined) connector.energy = energy;
      if (soc !== undefined) connector.soc = soc;
      if (status) {
        if (status === 'A' && connector.transaction !== undefined) await station.end();
        if (status !== 'A' && connector.transaction === undefined) await station.begin();
        await station.turn(status === 'B' && station.offered() > 0 ? 'SuspendedEV' : STATUSES[status]);
      }
      await station.measure();
    },
    writes: () => station.of('SetChargingProfile').length,
    violations: () => station.violations,
    fail: async () => {
      await station.disconnect();
      const reads = () => device.read(AbortSignal.timeout(1_000)).then(Boolean, () => false);
      await expect.poll(reads, { interval: 3 }).toBe(false);
    },
    recover: () => station.connect(),
    close: () => central.close(),
  };
};

describe('options', () => {
  test.for([
    [{ minCurrent: 10, maxCurrent: 8 }, 'maxCurrent 8 A is below minCurrent 10 A'],
    [{ phases: 1, phaseSwitching: true }, 'a station with one phase has nothing to switch'],
  ] as const)('%j: %s', async ([options, why]) => {
    const central = await startCentral();
    await expect(central.charger(options)).rejects.toThrow(why);
    await central.close();
  });

  test('give the facts', async () => {
    const central = await startCentral();
    expect((await central.charger()).traits).toEqual({ phases: 3, minCurrent: 6, currentStep: 0.1 });
    const other = await central.charger({ connector: 2, phases: 1, minCurrent: 8, maxCurrent: 20 });
    expect(other.traits).toEqual({ phases: 1, minCurrent: 8, maxCurrent: 20, currentStep: 0.1 });
    expect(other.setPhases).toBeUndefined();
    await central.close();
  });

  test('without the section ocpp it says what is missing', async () => {
    const plugin = await applyPlugin(charger);
    const device = await plugin.chargers.create('ocpp', { station: 'CP-1' });
    await expect(device.read(AbortSignal.timeout(1_000))).rejects.toThrow(
      'OCPP station CP-1: nobody listens for stations; add ocpp: {} to the configuration',
    );
    await device.close?.();
  });

  test('a central system that is replaced is found again', async () => {
    const desk = createServices();
    const opened: string[] = [];
    const order = { enabled: false, current: 6 };
    const state = { status: 'Available', waiting: false, identifier: '', order } as const;
    const service = (name: string): OcppService => ({
      open: () => {
        opened.push(name);
        return { state: () => state, order: async () => {}, close: () => void opened.push(`${name} closed`) };
      },
    });
    const services = { provide() {}, use: (name: string, use: never) => void desk.use(name, use) };
    const plugin = await applyPlugin(charger, undefined, { services: services as never });
    const end = desk.provide('ocpp', service('first'));
    const device = await plugin.chargers.create('ocpp', { station: 'CP-1' });
    end();
    await expect(device.read(AbortSignal.timeout(1_000))).rejects.toThrow('nobody listens');
    desk.provide('ocpp', service('second'));
    // Not only when it is read: stations that come meanwhile have to be known.
    expect(opened).toEqual(['first', 'first closed', 'second']);
    expect(await device.read(AbortSignal.timeout(1_000))).toMatchObject({ status: 'A' });
    await device.close?.();
    await expect(device.read(AbortSignal.timeout(1_000))).rejects.toThrow();
    expect(opened).toEqual(['first', 'first closed', 'second', 'second closed']);
  });
});

describe('a station of OCPP 1.6', () => {
  for (const { title, run } of chargerContract(peer('1.6'))) test(title, run);
});
describe('a station of OCPP 2.0.1', () => {
  for (const { title, run } of chargerContract(peer('2.0.1'))) test(title, run);
});
