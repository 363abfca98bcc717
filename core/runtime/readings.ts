import type { ChargerReading, MeterReading, Rate, StatusReason, VehicleReading } from '../devices.ts';
import { fail } from '../errors.ts';
import type { DeviceKind } from '../loading/registry.ts';

/**
 * Checks what drivers answer, so that a wrong reading is that device's failure and nobody else's. Errors:
 * `EVCC_DEVICE_PROTOCOL` with the field.
 */

export type ReadableKind = Exclude<DeviceKind, 'store'>;

export function checkReading(kind: ReadableKind, reading: unknown): void {
  if (typeof reading !== 'object' || reading === null) {
    fail('EVCC_DEVICE_PROTOCOL', `the reading is ${reading === null ? 'null' : typeof reading}, not an object`);
  }
  CHECKS[kind](reading as never);
}

const CHECKS = {
  charger(reading: ChargerReading): void {
    if (!STATUSES.has(reading.status)) reject('status', reading.status, 'A, B, C, D, E or F');
    if (typeof reading.enabled !== 'boolean') reject('enabled', reading.enabled, 'true or false');
    optionalNumber('power', reading.power);
    optionalNumber('energy', reading.energy);
    optionalNumber('sessionEnergy', reading.sessionEnergy);
    optionalNumber('maxCurrent', reading.maxCurrent);
    optionalNumber('soc', reading.soc);
    perPhase('currents', reading.currents);
    perPhase('voltages', reading.voltages);
    const { phases, identifier, statusReason, connectedFor } = reading;
    if (statusReason !== undefined && !STATUS_REASONS.has(statusReason)) {
      reject('statusReason', statusReason, [...STATUS_REASONS].join(' or '));
    }
    if (connectedFor !== undefined && !(connectedFor >= 0)) reject('connectedFor', connectedFor, 'at least 0');
    if (phases !== undefined && phases !== 1 && phases !== 3) reject('phases', phases, '1 or 3');
    if (identifier !== undefined && typeof identifier !== 'string') reject('identifier', identifier, 'a text');
  },
  meter(reading: MeterReading): void {
    if (!Number.isFinite(reading.power)) reject('power', reading.power, 'a number');
    optionalNumber('energy', reading.energy);
    optionalNumber('returnEnergy', reading.returnEnergy);
    optionalNumber('soc', reading.soc);
    perPhase('powers', reading.powers);
    perPhase('currents', reading.currents);
    perPhase('voltages', reading.voltages);
  },
  vehicle(reading: VehicleReading): void {
    optionalPercent('soc', reading.soc);
    optionalNumber('range', reading.range);
    optionalNumber('odometer', reading.odometer);
    optionalPercent('limitSoc', reading.limitSoc);
    const { status, climater } = reading;
    if (status !== undefined && !CAR_STATUSES.has(status)) reject('status', status, 'A, B or C');
    if (climater !== undefined && typeof climater !== 'boolean') reject('climater', climater, 'true or false');
  },
  tariff(rates: readonly Rate[]): void {
    if (!Array.isArray(rates)) fail('EVCC_DEVICE_PROTOCOL', 'the rates are not a list');
    let before = Number.NEGATIVE_INFINITY;
    for (const [index, { start, end, price }] of rates.entries()) {
      if (!Number.isFinite(price)) reject(`rates[${index}].price`, price, 'a number');
      if (!Number.isFinite(end) || !(end > start)) reject(`rates[${index}].end`, end, 'a time after its start');
      if (!(start >= before)) reject(`rates[${index}].start`, start, 'not before the end of the rate before');
      before = end;
    }
  },
};

const STATUSES: ReadonlySet<unknown> = new Set(['A', 'B', 'C', 'D', 'E', 'F']);
const CAR_STATUSES: ReadonlySet<unknown> = new Set(['A', 'B', 'C']);
const STATUS_REASONS: ReadonlySet<unknown> = new Set<StatusReason>(['waitingforauthorization', 'disconnectrequired']);

function optionalNumber(field: string, value: unknown): void {
  if (value !== undefined && !Number.isFinite(value)) reject(field, value, 'a number');
}

function optionalPercent(field: string, value: number | undefined): void {
  optionalNumber(field, value);
  if (value !== undefined && !(value >= 0 && value <= 100)) reject(field, value, 'from 0 to 100');
}

function perPhase(field: string, value: unknown): void {
  if (value === undefined) return;
  if (!Array.isArray(value) || value.length !== 3 || !value.every(Number.isFinite))
    reject(field, value, 'three numbers');
}

function reject(field: string, value: unknown, allowed: string): never {
  const shown = typeof value === 'number' ? String(value) : (JSON.stringify(value)?.slice(0, 60) ?? 'missing');
  return fail('EVCC_DEVICE_PROTOCOL', `${field} of the reading is ${shown}; it must be ${allowed}`);
}
