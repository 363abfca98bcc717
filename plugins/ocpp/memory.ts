import Type from 'typebox';
import Value from 'typebox/value';
import type { Evcc } from '../../core/index.ts';
import type { KeptConnector } from './connector.ts';

/** What the stations were told and what they do, kept in the database: a restart must not change it. */

const PREFIX = 'ocpp.';
const COUNTER = `${PREFIX}transaction`;
/** Ids of transactions that are set aside at a time, so that none is given twice after a kill */
const PORTION = 100;

const KEPT = Type.Object({
  order: Type.Object({
    enabled: Type.Boolean(),
    current: Type.Number({ minimum: 0 }),
    phases: Type.Optional(Type.Union([Type.Literal(1), Type.Literal(3)])),
  }),
  transaction: Type.Optional(
    Type.Object({ id: Type.String(), idTag: Type.String(), mark: Type.Optional(Type.String()) }),
  ),
});

export interface Memory {
  connector(station: string, connector: number): KeptConnector | undefined;
  save(station: string, connector: number, kept: KeptConnector): void;
  /** A number from 1 that no transaction had before */
  nextTransaction(): number;
  /** Resolves when everything is stored that was saved so far. Never rejects. */
  settled(): Promise<void>;
}

/** Reads what is kept. What cannot be read or stored is told in the log, and the stations go on without. */
export async function openMemory({ store, log }: Pick<Evcc, 'store' | 'log'>): Promise<Memory> {
  let texts: ReadonlyMap<string, string> = new Map();
  let saving: Promise<void> = Promise.resolve();
  let troubled = false;
  const trouble = (error: unknown): void => {
    if (!troubled) log.warn(`what stations were told is not kept: ${error instanceof Error ? error.message : error}`);
    troubled = true;
  };
  try {
    texts = await store.memory.all();
  } catch (error) {
    trouble(error);
  }
  let unsaved = new Map<string, string>();
  const write = (key: string, text: string): void => {
    unsaved.set(key, text);
    // What changes again while the store is busy is stored once.
    if (unsaved.size > 1) return;
    saving = saving
      .then(() => {
        const texts = unsaved;
        unsaved = new Map();
        return store.memory.save(texts);
      })
      .catch(trouble);
  };
  const connectors = new Map<string, string>();
  for (const [key, text] of texts) if (key.startsWith(PREFIX)) connectors.set(key, text);
  const keyOf = (station: string, connector: number): string => `${PREFIX}${connector}.${station}`;

  let last = Math.max(0, Number(texts.get(COUNTER)) || 0);
  let reserved = 0;
  const reserve = (): void => {
    if (last + PORTION / 2 <= reserved) return;
    reserved = last + PORTION;
    write(COUNTER, String(reserved));
  };
  reserve();
  return {
    connector(station, connector) {
      try {
        const kept: unknown = JSON.parse(connectors.get(keyOf(station, connector)) ?? '');
        return Value.Check(KEPT, kept) ? (kept as KeptConnector) : undefined;
      } catch {
        return undefined;
      }
    },
    save(station, connector, kept) {
      const key = keyOf(station, connector);
      const text = JSON.stringify(kept);
      if (connectors.get(key) === text) return;
      connectors.set(key, text);
      write(key, text);
    },
    nextTransaction() {
      last += 1;
      reserve();
      return last;
    },
    settled: () => saving,
  };
}
