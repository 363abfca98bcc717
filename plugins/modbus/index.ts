import type { Plugin } from '../../core/index.ts';
import { createModbusPool } from '../shared/modbus/pool.ts';
import type {} from '../shared/modbus/service.ts';

/** The Modbus lines of the house: devices of whatever type that are on the same line share its connection. */
const modbus: Plugin = {
  name: 'modbus',
  apply(evcc) {
    const pool = createModbusPool(evcc);
    evcc.services.provide('modbus', pool);
    return () => pool.close();
  },
};
export default modbus;
