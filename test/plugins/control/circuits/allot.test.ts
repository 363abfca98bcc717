import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decideAll } from '../../../../core/cycle/decide.ts';
import { NEW_MEMORY } from '../../../../core/cycle/memory.ts';
import { createHooks } from '../../../../core/hooks.ts';
import type {
  AllotRequest,
  CircuitState,
  LoadpointState,
  PerPhase,
  PhaseOrder,
  SiteState,
} from '../../../../core/index.ts';
import { allot } from '../../../../plugins/control/circuits/allot.ts';
import { circuitsAbove } from '../../../../plugins/shared/circuits.ts';
import { LOADPOINT_SETTINGS, NOW, sampled, siteOf, stateOf } from '../../../core/cycle/builders.ts';

const VOLTAGE = 230;
const TOLERANCE = 1e-5;
const NONE: PerPhase = [0, 0, 0];

/** Trees of circuits, with what they feed besides, loadpoints in any state, and what these want. */
interface House {
  readonly circuits: readonly (CircuitState & { readonly others: PerPhase; readonly silent: boolean })[];
  readonly loadpoints: readonly Lp[];
  readonly consumption: number | undefined;
}

interface Lp {
  readonly circuit: string;
  readonly phaseOrder: PhaseOrder;
  readonly phases: 1 | 2 | 3;
  readonly told: number;
  readonly takes: number;
  readonly wants: number;
  readonly connected: boolean;
  readonly stale: boolean;
  readonly canSwitch: boolean;
  readonly known: boolean;
}

const amperes = (max: number) => fc.double({ min: 0, max, noNaN: true });
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });

const anyCircuit = fc.record({
  above: fc.nat(),
  maxCurrent: maybe(fc.double({ min: 5, max: 120, noNaN: true })),
  maxPower: maybe(fc.double({ min: 1_000, max: 60_000, noNaN: true })),
  metered: fc.boolean(),
  silent: fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, fc.constant(true)),
  others: fc.oneof(fc.tuple(amperes(30), amperes(30), amperes(30)), fc.constant(NONE)),
});

const ORDERS: readonly PhaseOrder[] = [
  [1, 2, 3],
  [2, 3, 1],
  [3, 1, 2],
  [1, 3, 2],
];

const anyLp = fc.record({
  place: fc.nat(),
  phaseOrder: fc.constantFrom(...ORDERS),
  phases: fc.constantFrom(1, 2, 3, 3),
  told: fc.oneof(fc.constant(0), fc.integer({ min: 6, max: 32 })),
  takes: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 1, noNaN: true }), fc.constant(1)),
  wants: fc.oneof(fc.constant(0), fc.double({ min: 6, max: 32, noNaN: true })),
  connected: fc.oneof({ weight: 5, arbitrary: fc.constant(true) }, fc.constant(false)),
  stale: fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, fc.constant(true)),
  canSwitch: fc.boolean(),
  known: fc.oneof({ weight: 5, arbitrary: fc.constant(true) }, fc.constant(false)),
});

const anyHouse: fc.Arbitrary<House> = fc
  .tuple(
    fc.array(anyCircuit, { minLength: 1, maxLength: 5 }),
    fc.array(anyLp, { minLength: 1, maxLength: 6 }),
    fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, fc.double({ min: 0, max: 30_000, noNaN: true })),
  )
  .map(([circuits, lps, consumption]) => ({
    consumption,
    circuits: circuits.map(({ above, maxCurrent, maxPower, metered, silent, others }, index) => ({
      name: `c${index}`,
      title: `C${index}`,
      ...(index > 0 && { parent: `c${above % index}` }),
      ...(maxCurrent !== undefined && { maxCurrent }),
      ...(maxPower !== undefined && { maxPower }),
      ...(metered && { meter: { name: 'm', title: 'M' } }),
      silent: metered && silent,
      others: metered ? others : NONE,
    })),
    loadpoints: lps.map(({ place, ...lp }) => ({
      ...lp,
      phases: lp.phases as 1 | 2 | 3,
      circuit: `c${place % circuits.length}`,
    })),
  }));

function stateFor(lp: Lp, index: number): LoadpointState {
  const told = lp.told >= 6 ? Math.round(lp.told) : 0;
  const current = lp.connected ? told * lp.takes : 0;
  const currents = [0, 1, 2].map((phase) => (phase < lp.phases ? current : 0)) as unknown as PerPhase;
  return stateOf(
    {
      id: index + 1,
      circuit: lp.circuit,
      phaseOrder: lp.phaseOrder,
      connected: lp.connected,
      charging: current > 0,
      enabled: told > 0,
      offeredCurrent: told,
      permittedCurrent: lp.known ? told : 32,
      phasesActive: lp.phases,
      phasesMax: 3,
      phasesEnabled: lp.phases === 1 ? 1 : 3,
      canSwitchPhases: lp.canSwitch,
      minCurrent: 6,
      maxCurrent: 32,
      chargeCurrents: currents,
      chargePower: current * lp.phases * VOLTAGE,
      charger: { ...sampled(), stale: lp.stale },
    },
    { settings: { ...LOADPOINT_SETTINGS, phases: 0, maxCurrent: 32 } },
  );
}

function siteFor({ circuits, loadpoints, consumption }: House): SiteState {
  const states = loadpoints.map(stateFor);
  const own = (name: string): PerPhase =>
    sumOf(
      states.filter(({ circuit }) => circuitsAbove(circuits, circuit).some((each) => each.name === name)).map(taken),
    );
  /** What a circuit feeds besides loadpoints, with its parts */
  const beside = (name: string): PerPhase =>
    sumOf(
      circuits
        .filter((each) => circuitsAbove(circuits, each.name).some((above) => above.name === name))
        .map(({ others }) => others),
    );
  return siteOf({
    loadpoints: states,
    readings: { ...siteOf().readings, ...(consumption !== undefined && { operator: { consumption } }) },
    circuits: circuits.map(({ others: _, silent, meter, ...circuit }) => {
      if (!meter) return circuit;
      const currents = sumOf([own(circuit.name), beside(circuit.name)]);
      const power = currents.reduce((sum, each) => sum + each, 0) * VOLTAGE;
      return { ...circuit, meter: { ...meter, sample: { value: { power, currents }, at: NOW, stale: silent } } };
    }),
  });
}

const sumOf = (all: readonly PerPhase[]): PerPhase =>
  [0, 1, 2].map((phase) => all.reduce((sum, each) => sum + (each[phase] ?? 0), 0)) as unknown as PerPhase;

const taken = ({ chargeCurrents = NONE, phaseOrder }: LoadpointState): PerPhase => wired(chargeCurrents, phaseOrder);

const wired = (currents: readonly number[], order: PhaseOrder): PerPhase =>
  [1, 2, 3].map((phase) => currents[order.indexOf(phase as 1 | 2 | 3)] ?? 0) as unknown as PerPhase;

const onPhases = (current: number, phases: number, order: PhaseOrder): PerPhase =>
  wired(
    [0, 1, 2].map((phase) => (phase < phases ? current : 0)),
    order,
  );

function requestsFor(site: SiteState, house: House): AllotRequest[] {
  return site.loadpoints.map((loadpoint, index) => {
    const { wants = 0, connected, stale } = house.loadpoints[index] ?? { connected: false, stale: true };
    return {
      loadpoint,
      current: connected && !stale ? Math.floor(wants) : 0,
      phases: loadpoint.phasesActive,
      running: loadpoint.enabled,
      fast: index % 2 === 0,
    };
  });
}

/** Everything a test looks at: what each loadpoint is allowed, and what it may still take. */
function play(house: House) {
  const site = siteFor(house);
  const requests = requestsFor(site, house);
  const allotments = allot(requests, site);
  const loads = requests.map(({ loadpoint, phases }) => {
    const { id, phaseOrder, permittedCurrent, phasesActive } = loadpoint;
    const allotment = allotments.get(id);
    const count = allotment?.phases ?? phases;
    const told = onPhases(allotment?.current ?? 0, count, phaseOrder);
    const allowed = onPhases(permittedCurrent, phasesActive, phaseOrder);
    const takes = taken(loadpoint);
    const held = told.map((_, phase) => Math.max(allowed[phase] ?? 0, takes[phase] ?? 0)) as unknown as PerPhase;
    return { loadpoint, reachable: allotment !== undefined, allotment, told, held };
  });
  return { site, loads };
}

const watts = (currents: PerPhase): number => currents.reduce((sum, each) => sum + each, 0) * VOLTAGE;

describe('random houses', () => {
  test('no circuit is overloaded at any level, on any phase, by what loadpoints are told and may still take', () => {
    let checked = 0;
    fc.assert(
      fc.property(anyHouse, (house) => {
        const { site, loads } = play(house);
        for (const circuit of house.circuits) {
          const inside = loads.filter(({ loadpoint }) =>
            circuitsAbove(site.circuits, loadpoint.circuit).some(({ name }) => name === circuit.name),
          );
          const silent = house.circuits.some(
            (each) => each.silent && circuitsAbove(site.circuits, each.name).some(({ name }) => name === circuit.name),
          );
          if (silent) continue;
          const others = sumOf(
            house.circuits
              .filter((each) => circuitsAbove(site.circuits, each.name).some(({ name }) => name === circuit.name))
              .map((each) => each.others),
          );
          const root = circuit.parent === undefined ? house.consumption : undefined;
          const maxPower = Math.min(circuit.maxPower ?? Number.POSITIVE_INFINITY, root ?? Number.POSITIVE_INFINITY);
          const stuck = sumOf(inside.filter(({ reachable }) => !reachable).map(({ held }) => held));
          const told = sumOf(inside.map((each) => each.told));
          const most = sumOf(
            inside.map(
              (each) => each.told.map((own, phase) => Math.max(own, each.held[phase] ?? 0)) as unknown as PerPhase,
            ),
          );
          for (const phase of [0, 1, 2]) {
            const room = (circuit.maxCurrent ?? Number.POSITIVE_INFINITY) - (others[phase] ?? 0);
            const own = told[phase] ?? 0;
            if (own > 0) expect(own + (stuck[phase] ?? 0)).toBeLessThanOrEqual(room + TOLERANCE);
            const raised = inside.some((each) => (each.told[phase] ?? 0) > (each.held[phase] ?? 0) + TOLERANCE);
            if (raised) expect(most[phase]).toBeLessThanOrEqual(room + TOLERANCE);
            if (raised) checked += 1;
          }
          const left = maxPower - watts(others);
          if (watts(told) > 0) expect(watts(told) + watts(stuck)).toBeLessThanOrEqual(left + TOLERANCE * VOLTAGE);
        }
      }),
      { numRuns: 3_000 },
    );
    expect(checked).toBeGreaterThan(200);
  });

  test('below a meter that is silent nobody starts, and nobody gets more than the minimum', () => {
    fc.assert(
      fc.property(anyHouse, (house) => {
        const { site, loads } = play(house);
        for (const { loadpoint, allotment } of loads) {
          const above = circuitsAbove(site.circuits, loadpoint.circuit);
          const silent = above.some(
            ({ name, maxCurrent, maxPower }) =>
              (maxCurrent ?? maxPower) !== undefined &&
              house.circuits.some((each) => each.name === name && each.silent),
          );
          if (!silent || !allotment) continue;
          expect([0, 6]).toContain(allotment.current);
          if (!loadpoint.enabled) expect(allotment.current).toBe(0);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  test('who charges keeps the minimum whenever all minimums fit', () => {
    let kept = 0;
    fc.assert(
      fc.property(anyHouse, (house) => {
        const sound = {
          ...house,
          circuits: house.circuits.map((each) => ({ ...each, silent: false })),
          loadpoints: house.loadpoints.map((each) => ({
            ...each,
            stale: false,
            known: true,
            canSwitch: false,
          })),
        };
        const { site, loads } = play(sound);
        const charging = loads.filter(
          ({ loadpoint }, index) => loadpoint.charging && (sound.loadpoints[index]?.wants ?? 0) >= 6,
        );
        const fits = sound.circuits.every((circuit) => {
          const within = (name: string | undefined) =>
            circuitsAbove(site.circuits, name).some((each) => each.name === circuit.name);
          const least = sumOf(
            charging
              .filter(({ loadpoint }) => within(loadpoint.circuit))
              .map(({ loadpoint }) => onPhases(6, loadpoint.phasesActive, loadpoint.phaseOrder)),
          );
          const others = sumOf(sound.circuits.filter(({ name }) => within(name)).map((each) => each.others));
          const total = sumOf([least, others]);
          const root = circuit.parent === undefined ? sound.consumption : undefined;
          const power = Math.min(circuit.maxPower ?? Number.POSITIVE_INFINITY, root ?? Number.POSITIVE_INFINITY);
          return Math.max(...total) <= (circuit.maxCurrent ?? Number.POSITIVE_INFINITY) && watts(total) <= power;
        });
        if (!fits) return;
        for (const { allotment } of charging) expect(allotment?.current ?? 0).toBeGreaterThanOrEqual(6);
        kept += charging.length;
      }),
      { numRuns: 3_000 },
    );
    expect(kept).toBeGreaterThan(200);
  });

  test('the cycle never sends anybody more than it was allotted', () => {
    fc.assert(
      fc.property(anyHouse, (house) => {
        const site = siteFor(house);
        const hooks = createHooks();
        let allotted: ReturnType<typeof allot> = new Map();
        hooks.decide.tap('all', () => ({
          current: Number.POSITIVE_INFINITY,
          phases: 3,
          reason: { code: 'all', text: 'all' },
        }));
        hooks.allot.tap('circuits', (_, requests, state) => {
          allotted = allot(requests, state);
          return allotted;
        });
        const memories = new Map(site.loadpoints.map(({ id }) => [id, NEW_MEMORY]));
        for (const { loadpoint, order } of decideAll(hooks, site, memories)) {
          if (!order?.enabled) continue;
          expect(order.current).toBeLessThanOrEqual((allotted.get(loadpoint.id)?.current ?? 0) + 1e-9);
        }
      }),
      { numRuns: 500 },
    );
  });
});
