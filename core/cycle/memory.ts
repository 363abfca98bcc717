import type { ChargeStatus, Phases } from '../devices.ts';
import type { Setpoint, Timer } from '../site.ts';
import { type SocMemory, UNKNOWN_SOC } from './soc.ts';

/** The car's side of the charge status; D counts as C, and faults of the charger (E, F) leave it as it was. */
export type CarStatus = Exclude<ChargeStatus, 'D' | 'E' | 'F'>;

/** A car that is offered current but does not charge is woken up when `since` is long enough ago. */
export interface WakeUp {
  /** ms since the epoch of the offer, or of the last attempt */
  readonly since: number;
  /** Attempts left */
  readonly left: number;
}

/** It is being found out which vehicle was connected. */
export interface Detection {
  /** ms since the epoch */
  readonly since: number;
  /** ms since the epoch when vehicles were last asked; absent: not yet */
  readonly askedAt: number | undefined;
  /** Several vehicles may be it, which was logged */
  readonly ambiguous: boolean;
}

/** A vehicle was read, or at least asked. */
export interface Poll {
  /** ms since the epoch of the first attempt */
  readonly at: number;
  readonly attempts: number;
}

/** What a loadpoint remembers from cycle to cycle: plain data, replaced as a whole, so that it can be stored and replayed. */
export interface LoadpointMemory {
  /** Status of the car in the last reading that told it; absent: never read */
  readonly status: CarStatus | undefined;
  /** The charger lets the car charge: as commanded, corrected by what it reports */
  readonly enabled: boolean;
  /** false: a command to switch failed, which may have taken effect all the same; the next order is sent in any case */
  readonly enabledKnown: boolean;
  /** The charger switched itself off to switch phases: it is switched on again with the next order */
  readonly droppedOut: boolean;
  /** A, what the charger was last told; 0 after it was disabled, so that the next start sends it again */
  readonly offeredCurrent: number;
  /** false: a command failed, or nobody says what is offered; the next order is sent in any case */
  readonly currentKnown: boolean;
  /** ms since the epoch of the last current command */
  readonly currentSetAt: number | undefined;
  /** Phases switched on; 0: unknown */
  readonly phasesEnabled: 0 | Phases;
  /** Phases that carried current; absent: unknown */
  readonly phasesMeasured: 1 | 2 | 3 | undefined;
  /** ms since the epoch of the last enable or disable command */
  readonly switchedAt: number | undefined;
  /** That command was to enable, so that no pause counts from it when something else switches off */
  readonly switchedOn: boolean;
  /** ms since the epoch of the last phase command, or of the last attempt that was given up */
  readonly phasesSwitchedAt: number | undefined;
  /** ms since the epoch of the last command that failed; what came of it is unknown until a later reading */
  readonly failedAt: number | undefined;
  /** Phase switches in a row that failed or had no effect */
  readonly phaseFailures: number;
  /** A phase switch waits since then for the current to stop flowing; a charge that was on before goes on after it */
  readonly pendingPhases: { readonly since: number; readonly resumes: boolean } | undefined;
  /** ms since the epoch when a user last changed something, or a car was connected; absent: never */
  readonly wishedAt: number | undefined;
  /** ms since the epoch of the connection; absent: not connected */
  readonly connectedAt: number | undefined;
  /** ms since the epoch of the connection if it was seen to begin; absent: not connected, or found at the start */
  readonly arrivedAt: number | undefined;
  /** ms that the car is connected, as the charger said last */
  readonly connectedFor: number | undefined;
  /** Absent: nobody to wake up */
  readonly wakeUp: WakeUp | undefined;
  /** Whom to wake the car up with the present order; absent: it need not be */
  readonly waking: 'charger' | 'vehicle' | undefined;
  /** What did not fit when it was last looked at: it is logged once */
  readonly mismatches: readonly string[];
  /** ms since the epoch since when the car takes clearly less than it is offered, or nothing */
  readonly undershootSince: number | undefined;
  /** Name of the active vehicle; null: none, or a guest */
  readonly vehicle: string | null;
  /** What the charger said last of who was connected; empty: nothing */
  readonly identifier: string;
  /** Absent: the vehicle is known, or nobody looks for it any more */
  readonly detection: Detection | undefined;
  /** Absent: the vehicle was not read since it was connected, began or ended charging */
  readonly polled: Poll | undefined;
  readonly soc: SocMemory;
  /** A that this loadpoint could be lowered to in favour of more important ones; absent: it gives nothing */
  readonly yieldsTo: number | undefined;
  readonly timers: Readonly<Record<string, Timer>>;
  /** The set-point of the last cycle; absent: none yet */
  readonly setpoint: Setpoint | undefined;
}

/** Every field is there from the start: objects of one shape are copied fast. */
export const NEW_MEMORY: LoadpointMemory = {
  status: undefined,
  enabled: false,
  enabledKnown: true,
  droppedOut: false,
  offeredCurrent: 0,
  currentKnown: true,
  currentSetAt: undefined,
  phasesEnabled: 0,
  phasesMeasured: undefined,
  switchedAt: undefined,
  switchedOn: false,
  phasesSwitchedAt: undefined,
  failedAt: undefined,
  phaseFailures: 0,
  pendingPhases: undefined,
  wishedAt: undefined,
  connectedAt: undefined,
  arrivedAt: undefined,
  connectedFor: undefined,
  wakeUp: undefined,
  waking: undefined,
  mismatches: [],
  undershootSince: undefined,
  vehicle: null,
  identifier: '',
  detection: undefined,
  polled: undefined,
  soc: UNKNOWN_SOC,
  yieldsTo: undefined,
  timers: {},
  setpoint: undefined,
};

/** ms that a car which was just connected is offered current where it expects that */
const WELCOME = 30_000;

/** A car came a moment ago, and was seen to come. */
export function isWelcome({ arrivedAt }: LoadpointMemory, now: number): boolean {
  return arrivedAt !== undefined && now >= arrivedAt && now - arrivedAt < WELCOME;
}
