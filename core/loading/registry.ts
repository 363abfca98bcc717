import type { TSchema } from 'typebox';
import { EvccError } from '../errors.ts';
import type { TypeDefinition } from '../plugin.ts';

/** What types are defined for. */
export const DEVICE_KINDS = ['charger', 'meter', 'vehicle', 'tariff', 'store'] as const;
export type DeviceKind = (typeof DEVICE_KINDS)[number];

/** Name of a kind's folder below `plugins/` and of its key in the `evcc` part of a `package.json`. */
export const KIND_FOLDERS: Readonly<Record<DeviceKind, string>> = {
  charger: 'chargers',
  meter: 'meters',
  vehicle: 'vehicles',
  tariff: 'tariffs',
  store: 'storage',
};

/** A definition of whatever device, as the runtime handles it. */
export type AnyDefinition = TypeDefinition<TSchema, unknown>;

/** The types that are defined at present, of every kind. */
export interface Registries {
  /** Errors: `EVCC_PLUGIN_FAILED` when the name or the definition is no valid one, or belongs to another plugin. */
  define(owner: string, kind: DeviceKind, type: string, definition: AnyDefinition): void;
  /** `undefined`: no such type */
  get(kind: DeviceKind, type: string): AnyDefinition | undefined;
  /** Name of the plugin that defined a type; `undefined`: no such type */
  owner(kind: DeviceKind, type: string): string | undefined;
  /** In the order of definition; with `owner` only those of one plugin */
  names(kind: DeviceKind, owner?: string): string[];
  /** Forgets everything that a plugin defined. */
  removeOwner(owner: string): void;
}

interface Row {
  readonly owner: string;
  readonly definition: AnyDefinition;
}

/** Names of types and of sections: words of lower-case letters and digits, joined by hyphens. */
const NAME = /^[a-z0-9]+(-[a-z0-9]+)*$/;

/** Whether a text may be the name of a type or a section; such a name is safe as part of a path. */
export function isTypeName(text: string): boolean {
  return NAME.test(text);
}

export function createRegistries(): Registries {
  const kinds: Readonly<Record<DeviceKind, Map<string, Row>>> = {
    charger: new Map(),
    meter: new Map(),
    vehicle: new Map(),
    tariff: new Map(),
    store: new Map(),
  };
  return {
    define(owner, kind, type, definition) {
      const reject = (why: string): never => {
        throw new EvccError('EVCC_PLUGIN_FAILED', `plugin "${owner}": ${kind} type ${JSON.stringify(type)} ${why}`, {
          plugin: owner,
        });
      };
      if (typeof type !== 'string' || !isTypeName(type)) reject('must be named in lower case, words joined by hyphens');
      if (typeof definition?.schema !== 'object' || definition.schema === null) reject('has no schema');
      if (typeof definition.create !== 'function') reject('has no create function');
      const other = kinds[kind].get(type);
      if (other && other.owner !== owner) reject(`is already defined by plugin "${other.owner}"`);
      kinds[kind].set(type, { owner, definition });
    },
    get: (kind, type) => kinds[kind].get(type)?.definition,
    owner: (kind, type) => kinds[kind].get(type)?.owner,
    names: (kind, owner) =>
      [...kinds[kind]].filter(([, row]) => owner === undefined || row.owner === owner).map(([name]) => name),
    removeOwner(owner) {
      for (const kind of DEVICE_KINDS) {
        for (const name of this.names(kind, owner)) kinds[kind].delete(name);
      }
    },
  };
}
