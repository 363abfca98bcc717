import type { Phases } from '../devices.ts';
import { rateAt } from '../runtime/energy.ts';
import type { ChargeMode, Reason, Setpoint, SiteState, Timer } from '../site.ts';
import type { Outcome } from './decide.ts';
import { limitSocOf } from './limits.ts';
import { waitsFor } from './waiting.ts';

/** What a cycle decided for a loadpoint, and why: the answer to "why does it (not) charge?". Pure, plain data. */

/** Who said what. */
export interface Statement {
  /** Plugin, or `core` */
  readonly by: string;
  /** Listed in `docs/reasons.md` */
  readonly code: string;
  /** A plain sentence with numbers */
  readonly text: string;
  /** What would have to happen for more to be charged; absent: nothing is known that would */
  readonly change?: string;
}

/** What a limiter, or the guard, said. */
export interface Lowering extends Statement {
  /** A per phase before; absent: as much as possible */
  readonly from?: number;
  /** A per phase afterwards; as `from`: it changed something else, such as the phases */
  readonly to?: number;
}

/** What the decision was based on; what is unknown is absent. */
export interface DecisionInputs {
  readonly mode: ChargeMode;
  /** As the charger reports it: A, B, C, E or F */
  readonly status?: string;
  readonly connected: boolean;
  readonly charging: boolean;
  /** The charger let the car charge before */
  readonly enabled: boolean;
  /** A, what the charger was last told; 0 while disabled */
  readonly offeredCurrent: number;
  /** 0: unknown */
  readonly phasesEnabled: 0 | Phases;
  readonly phasesActive: 1 | 2 | 3;
  /** A, smallest and largest current that may be set */
  readonly minCurrent: number;
  readonly maxCurrent: number;
  /** W */
  readonly chargePower: number;
  /** W, power to regulate as this loadpoint may regard it: + too much consumption, − surplus */
  readonly sitePower?: number;
  /** W, + import */
  readonly gridPower?: number;
  /** W */
  readonly pvPower: number;
  /** W, + discharge */
  readonly batteryPower: number;
  /** % */
  readonly batterySoc?: number;
  /** W */
  readonly homePower: number;
  /** Name of the active vehicle */
  readonly vehicle?: string;
  /** % */
  readonly soc?: number;
  /** %, 0: none */
  readonly minSoc: number;
  /** %, 100: the car decides */
  readonly targetSoc: number;
  /** Wh charged since the car was connected */
  readonly sessionEnergy: number;
  /** Currency per kWh of the present grid rate */
  readonly price?: number;
}

/** The decision of one cycle for one loadpoint. */
export interface DecisionRecord {
  /** ms since the epoch */
  readonly at: number;
  /** From 1 */
  readonly loadpoint: number;
  readonly name: string;
  readonly title: string;
  /** What is in force after it */
  readonly result: {
    readonly enabled: boolean;
    /** A per phase, 0: no charging */
    readonly current: number;
    /** 0: unknown */
    readonly phases: 0 | Phases;
  };
  /** What the result hangs on: the last one that lowered it, else the strategy */
  readonly binding: Statement;
  /** What would have to happen for more to be charged, or what is waited for; absent: nothing is known that would */
  readonly change?: string;
  /** The strategy that decided, and what it asked for */
  readonly strategy: Statement & {
    /** A per phase; absent: as much as possible */
    readonly current?: number;
    /** Absent: as they are */
    readonly phases?: Phases;
  };
  /** Limiters that lowered it, in their order */
  readonly limits: readonly Lowering[];
  /** What core's last stage had to say */
  readonly guard: readonly Lowering[];
  readonly timers: Readonly<Record<string, Timer>>;
  readonly inputs: DecisionInputs;
}

/** What surfaces see of the decisions. */
export interface DecisionsPort {
  /** The decision of the last cycle; `undefined`: no such loadpoint, or no cycle yet */
  current(loadpoint: number): DecisionRecord | undefined;
  /** Decisions in which the result or what it hangs on changed, oldest first; `undefined`: no such loadpoint */
  changes(loadpoint: number): readonly DecisionRecord[] | undefined;
}

export function recordOf(outcome: Outcome, site: SiteState): DecisionRecord {
  const { loadpoint, wanted, limited, setpoint, memory } = outcome;
  const { reasons } = setpoint;
  const [first] = reasons;
  const binding = statement(bindingOf(setpoint));
  const change = [binding.change ?? reasons.at(-1)?.change, waitsFor(outcome, site)]
    .filter((each) => each !== undefined)
    .join(', or ');
  const limits = lowerings(reasons.slice(1, limited.reasons.length), wanted.current);
  return {
    at: site.now,
    loadpoint: loadpoint.id,
    name: loadpoint.name,
    title: loadpoint.title,
    result: resultOf(outcome),
    binding,
    ...(change !== '' && { change }),
    strategy: {
      ...statement(first),
      ...finite('current', wanted.current),
      ...(wanted.phases !== undefined && { phases: wanted.phases }),
    },
    limits,
    guard: lowerings(reasons.slice(limited.reasons.length), limited.current),
    timers: memory.timers,
    inputs: inputsOf(outcome, site),
  };
}

/** What is in force: an order, or without one what the charger was told before. */
export function resultOf({ order, loadpoint }: Outcome): DecisionRecord['result'] {
  const phases = order?.phases ?? loadpoint.phasesEnabled;
  if (!order) return { enabled: loadpoint.enabled, current: loadpoint.offeredCurrent, phases };
  return { enabled: order.enabled, current: order.enabled ? order.current : 0, phases };
}

/** The reason that the result hangs on; what left less than the minimum, rather than that this is too little. */
export function bindingOf({ reasons }: Setpoint): Reason | undefined {
  const lowering = reasons.filter(({ current }, index) => index > 0 && current !== undefined);
  return lowering.findLast(({ code }) => code !== 'below-minimum') ?? lowering.at(-1) ?? reasons[0];
}

function statement(reason: Reason | undefined): Statement {
  const { by = 'core', code = 'unexplained', text = '', change } = reason ?? {};
  return { by, code, text, ...(change !== undefined && { change }) };
}

function lowerings(reasons: readonly Reason[], before: number): Lowering[] {
  let from = before;
  return reasons.map((reason) => {
    const to = reason.current ?? from;
    const lowering = { ...statement(reason), ...finite('from', from), ...finite('to', to) };
    from = to;
    return lowering;
  });
}

function inputsOf({ loadpoint }: Outcome, site: SiteState): DecisionInputs {
  const { settings, charger, vehicle } = loadpoint;
  const { mode, minSoc } = settings;
  const status = charger?.stale ? undefined : charger?.value.status;
  return {
    mode,
    ...(status !== undefined && { status }),
    connected: loadpoint.connected,
    charging: loadpoint.charging,
    enabled: loadpoint.enabled,
    offeredCurrent: loadpoint.offeredCurrent,
    phasesEnabled: loadpoint.phasesEnabled,
    phasesActive: loadpoint.phasesActive,
    minCurrent: loadpoint.minCurrent,
    maxCurrent: loadpoint.maxCurrent,
    chargePower: loadpoint.chargePower,
    ...finite('sitePower', loadpoint.sitePower),
    ...finite('gridPower', site.gridPower),
    pvPower: site.pvPower,
    batteryPower: site.batteryPower,
    ...finite('batterySoc', site.batterySoc),
    homePower: site.homePower,
    ...(vehicle && { vehicle: vehicle.name }),
    ...finite('soc', loadpoint.soc),
    minSoc,
    targetSoc: limitSocOf(settings),
    sessionEnergy: loadpoint.sessionEnergy,
    ...finite('price', rateAt(site.rates.grid, site.now)?.price),
  };
}

/** A field that is there if its value is a number. */
function finite<Name extends string>(name: Name, value: number | undefined): { [N in Name]?: number } {
  return (Number.isFinite(value) ? { [name]: value } : {}) as { [N in Name]?: number };
}
