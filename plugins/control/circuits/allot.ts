import type { Allotment, Allotments, AllotRequest, LoadpointState, Reason, SiteState } from '../../../core/index.ts';
import { amperes, watts } from '../../shared/charging.ts';
import { type Blind, claimsOf, type Limit, type Limits, limitsOf, OPERATOR } from './limits.ts';
import { type Party, type Share, share } from './share.ts';

/** Shares circuits and the grid operator's limit among the loadpoints. Pure. */

/** Share of the offered current from which a car is said to make use of the offer */
const FOLLOWS = 0.85;
/** A above what a car takes that it may still be ramping up to */
const HEADROOM = 2;
/** ms for which a car that is offered current but does not charge keeps its place, and after which it may have another turn */
const PATIENCE = 900_000;
/** A above which a phase is in use */
const ACTIVE_CURRENT = 1;
/** ms between two phase switches */
const PHASE_PAUSE = 60_000;
/** ms after which more phases are used again; a user's wish does not wait */
const MORE_PHASES_PAUSE = 300_000;

/** A party with what it stands for. */
interface Member extends Party {
  readonly request: AllotRequest;
  /** Phases of each way */
  readonly phases: readonly number[];
  readonly blind: readonly Blind[];
}

export function allot(requests: readonly AllotRequest[], site: SiteState): Allotments {
  const limits = limitsOf(site);
  const { known } = limits;
  const members = requests.filter(isReachable).map((request) => memberOf(request, limits, site));
  const rooms = known.map(({ room }) => room);
  // Who cannot be told anything keeps what it has.
  for (const { loadpoint } of requests.filter((request) => !isReachable(request))) {
    for (const { limit, held } of claimsOf(loadpoint, 0, limits, site.voltage))
      rooms[limit] = (rooms[limit] ?? 0) - held;
  }
  const shares = share(rooms, members);
  return new Map(
    members.flatMap((member, index): [number, Allotment][] => {
      const own = shares[index];
      return own ? [[member.request.loadpoint.id, allotmentOf(member, own, known, site)]] : [];
    }),
  );
}

function isReachable({ loadpoint: { charger } }: AllotRequest): boolean {
  return charger !== undefined && !charger.stale;
}

function memberOf(request: AllotRequest, limits: Limits, site: SiteState): Member {
  const { loadpoint, current: wanted } = request;
  const { minCurrent: min, connected } = loadpoint;
  const phases = waysOf(request, site.now);
  const above = limits.blindAbove(loadpoint.circuit);
  return {
    request,
    blind: above,
    phases,
    min,
    max: connected ? largest(request, above, site.voltage) : 0,
    step: loadpoint.traits.currentStep ?? 1,
    wanted,
    needs: needsOf(request, site.voltage),
    kept: keptOf(request, site.voltage),
    rank: rankOf(request, site.now),
    ways: phases.map((count) => claimsOf(loadpoint, count, limits, site.voltage)),
  };
}

/** Below a circuit without reading a running charge keeps its minimum where equal parts of the limit allow it; none starts. */
function largest({ loadpoint, running, phases }: AllotRequest, blind: readonly Blind[], voltage: number): number {
  const { minCurrent, maxCurrent } = loadpoint;
  if (blind.length === 0) return maxCurrent;
  const allowed = blind.every(({ current, power }) => minCurrent <= current && minCurrent * phases * voltage <= power);
  return running && allowed ? Math.min(minCurrent, maxCurrent) : 0;
}

/** Phases that a loadpoint may be charged on, the wanted ones first. */
function waysOf({ loadpoint, phases: wanted }: AllotRequest, now: number): number[] {
  const { canSwitchPhases, settings, phasesActive, phasesEnabled, phasesSwitchedAt, wishedAt, chargeCurrents } =
    loadpoint;
  // A car may use more phases than is said of it.
  const phases = Math.max(wanted, chargeCurrents?.filter((current) => current > ACTIVE_CURRENT).length ?? 0);
  if (!canSwitchPhases || settings.phases !== 0 || phases === 1) return [phases];
  const since = phasesSwitchedAt === undefined ? Number.POSITIVE_INFINITY : Math.abs(now - phasesSwitchedAt);
  if (phasesEnabled !== 1) return phasesActive > 1 && since < PHASE_PAUSE ? [phases] : [phases, 1];
  const wished = wishedAt !== undefined && wishedAt > (phasesSwitchedAt ?? 0);
  return since < MORE_PHASES_PAUSE && !wished ? [1] : [phases, 1];
}

/** A that a loadpoint has for certain; while it is not known what it was told, what its car takes, and its minimum. */
function keptOf({ loadpoint, running }: AllotRequest, voltage: number): number {
  const { offeredCurrent, permittedCurrent, minCurrent } = loadpoint;
  if (!running) return 0;
  return permittedCurrent === offeredCurrent
    ? offeredCurrent
    : Math.max(minCurrent, Math.min(offeredCurrent, usedBy(loadpoint, voltage)));
}

/** A that the car takes, on the fullest phase */
function usedBy({ chargeCurrents, chargePower, phasesActive }: LoadpointState, voltage: number): number {
  return chargeCurrents ? Math.max(...chargeCurrents) : chargePower / (phasesActive * voltage);
}

/** A that a loadpoint has shown to make use of. */
function needsOf({ loadpoint, current, running }: AllotRequest, voltage: number): number {
  const { minCurrent, offeredCurrent, charging } = loadpoint;
  if (!running || !charging) return minCurrent;
  const used = usedBy(loadpoint, voltage);
  return used >= FOLLOWS * offeredCurrent ? current : Math.max(minCurrent, used + HEADROOM);
}

/**
 * Who charges goes before who wants to start, and in each case plans, minimum soc and full power before surplus; who has had a turn
 * without use goes last, so that nobody blocks the others.
 */
function rankOf({ loadpoint, current, running, fast }: AllotRequest, now: number): number {
  const { charging, switchedAt, wishedAt } = loadpoint;
  const lately = switchedAt !== undefined && Math.abs(now - switchedAt) < PATIENCE;
  if (current === 0) return 6;
  if (running) return charging || lately ? (fast ? 0 : 1) : 4;
  const wished = wishedAt !== undefined && wishedAt >= (switchedAt ?? 0);
  return lately && !wished ? 5 : fast ? 2 : 3;
}

function allotmentOf(member: Member, own: Share, known: readonly Limit[], site: SiteState): Allotment {
  const { request, phases, min } = member;
  const { loadpoint } = request;
  const count = phases[own.way] ?? request.phases;
  const fewer = own.current > 0 && count < request.phases;
  // What is meant for fewer phases must not be offered on those that are still on.
  const current = fewer && count < loadpoint.phasesActive ? Math.min(own.current, min) : own.current;
  return {
    current,
    ...(fewer && { phases: 1 as const }),
    reason: reasonOf(member, own, known, site.voltage),
  };
}

function reasonOf(
  member: Member,
  { current, waits, way, bound }: Share,
  known: readonly Limit[],
  voltage: number,
): Reason {
  const [silent] = member.blind;
  const allowed = current > 0 ? amperes(current) : 'no current';
  if (silent) {
    return {
      code: 'circuit-unknown',
      text: `the meter of circuit ${silent.circuit.title} is silent, so there is ${current > 0 ? `only the minimum of ${allowed}` : allowed}`,
      change: 'more when the meter answers',
    };
  }
  const { request, phases, min } = member;
  const count = phases[way] ?? request.phases;
  const limit = bound && known[bound.limit];
  if (!limit || (current > 0 && count < request.phases)) {
    const text = `${allowed} on one phase: there is no room on ${request.phases} phases, or was none a moment ago`;
    return { code: 'circuit-phases', text, change: `more when there is room for ${amperes(min)} on all phases` };
  }
  const [unit, weight, where] =
    limit.phase === undefined ? [watts, count * voltage, ''] : [amperes, 1, ` on L${limit.phase}`];
  if (waits) {
    const text = `${limit.who} leaves ${allowed}${where} until other loadpoints have been lowered`;
    return { code: 'circuit-waits', text, change: 'more in one of the next cycles' };
  }
  return {
    ...(limit.who === OPERATOR ? { code: 'grid-operator' } : { code: 'circuit' }),
    text: `${limit.who} allows ${unit(limit.value)}${where}, which leaves ${allowed}`,
    change:
      current > 0
        ? `more when others take less${where}`
        : `starts when others take ${unit(Math.max(0, min - bound.left) * weight)} less${where}`,
  };
}
