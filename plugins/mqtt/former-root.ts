import type { MemoryStore } from '../../core/index.ts';
import { showUrl } from '../shared/network.ts';
import { findRetained, PARTS } from './leftovers.ts';
import type { MqttSetup } from './options.ts';

/** Where the house published before its topic was changed: nobody else would ever clear what is retained there. */

/** Key of what is remembered in the database */
const KEY = 'mqtt.root';

/** Finds what is retained below the former root at the same broker, unless somebody else is online there by now. */
export async function findFormer(
  setup: MqttSetup,
  memory: Pick<MemoryStore, 'all'>,
  running: Parameters<typeof findRetained>[2],
): Promise<{ readonly topics: readonly string[]; readonly problem?: unknown }> {
  const { root, broker } = parse((await memory.all()).get(KEY));
  if (root === undefined || root === setup.root || broker !== placeOf(setup)) return { topics: [] };
  const own = [...PARTS, 'status', 'updated'].map((part) => `${root}/${part}`);
  const retained = new Map<string, string>();
  const problem = await findRetained(setup, own, running, (topic, payload) => retained.set(topic, payload));
  const inUse = retained.get(`${root}/status`) !== 'offline';
  // The new root may be a part of the former one.
  const topics = inUse ? [] : [...retained.keys()].filter((topic) => !topic.startsWith(`${setup.root}/`));
  return { topics, problem };
}

/** Remembers where the house publishes now. */
export async function rememberRoot(setup: MqttSetup, memory: Pick<MemoryStore, 'save'>): Promise<void> {
  await memory.save(new Map([[KEY, JSON.stringify({ root: setup.root, broker: placeOf(setup) })]]));
}

/** The broker without credentials */
const placeOf = ({ address }: MqttSetup): string => showUrl(address.url);

function parse(text: string | undefined): { readonly root?: string; readonly broker?: string } {
  try {
    const { root, broker } = JSON.parse(text ?? '{}') as { readonly root?: unknown; readonly broker?: unknown };
    return typeof root === 'string' && typeof broker === 'string' ? { root, broker } : {};
  } catch {
    return {};
  }
}
