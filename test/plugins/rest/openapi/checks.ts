import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { OpenApi } from '../../../../plugins/rest/openapi/build.ts';

/** Checks what a server says against its own description. */
export interface Checks {
  /** What is wrong with a value by the schema at a JSON pointer below the document, such as `['components', 'schemas', 'State']` */
  problems(pointer: readonly string[], value: unknown): readonly unknown[];
}

const RFC_3339 = /^\d{4}-(0\d|1[0-2])-[0-3]\dT[0-2]\d:[0-5]\d:[0-5]\d(\.\d+)?(Z|[+-][0-2]\d:[0-5]\d)$/;

/** `closed`: fields that are not described are wrong. */
export function createChecks(document: OpenApi, closed: boolean): Checks {
  const ajv = new Ajv2020({ strict: false, allErrors: true, formats: { 'date-time': RFC_3339 } });
  ajv.addSchema(closed ? (close(document) as object) : document, 'document');
  const compiled = new Map<string, ValidateFunction>();
  return {
    problems(pointer, value) {
      const path = pointer.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')));
      const $ref = `document#/${path.join('/')}`;
      const check = compiled.get($ref) ?? ajv.compile({ $ref });
      compiled.set($ref, check);
      if (check(value)) return [];
      return (check.errors ?? []).map(({ instancePath, message, params }) => ({ instancePath, message, params }));
    },
  };
}

/** The document with schemas that allow no fields but those that they name. */
function close(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(close);
  if (typeof value !== 'object' || value === null) return value;
  const closed = Object.fromEntries(Object.entries(value).map(([key, each]) => [key, close(each)]));
  const { properties = {}, type } = closed as { properties?: object; type?: string | readonly string[] };
  const isRecord = Object.keys(properties).length > 0 && (type === 'object' || type?.includes('object'));
  return isRecord ? { additionalProperties: false, ...closed } : closed;
}
