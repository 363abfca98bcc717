import { checkOptions } from '../../core/config/options.ts';
import { formatProblem } from '../../core/config/problem.ts';
import { readTemplate } from '../../core/config/template.ts';
import type { DeviceContext } from '../../core/index.ts';
import type { DefinedTypes } from '../contract/index.ts';

/** What a description in a file stands for. Throws its problems, and those of the parameters. */
export function expandTemplate(file: string, parameters: object): { type: string; options: object } {
  const template = readTemplate(file);
  if ('problems' in template) throw new Error(template.problems.join('\n'));
  const given = checkOptions('parameters', template.schema, parameters);
  if (given.problems.length > 0) throw new Error(given.problems.map(formatProblem).join('\n'));
  return template.expand(given.value as Readonly<Record<string, unknown>>);
}

/** Creates the device that a description in a file stands for. */
export async function createFromTemplate<Device>(
  file: string,
  parameters: object,
  types: DefinedTypes<Device>,
  context: Partial<DeviceContext> = {},
): Promise<Device> {
  const { type, options } = expandTemplate(file, parameters);
  return types.create(type, options, context);
}
