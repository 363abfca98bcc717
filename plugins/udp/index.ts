import type { Plugin } from '../../core/index.ts';
import { createUdpPool } from '../shared/udp.ts';

/** The UDP sockets of the house: devices of whatever type that listen on the same port share its socket. */
const udp: Plugin = {
  name: 'udp',
  apply(evcc) {
    const pool = createUdpPool();
    evcc.services.provide('udp', pool);
    return () => pool.close();
  },
};
export default udp;
