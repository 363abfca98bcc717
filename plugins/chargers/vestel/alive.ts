import type { ModbusLink } from '../../shared/modbus/pool.ts';

/** What the family has in common: a register that is set to say that somebody is there, and falls back by itself. */
export const ALIVE = 6_000;
/** s until the box falls back to its fail-safe current; 20 as it leaves the works */
const TIMEOUT = 2_002;
/** A, 0 pauses */
export const CURRENT = 5_004;

/** ms until the alive register has to be set again: well before half of the time is over. */
export async function stayAlive(link: ModbusLink, signal: AbortSignal): Promise<number> {
  const seconds = (await link.read('holding', TIMEOUT, 1, signal)).readUInt16BE(0);
  return seconds === 0 ? 8_000 : Math.min(Math.max(seconds * 400, 500), 60_000);
}
