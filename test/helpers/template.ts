import { checkOptions } from '../../core/config/options.ts';
import { formatProblem } from '../../core/config/problem.ts';
import { readTemplate } from '../../core/config/template.ts';
import type { DeviceContext } from '../../core/index.ts';
import type { DefinedTypes } from '../contract/index.ts';

/** Creates the device that a description in a file stands for, as the runtime would. Throws the problems of both. */
export async function createFromTemplate<Device>(
  file: string,
  parameters: object,
  types: DefinedTypes<Device>,
  context: Partial<DeviceContext> = {},
): Promise<Device> {
  const template = readTemplate(file);
  if ('problems' in template) throw new Error(template.problems.join('\n'));
  const given = checkOptions('parameters', template.schema, parameters);
  if (given.problems.length > 0) throw new Error(given.problems.map(formatProblem).join('\n'));
  const { type, options } = template.expand(given.value as Readonly<Record<string, unknown>>);
  const device = checkOptions('device', types.schema(type), options);
  if (device.problems.length > 0) throw new Error(device.problems.map(formatProblem).join('\n'));
  return types.create(type, device.value, context);
}
