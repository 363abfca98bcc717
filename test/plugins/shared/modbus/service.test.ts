import assert from 'node:assert/strict';
import { test } from 'vitest';
import { systemClock } from '../../../../core/clock.ts';
import { fail } from '../../../../core/errors.ts';
import { createServices } from '../../../../core/services.ts';
import { createModbusPool } from '../../../../plugins/shared/modbus/pool.ts';
import { useModbus } from '../../../../plugins/shared/modbus/service.ts';
import { startModbusDevice } from '../../../helpers/modbus-device.ts';

test('what is opened before there are lines finds its line later', async () => {
  const box = await startModbusDevice();
  box.set('holding', 3, [8]);
  box.unit().coils.set(0, false);
  const services = createServices();
  const modbus = useModbus({ services: services as never });
  const link = modbus.open({ host: box.host, port: box.port }, { fail });
  const signal = AbortSignal.timeout(5_000);
  await assert.rejects(link.read('holding', 3, 1, signal), {
    code: 'EVCC_DEVICE_UNAVAILABLE',
    message: /no Modbus lines yet/,
  });
  const pool = createModbusPool({ clock: systemClock });
  services.provide('modbus', pool);
  assert.deepEqual(await link.read('holding', 3, 1, signal), Buffer.from([0, 8]));
  await link.writeRegister(3, 9, signal);
  await link.writeRegisters(3, [9], signal);
  await link.writeCoil(0, true, signal);
  await link.writeCoils(0, [true], signal);
  assert.deepEqual(await link.readBits('coil', 0, 1, signal), [true]);
  assert.match(link.name, /^Modbus 127\.0\.0\.1:\d+ unit 1$/);
  await link.close();
  assert.equal(modbus.open({ host: 'elsewhere' }, { fail }).name, 'Modbus elsewhere:502 unit 1');
  await pool.close();
  await box.close();
});
