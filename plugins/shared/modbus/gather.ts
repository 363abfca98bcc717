import { setImmediate } from 'node:timers/promises';
import { type Block, type BlockLimits, toBlocks } from './blocks.ts';
import type { ModbusLink, RegisterTable } from './pool.ts';

interface Asked {
  readonly table: RegisterTable;
  readonly address: number;
  readonly count: number;
  readonly signal: AbortSignal;
  resolve(bytes: Buffer): void;
  reject(error: unknown): void;
}

/**
 * A link on which reads that are asked for at the same moment, with the same signal, are as few requests as the limits allow; by
 * default those are joined that lie side by side. What a device does not answer as a whole is asked one by one, then and later.
 */
export function gatherReads(link: ModbusLink, { length = 100, gap = 0 }: BlockLimits = {}): ModbusLink {
  let waiting: Asked[] = [];
  const refused = new Set<string>();

  const alone = (asked: Asked): void => {
    link.read(asked.table, asked.address, asked.count, asked.signal).then(asked.resolve, asked.reject);
  };

  const together = async (
    { table, address, count }: Block,
    all: readonly Asked[],
    signal: AbortSignal,
  ): Promise<void> => {
    const key = `${table} ${address} ${count}`;
    if (all.length === 1 || refused.has(key)) return all.forEach(alone);
    try {
      const bytes = await link.read(table, address, count, signal);
      for (const asked of all) {
        const start = (asked.address - address) * 2;
        asked.resolve(bytes.subarray(start, start + asked.count * 2));
      }
    } catch (error) {
      if ((error as { code?: unknown }).code !== 'EVCC_DEVICE_PROTOCOL') {
        for (const asked of all) asked.reject(error);
        return;
      }
      refused.add(key);
      all.forEach(alone);
    }
  };

  /** When everybody has asked who does so at this moment */
  const flush = async (): Promise<void> => {
    await setImmediate();
    const asked = waiting;
    waiting = [];
    for (const [signal, reads] of Map.groupBy(asked, (read) => read.signal)) {
      const registers = reads.map(({ table, address, count }) => ({ table, address, count, type: 'bcd' as const }));
      for (const block of toBlocks(registers, { length, gap })) {
        const end = block.address + block.count;
        const within = reads.filter(
          ({ table, address }) => table === block.table && address >= block.address && address < end,
        );
        void together(block, within, signal);
      }
    }
  };

  return {
    ...link,
    get name() {
      return link.name;
    },
    read: (table, address, count, signal) => {
      const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
      if (waiting.length === 0) void flush();
      waiting.push({ table, address, count, signal, resolve, reject });
      return promise;
    },
  };
}
