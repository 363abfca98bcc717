import { messageOf } from '../errors.ts';
import { isPlainObject } from './options.ts';
import { at, type Problem } from './problem.ts';

export interface Resolved {
  /** A copy with the values in place */
  readonly config: unknown;
  readonly problems: readonly Problem[];
  /** The values: they are treated as secrets. */
  readonly secrets: readonly string[];
}

/** Lists and objects in each other */
const DEEPEST = 100;

/**
 * Replaces every `{ env: 'NAME' }` by the environment variable of that name. A variable that is not set is a problem, and
 * an empty text stands in its place; what throws when it is read is one, too, and its object is left out.
 */
export function resolveEnvironment(config: unknown, env: Readonly<Record<string, string | undefined>>): Resolved {
  const problems: Problem[] = [];
  const secrets = new Set<string>();
  const above: unknown[] = [];
  const visit = (value: unknown, path: string): unknown => {
    if (above.length > DEEPEST) {
      problems.push({ path, message: 'is nested too deep' });
      return undefined;
    }
    if (above.includes(value)) {
      problems.push({ path, message: 'contains itself; a configuration must be plain data' });
      return undefined;
    }
    if (typeof value !== 'object' || value === null) return value;
    above.push(value);
    try {
      return resolve(value, path);
    } catch (error) {
      // Getters of a configuration that is a program
      problems.push({ path, message: `cannot be read: ${messageOf(error)}` });
      return undefined;
    } finally {
      above.pop();
    }
  };
  const resolve = (value: object, path: string): unknown => {
    if (Array.isArray(value)) return value.map((item, index) => visit(item, at(path, index)));
    // Plugin objects keep their identity: they are told apart by it when the configuration changes.
    if (!isPlainObject(value) || typeof value.apply === 'function') return value;
    const name = variableOf(value);
    if (name === undefined) {
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, visit(item, at(path, key))]));
    }
    const text = env[name];
    if (text === undefined) problems.push({ path, message: `environment variable ${name} is not set` });
    else if (text !== '') secrets.add(text);
    return text ?? '';
  };
  return { config: visit(config, ''), problems, secrets: [...secrets] };
}

function variableOf(value: Readonly<Record<string, unknown>>): string | undefined {
  const { env } = value;
  return typeof env === 'string' && Object.keys(value).length === 1 ? env : undefined;
}
