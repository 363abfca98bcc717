import Type from 'typebox';
import { describe, expect, test } from 'vitest';
import type { EvccError } from '../../../core/errors.ts';
import { type AnyDefinition, createRegistries, DEVICE_KINDS } from '../../../core/loading/registry.ts';

const definition: AnyDefinition = { schema: Type.Object({}), create: () => ({}) };

describe('the types that plugins define', () => {
  test('are found by kind and name, with their owner', () => {
    const registries = createRegistries();
    registries.define('acme', 'charger', 'box', definition);
    registries.define('other', 'meter', 'box', definition);
    expect(registries.get('charger', 'box')).toBe(definition);
    expect(registries.owner('charger', 'box')).toBe('acme');
    expect(registries.owner('meter', 'box')).toBe('other');
    expect(registries.get('vehicle', 'box')).toBeUndefined();
    expect(registries.owner('vehicle', 'box')).toBeUndefined();
  });

  test('are listed in the order of definition, of all plugins or of one', () => {
    const registries = createRegistries();
    registries.define('acme', 'charger', 'b', definition);
    registries.define('other', 'charger', 'c', definition);
    registries.define('acme', 'charger', 'a', definition);
    expect(registries.names('charger')).toEqual(['b', 'c', 'a']);
    expect(registries.names('charger', 'acme')).toEqual(['b', 'a']);
    expect(registries.names('tariff')).toEqual([]);
  });

  test('go with their plugin, and only with it', () => {
    const registries = createRegistries();
    for (const kind of DEVICE_KINDS) registries.define('acme', kind, 'box', definition);
    registries.define('other', 'charger', 'stays', definition);
    registries.removeOwner('acme');
    expect(DEVICE_KINDS.flatMap((kind) => registries.names(kind))).toEqual(['stays']);
    expect(() => registries.define('other', 'charger', 'box', definition)).not.toThrow();
  });

  test('can be defined anew by the same plugin, but not by another', () => {
    const registries = createRegistries();
    const changed: AnyDefinition = { ...definition };
    registries.define('acme', 'charger', 'box', definition);
    registries.define('acme', 'charger', 'box', changed);
    expect(registries.get('charger', 'box')).toBe(changed);
    expect(failure(() => registries.define('other', 'charger', 'box', definition))).toMatchObject({
      code: 'EVCC_PLUGIN_FAILED',
      plugin: 'other',
      message: 'plugin "other": charger type "box" is already defined by plugin "acme"',
    });
    expect(registries.get('charger', 'box')).toBe(changed);
  });

  test.each([
    ['an empty name', '', definition, 'must be named'],
    ['capitals', 'Box', definition, 'must be named'],
    ['a path', '../box', definition, 'must be named'],
    ['a hyphen at the end', 'box-', definition, 'must be named'],
    ['a name that is no text', 7, definition, 'must be named'],
    ['no definition', 'box', undefined, 'has no schema'],
    ['no schema', 'box', { create: () => ({}) }, 'has no schema'],
    ['no factory', 'box', { schema: {} }, 'has no create function'],
  ])('are refused with %s', (_, name, broken, why) => {
    const define = () => createRegistries().define('acme', 'charger', name as string, broken as AnyDefinition);
    const error = failure(define);
    expect(error.code).toBe('EVCC_PLUGIN_FAILED');
    expect(error.message).toContain(why);
  });
});

function failure(run: () => void): EvccError {
  try {
    run();
  } catch (error) {
    return error as EvccError;
  }
  throw new Error('nothing was thrown');
}
