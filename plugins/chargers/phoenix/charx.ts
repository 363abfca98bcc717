import type { ChargerDevice, DeviceContext } from '../../../core/index.ts';
import { createRegisterCharger, letterOf, unmeasured } from '../../shared/modbus/charger.ts';
import { perPhase } from '../../shared/modbus/meter.ts';
import type { ModbusLink } from '../../shared/modbus/pool.ts';

/** CHARX control modular SEC-3xxx: holding registers, 1000 for each charging point. After the user manual UM EN CHARX control modular. */

const RELEASE = 300;
const CURRENT = 301;

const registersAt = (base: number) =>
  ({
    meter: { address: base + 112, type: 'u16' },
    ...perPhase('voltage', 2, { address: base + 232, type: 'i32', scale: 0.001 }),
    ...perPhase('current', 2, { address: base + 238, type: 'i32', scale: 0.001 }),
    power: { address: base + 244, type: 'i32', scale: 0.001 },
    energy: { address: base + 250, type: 'i64' },
    identifier: { address: base + 275, type: 'string', count: 10 },
    connectedFor: { address: base + 285, type: 'u32', scale: 1_000 },
    state: { address: base + 299, type: 'string' },
    release: { address: base + RELEASE, type: 'u16' },
    maxCurrent: { address: base + CURRENT, type: 'u16', max: 80 },
  }) as const;

export function createCharx(
  link: ModbusLink,
  context: Pick<DeviceContext, 'fail' | 'clock' | 'log' | 'signal'>,
  connector: number,
): ChargerDevice {
  const base = connector * 1_000;
  return createRegisterCharger(
    {
      traits: { minCurrent: 6, maxCurrent: 80 },
      registers: registersAt(base),
      limits: { gap: 0 },
      status: ({ state }) => letterOf(state),
      trusted: (values) => (values.meter === undefined || values.meter === 0 ? unmeasured(values) : values),
      control: {
        enabled: ({ release, maxCurrent = 0 }) => release === 1 && maxCurrent > 0,
        enable: (enabled, signal) => link.writeRegisters(base + RELEASE, [enabled ? 1 : 0], signal),
        setMaxCurrent: (current, signal) => link.writeRegisters(base + CURRENT, [current], signal),
      },
    },
    link,
    context,
  );
}
