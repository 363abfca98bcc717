import type { CheckedCircuit, CheckedVehicle } from '../config/checked.ts';
import type { WatchedDevice } from '../cycle/device-watch.ts';
import { can, type MeterDevice, type MeterReading, type VehicleDevice, type VehicleReading } from '../devices.ts';
import {
  type BatteryState,
  type CircuitState,
  type DeviceState,
  METER_LISTS,
  type MeterList,
  type PvState,
  type Readings,
} from '../site.ts';
import type { DeviceHandle } from './device-handle.ts';
import type { Loadpoint } from './loadpoint.ts';
import { refreshVehicles } from './vehicle-reading.ts';

/** The devices of a house, by the part they play. */

export type MeterHandle = DeviceHandle<MeterDevice, MeterReading>;
export type VehicleHandle = DeviceHandle<VehicleDevice, VehicleReading>;

export interface NamedMeter {
  readonly title: string;
  readonly handle: MeterHandle;
  /** W, of the inverter of a PV meter; absent: unknown */
  readonly maxACPower?: number;
  /** %, at which charging a battery from the grid ends; 100: never before it is full */
  readonly maxSoc: number;
}

export interface EquippedVehicle {
  readonly spec: CheckedVehicle;
  readonly handle: VehicleHandle;
}

export interface EquippedCircuit {
  readonly spec: CheckedCircuit;
  readonly meter?: NamedMeter;
}

export interface Equipment extends Readonly<Record<MeterList, readonly NamedMeter[]>> {
  /** `null`: the site has no grid meter */
  readonly grid: NamedMeter | null;
  /** By name, in the order of their public index */
  readonly vehicles: ReadonlyMap<string, EquippedVehicle>;
  /** Parents before what is a part of them */
  readonly circuits: readonly EquippedCircuit[];
  /** In the order of their ids */
  readonly loadpoints: readonly Loadpoint[];
}

export const NO_EQUIPMENT: Equipment = {
  grid: null,
  pv: [],
  battery: [],
  aux: [],
  ext: [],
  consumers: [],
  vehicles: new Map(),
  circuits: [],
  loadpoints: [],
};

/** Starts every reading that is due; the promises never reject. */
export function refreshAll(equipment: Equipment, now: number): Promise<void>[] {
  const started = refreshVehicles(equipment, now);
  const start = (handle: { refresh(): Promise<void> | undefined } | undefined): void => {
    const work = handle?.refresh();
    if (work !== undefined) started.push(work);
  };
  start(equipment.grid?.handle);
  for (const list of METER_LISTS) for (const meter of equipment[list]) start(meter.handle);
  for (const { meter } of equipment.circuits) start(meter?.handle);
  for (const loadpoint of equipment.loadpoints) {
    start(loadpoint.charger);
    start(loadpoint.meter);
  }
  return started;
}

export function readingsOf(equipment: Equipment, now: number): Readings {
  return {
    grid: equipment.grid && meterState(equipment.grid, now),
    pv: equipment.pv.map((meter) => pvState(meter, now)),
    battery: equipment.battery.map((meter) => batteryState(meter, now)),
    aux: equipment.aux.map((meter) => meterState(meter, now)),
    ext: equipment.ext.map((meter) => meterState(meter, now)),
    consumers: equipment.consumers.map((meter) => meterState(meter, now)),
  };
}

export function circuitStates({ circuits }: Equipment, now: number): CircuitState[] {
  return circuits.map(({ spec: { meter: _, ...facts }, meter }) =>
    Object.freeze({ ...facts, ...(meter && { meter: meterState(meter, now) }) }),
  );
}

/** The charger, or the car that was or may have been connected, expects current at the moment of connection. */
export function expectsWelcome({ vehicles, loadpoints }: Equipment, loadpoint: Loadpoint): boolean {
  const { welcome, integrated } = loadpoint.charger.device?.traits ?? {};
  if (welcome || integrated) return welcome ?? false;
  const expects = ({ spec }: EquippedVehicle): boolean => spec.features.includes('welcomeCharge');
  const active = vehicles.get(loadpoint.vehicle ?? '');
  if (active) return expects(active);
  const free = (vehicle: EquippedVehicle): boolean =>
    !loadpoints.some((other) => other.vehicle === vehicle.spec.name && other.memory.connectedAt !== undefined);
  return [...vehicles.values()].some((vehicle) => expects(vehicle) && free(vehicle));
}

/** Every device but the tariffs; a meter in two parts is listed once. */
export function devicesOf(equipment: Equipment): WatchedDevice[] {
  const handles = new Set<WatchedDevice>();
  if (equipment.grid) handles.add(equipment.grid.handle);
  for (const list of METER_LISTS) for (const meter of equipment[list]) handles.add(meter.handle);
  for (const { meter } of equipment.circuits) if (meter) handles.add(meter.handle);
  for (const loadpoint of equipment.loadpoints) {
    handles.add(loadpoint.charger);
    if (loadpoint.meter) handles.add(loadpoint.meter);
  }
  for (const vehicle of equipment.vehicles.values()) handles.add(vehicle.handle);
  return [...handles];
}

function meterState({ title, handle }: NamedMeter, now: number): DeviceState<MeterReading> {
  const sample = handle.sample(now);
  return { name: handle.name, title, ...(sample && { sample }) };
}

function pvState(meter: NamedMeter, now: number): PvState {
  const { maxACPower } = meter;
  return { ...meterState(meter, now), ...(maxACPower !== undefined && { maxACPower }) };
}

function batteryState(meter: NamedMeter, now: number): BatteryState {
  const { device } = meter.handle;
  const { capacity, dischargePower } = device?.traits ?? {};
  return {
    ...meterState(meter, now),
    ...(capacity !== undefined && { capacity }),
    ...(dischargePower !== undefined && { dischargePower }),
    ...(device && can(device, 'setBatteryMode') && { controllable: true }),
  };
}
