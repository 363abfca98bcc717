import type { DeviceContext } from '../../../core/index.ts';
import type { ModbusLineOptions } from '../modbus/line.ts';
import type { ModbusLink } from '../modbus/pool.ts';
import { decode, lengthOf, type Register } from '../modbus/registers.ts';
import { writeRegister } from '../modbus/write.ts';
import type { PointRef, SunSpecDevice } from '../sunspec/device.ts';
import type {
  CustomModbusSource,
  CustomModbusTarget,
  CustomSunSpecPoint,
  CustomSunSpecSource,
  CustomSunSpecTarget,
  CustomValue,
} from './options.ts';

/** What sources and targets of Modbus need of the device that they belong to. */
export interface ModbusPort extends Pick<DeviceContext, 'fail'> {
  /** The device's link to a unit on a line */
  modbus(line: ModbusLineOptions): ModbusLink;
  /** The SunSpec models of a unit on a line */
  sunspec(line: ModbusLineOptions): SunSpecDevice;
}

/** Gets a value; `undefined`: the device says "not available". */
type Read = (signal: AbortSignal) => Promise<CustomValue | undefined>;
type Write = (value: CustomValue, signal: AbortSignal) => Promise<void>;

export function readModbus(source: CustomModbusSource, port: ModbusPort): Read {
  const link = port.modbus(source);
  const { table = 'holding', address, nan } = source;
  if (table === 'coil' || table === 'discrete') {
    return async (signal) => (await link.readBits(table, address, 1, signal))[0];
  }
  const register = { ...toRegister(source), ...(nan && { nan }) };
  return async (signal) => {
    const result = decode(register, await link.read(table, address, lengthOf(register), signal));
    if ('value' in result) return result.value;
    return port.fail('EVCC_DEVICE_PROTOCOL', `${link.name}, ${table} register ${address}: ${result.problem}`);
  };
}

export function readSunSpec(source: CustomSunSpecSource, port: ModbusPort): Read {
  const device = port.sunspec(source);
  const points = { value: toPoint(source) };
  return async (signal) => (await device.read(points, signal)).value;
}

export function writeModbus(target: CustomModbusTarget, port: ModbusPort): Write {
  const link = port.modbus(target);
  const { table = 'holding', address, multiple = false } = target;
  if (table === 'coil') {
    return async (value, signal) => {
      const state = SWITCH.get(value);
      if (state === undefined) {
        const problem = `${value} is neither true or 1 nor false or 0`;
        return port.fail('EVCC_NOT_SUPPORTED', `${link.name}, writing ${table} ${address}: ${problem}`);
      }
      await (multiple ? link.writeCoils(address, [state], signal) : link.writeCoil(address, state, signal));
    };
  }
  const register = { ...toRegister(target), multiple };
  return (value, signal) =>
    writeRegister(link, register, typeof value === 'boolean' ? Number(value) : value, port, signal);
}

export function writeSunSpec(target: CustomSunSpecTarget, port: ModbusPort): Write {
  const device = port.sunspec(target);
  const point = toPoint(target);
  return async (value, signal) => {
    const number = typeof value === 'boolean' ? Number(value) : value;
    if (typeof number !== 'number') port.fail('EVCC_NOT_SUPPORTED', `${target.point}: ${value} is not a number`);
    await device.write(point, Number(number), signal);
  };
}

const SWITCH: ReadonlyMap<CustomValue, boolean> = new Map<CustomValue, boolean>([
  [true, true],
  [1, true],
  [false, false],
  [0, false],
]);

function toRegister({
  address,
  type = 'u16',
  count,
  order,
  bit,
  bits,
}: CustomModbusSource | CustomModbusTarget): Register {
  return {
    address,
    type,
    ...(count !== undefined && { count }),
    ...(order && { order }),
    ...(bit !== undefined && { bit }),
    ...(bits !== undefined && { bits }),
  };
}

function toPoint({ model, point, module, occurrence }: CustomSunSpecPoint): PointRef {
  return { model, point, ...(module !== undefined && { module }), ...(occurrence !== undefined && { occurrence }) };
}
