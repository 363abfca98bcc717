import type { ChargeStatus, Phases } from '../devices.ts';
import type { Setpoint, Timer } from '../site.ts';

/** The car's side of the charge status; faults of the charger (E, F) leave it as it was. */
export type CarStatus = Exclude<ChargeStatus, 'E' | 'F'>;

/** What a loadpoint remembers from cycle to cycle: plain data, replaced as a whole, so that it can be stored and replayed. */
export interface LoadpointMemory {
  /** Status of the car in the last reading that told it; absent: never read */
  readonly status: CarStatus | undefined;
  /** The charger lets the car charge: as commanded, corrected by what it reports */
  readonly enabled: boolean;
  /** false: a command to switch failed, which may have taken effect all the same; the next order is sent in any case */
  readonly enabledKnown: boolean;
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
  /** ms since the epoch since when the car takes clearly less than it is offered, or nothing */
  readonly undershootSince: number | undefined;
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
  offeredCurrent: 0,
  currentKnown: true,
  currentSetAt: undefined,
  phasesEnabled: 0,
  phasesMeasured: undefined,
  switchedAt: undefined,
  phasesSwitchedAt: undefined,
  failedAt: undefined,
  phaseFailures: 0,
  pendingPhases: undefined,
  wishedAt: undefined,
  connectedAt: undefined,
  undershootSince: undefined,
  yieldsTo: undefined,
  timers: {},
  setpoint: undefined,
};
