import type { SocReading } from '../config/checked.ts';
import type { Order } from '../cycle/guard.ts';
import { fixedPhases, type LoadpointInputs, loadpointState } from '../cycle/loadpoint-state.ts';
import { isWelcome, type LoadpointMemory, NEW_MEMORY } from '../cycle/memory.ts';
import { type Observation, observe } from '../cycle/observe.ts';
import type { LoadpointEntry } from '../cycle/replay.ts';
import { afterKill, isSameCar } from '../cycle/resume.ts';
import { UNKNOWN_SOC } from '../cycle/soc.ts';
import type { ChargerDevice, ChargerReading, ChargerTraits, MeterDevice, MeterReading } from '../devices.ts';
import type { LoadpointSettings } from '../settings.ts';
import type { ChargeMode, LoadpointState, PhaseOrder, VehicleState } from '../site.ts';
import type { Session, SessionEdit, SessionStore } from '../store.ts';
import { Decisions } from './decisions.ts';
import type { DeviceHandle } from './device-handle.ts';
import {
  addCycle,
  NEW_ACCOUNT,
  type SessionAccount,
  type SessionInput,
  type SessionLabels,
  toSession,
} from './session.ts';

/** What the configuration says of a loadpoint, in internal units. */
export interface LoadpointSpec {
  /** From 1 */
  readonly id: number;
  readonly name: string;
  readonly title: string;
  /** Name of the charger */
  readonly charger: string;
  /** Name of the separate charge meter */
  readonly meter?: string;
  /** Name of the vehicle that usually charges here */
  readonly vehicle?: string;
  /** Name of the circuit that feeds it; absent: there are no circuits */
  readonly circuit?: string;
  readonly phaseOrder: PhaseOrder;
  /** ms */
  readonly guardDuration: number;
  /** Mode after a car left; absent: it stays */
  readonly defaultMode?: ChargeMode;
  /** When a car leaves, mode, priority and currents go back to what is configured */
  readonly resetOnDisconnect: boolean;
  readonly soc: SocReading;
  /** Configured values of the settings rows, by name */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** Of a charger that says nothing of itself; always the same, so that nothing seems to have changed */
const NO_TRAITS: ChargerTraits = Object.freeze({});

/** A loadpoint as it runs: its devices, its memory, and the session that is under way. */
export class Loadpoint {
  readonly charger: DeviceHandle<ChargerDevice, ChargerReading>;
  #spec: LoadpointSpec;
  #meter: DeviceHandle<MeterDevice, MeterReading> | undefined;
  /** The newest one; absent: nothing is to be sent */
  order: Order | undefined;
  memory: LoadpointMemory = NEW_MEMORY;
  account: SessionAccount = NEW_ACCOUNT;
  decisions: Decisions = new Decisions();
  #entry: { -readonly [Field in keyof LoadpointEntry]: LoadpointEntry[Field] } | undefined;
  #session: SessionRecord = {};
  /** How an earlier process ended, until the first reading was compared with what it remembered */
  #resuming: 'stopped' | 'killed' | undefined;
  /** Saves are done one after the other, so that the first one gives the id to the others. */
  #saving: Promise<void> = Promise.resolve();

  constructor(
    spec: LoadpointSpec,
    charger: DeviceHandle<ChargerDevice, ChargerReading>,
    meter: DeviceHandle<MeterDevice, MeterReading> | undefined,
  ) {
    this.#spec = spec;
    this.charger = charger;
    this.#meter = meter;
    this.vehicle = spec.vehicle ?? null;
  }

  /** Name of the active vehicle; null: none */
  get vehicle(): string | null {
    return this.memory.vehicle;
  }

  /** What is known of the car before says nothing of another one. */
  set vehicle(vehicle: string | null) {
    if (vehicle === this.memory.vehicle) return;
    this.memory = { ...this.memory, vehicle, polled: undefined, soc: UNKNOWN_SOC };
  }

  get spec(): LoadpointSpec {
    return this.#spec;
  }

  get meter(): DeviceHandle<MeterDevice, MeterReading> | undefined {
    return this.#meter;
  }

  get canSwitchPhases(): boolean {
    return this.charger.device?.setPhases !== undefined;
  }

  /** Goes on with the same charger under a changed configuration. */
  change(spec: LoadpointSpec, meter: DeviceHandle<MeterDevice, MeterReading> | undefined): void {
    if (this.vehicle === (this.#spec.vehicle ?? null)) this.vehicle = spec.vehicle ?? null;
    this.#spec = spec;
    this.#meter = meter;
  }

  /** Takes over from a charger that was replaced: what it did counts, but what the new one was told is not known. */
  takeOver(before: Loadpoint): void {
    const vehicle = before.vehicle === (before.spec.vehicle ?? null) ? this.vehicle : before.vehicle;
    this.memory = { ...before.memory, vehicle, enabledKnown: false, currentKnown: false };
    this.account = before.account;
    this.decisions = before.decisions;
    this.#session = before.#session;
    this.#saving = before.#saving;
  }

  /** The session under way, as it is known to the store */
  get session(): KeptSession {
    const { id, identifier } = this.#session;
    return { ...(id !== undefined && { id }), ...(identifier !== undefined && { identifier }) };
  }

  /** Goes on where an earlier process stopped in an orderly way, or was killed: then its last commands may not be known. */
  restore({ memory, account, session }: KeptLoadpoint, stopped: boolean): void {
    this.memory = memory;
    this.account = account;
    this.#session = { ...session, saved: account };
    this.#resuming = stopped ? 'stopped' : 'killed';
  }

  /** An earlier process was killed, and its last commands are not known yet. */
  get isInDoubt(): boolean {
    return this.#resuming === 'killed';
  }

  /** Compares what is remembered with the first reading; another car is one that was connected meanwhile. */
  #resume(reading: ChargerReading, now: number): 'same' | 'other' {
    if (this.#resuming === 'killed') this.memory = afterKill(this.memory, reading);
    this.#resuming = undefined;
    const { identifier, connectedAt } = this.memory;
    if (connectedAt === undefined) return 'same';
    const present = { identifier: reading.identifier, counter: this.counter(now) };
    return isSameCar({ identifier, counter: this.account.meter }, present) ? 'same' : 'other';
  }

  /** What entered the present cycle, for recordings; absent: it was not observed yet */
  get entry(): LoadpointEntry | undefined {
    return this.#entry;
  }

  /** Takes the reading of this cycle into the memory. */
  observe(settings: Readonly<LoadpointSettings>, now: number): Observation {
    const traits = this.charger.device?.traits ?? NO_TRAITS;
    const facts = {
      canSwitchPhases: this.canSwitchPhases,
      fixedPhases: fixedPhases(settings, traits),
      minCurrent: settings.minCurrent,
      switchOnly: traits.switch ?? false,
    };
    const sample = this.charger.sample(now);
    const resumed = this.#resuming && sample && !sample.stale ? this.#resume(sample.value, now) : 'same';
    const gone = resumed === 'other' && sample && { ...sample, value: { ...sample.value, status: 'A' as const } };
    const left = gone ? observe(this.memory, gone, facts, now) : undefined;
    const before = left?.memory ?? this.memory;
    const observation = observe(before, sample, facts, now);
    this.memory = observation.memory;
    this.#entry = { before, facts, observed: observation.memory, inputs: undefined };
    return left ? { ...observation, events: [...left.events, ...observation.events] } : observation;
  }

  state(
    settings: Readonly<LoadpointSettings>,
    vehicle: VehicleState | undefined,
    voltage: number,
    now: number,
    expectsWelcome = false,
  ): LoadpointState {
    const { id, name, title, guardDuration, circuit, phaseOrder } = this.spec;
    const inputs: LoadpointInputs = {
      id,
      name,
      title,
      settings,
      enableDelay: settings.enableDelay * 1_000,
      disableDelay: settings.disableDelay * 1_000,
      guardDuration,
      charger: this.charger.sample(now),
      meter: this.meter?.sample(now),
      traits: this.charger.device?.traits ?? NO_TRAITS,
      canSwitchPhases: this.canSwitchPhases,
      canWakeUp: this.charger.device?.wakeUp !== undefined,
      welcome: expectsWelcome && isWelcome(this.memory, now),
      circuit,
      phaseOrder,
      vehicle,
      sessionEnergy: this.account.energy,
      memory: this.memory,
    };
    if (this.#entry) this.#entry.inputs = inputs;
    return Object.freeze(loadpointState(inputs, voltage));
  }

  /** Wh counter of whatever measures the charge; absent: none. */
  counter(now: number): number | undefined {
    const sample = this.meter ? this.meter.sample(now) : this.charger.sample(now);
    return sample && !sample.stale ? sample.value.energy : undefined;
  }

  /** Wh since the connection by the charger's own counter; absent: it has none, or something else measures the charge. */
  sessionCounter(now: number): number | undefined {
    const sample = this.meter ? undefined : this.charger.sample(now);
    return sample && !sample.stale ? sample.value.sessionEnergy : undefined;
  }

  /** A new car: the account starts from zero; after a session that just goes on as another one, from its counters. */
  beginSession(before?: SessionAccount): void {
    const { at, meter, meterAt, sessionCounter } = before ?? {};
    this.account = {
      ...NEW_ACCOUNT,
      ...(at !== undefined && { at }),
      ...(meter !== undefined && { meter, meterStart: meter }),
      ...(meterAt !== undefined && { meterAt }),
      ...(sessionCounter !== undefined && { sessionCounter }),
    };
    this.#session = {};
  }

  addCycle(input: SessionInput): void {
    this.account = addCycle(this.account, input);
  }

  /** Stores the session if anything was charged since it was last stored; `saved` gets it with its id. Rejects when the store fails. */
  saveSession(
    store: SessionStore,
    vehicleTitle: string,
    odometer: number | undefined,
    saved: (session: Session) => void,
  ): Promise<void> {
    const record = this.#session;
    // A charger may forget who was there when the car leaves.
    record.identifier = this.charger.sample(0)?.value.identifier || record.identifier;
    const { account, spec } = this;
    const waiting = record.next !== undefined;
    record.next = {
      account,
      labels: {
        loadpoint: spec.title,
        vehicle: vehicleTitle,
        identifier: record.identifier ?? '',
        ...(odometer !== undefined && { odometer }),
      },
    };
    // While the store is busy, the newest account replaces the one that waits.
    if (waiting) return this.#saving;
    const save = async (): Promise<void> => {
      const { next } = record;
      record.next = undefined;
      if (!next || record.saved === next.account) return;
      const session = toSession(next.account, { ...next.labels, ...(record.id !== undefined && { id: record.id }) });
      if (!session) return;
      const id = await store.save(session, keptFields(record, next.labels));
      record.id = id;
      record.saved = next.account;
      record.labels = next.labels;
      saved({ ...session, id });
    };
    this.#saving = this.#saving.then(save, save);
    return this.#saving;
  }
}

/** What is known of the session under way besides its account. */
export interface KeptSession {
  /** Its row in the store; absent: none yet */
  readonly id?: number;
  /** What identified the car at the charger */
  readonly identifier?: string;
}

/** What a loadpoint has to know again after a restart: plain data. */
export interface KeptLoadpoint {
  readonly memory: LoadpointMemory;
  readonly account: SessionAccount;
  readonly session: KeptSession;
}

/** What is known of a session's row in the store; each connection of a car has one. */
interface SessionRecord {
  id?: number;
  /** The account as it was last stored */
  saved?: SessionAccount;
  /** What was last stored with it; absent: not by this process */
  labels?: SessionLabels;
  identifier?: string | undefined;
  /** What is to be stored as soon as the store has time */
  next?: { readonly account: SessionAccount; readonly labels: SessionLabels } | undefined;
}

const EDITABLE = ['loadpoint', 'vehicle', 'odometer'] as const;

/** What is not stored again because it did not change, so that what a person corrected meanwhile stays. */
function keptFields({ id, labels }: SessionRecord, next: SessionLabels): readonly (keyof SessionEdit)[] {
  return id === undefined ? [] : EDITABLE.filter((field) => labels === undefined || labels[field] === next[field]);
}
