import { parseArgs } from 'node:util';
import type { CliCommand, CommandContext, ListedOption, ListedType } from '../../../core/index.ts';
import { PROGRAM_OPTIONS } from '../../shared/command-line.ts';

const USAGE = `Lists the types of devices that a configuration may name, and their options.

Usage: evcc devices [kind] [type] [options]

KIND is charger, meter, vehicle, tariff or store; with a TYPE its options are shown. Types of installed packages are listed
too, with the name of their package.

  --json              the same as JSON, with all options

Examples:
  evcc devices
  evcc devices charger
  evcc devices charger go-e

Every type with its options is also in docs/devices.md; evcc device tries a configured one out.`;

/** Exit codes */
const DONE = 0;
const WRONG_USE = 2;

/** `evcc devices`: what can be configured. */
const devices: CliCommand = {
  name: 'devices',
  summary: 'lists the types of devices, and their options',
  usage: USAGE,
  async run(args, context) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        json: { type: 'boolean' },
        ...PROGRAM_OPTIONS,
      },
    });
    const { types, broken } = await context.listTypes();
    const found = chosen(types, positionals);
    if (typeof found === 'string') {
      context.complain(`${found}\nevcc devices --help explains the options.`);
      return WRONG_USE;
    }
    const whole = positionals.length > 1;
    if (values.json) context.print(JSON.stringify(found, null, 2));
    else for (const line of whole ? found.flatMap(described) : listed(found, context)) context.print(line);
    for (const problem of broken) context.complain(`not usable: ${problem}`);
    return DONE;
  },
};

export default devices;

/** The types that are asked for; a text says why there are none. */
function chosen(types: readonly ListedType[], [kind, type, ...others]: readonly string[]): ListedType[] | string {
  if (others.length > 0) return `one type at a time: "${others[0]}" is too much`;
  const kinds = [...new Set(types.map((each) => each.kind))];
  if (kind !== undefined && !kinds.some((known) => known === kind)) {
    return `there are no devices of the kind "${kind}", only ${kinds.join(', ')}`;
  }
  const ofKind = types.filter((each) => kind === undefined || each.kind === kind);
  const found = ofKind.filter((each) => type === undefined || each.type === type);
  return found.length > 0 ? found : `there is no ${kind} of the type "${type}": ${names(ofKind)}`;
}

const names = (types: readonly ListedType[]): string => types.map(({ type }) => type).join(', ');

/** A paragraph for each kind. */
function listed(types: readonly ListedType[], { columns = 100 }: Pick<CommandContext, 'columns'>): string[] {
  const lines: string[] = [];
  for (const kind of new Set(types.map((each) => each.kind))) {
    const ofKind = types.filter((each) => each.kind === kind);
    lines.push(...(lines.length > 0 ? [''] : []), `${kind}: ${ofKind.length}`);
    const shown = ofKind.map(({ type, source }) => (source === 'built in' ? type : `${type} (${source})`));
    lines.push(...wrapped(shown, columns).map((line) => `  ${line}`));
  }
  return lines;
}

function wrapped(words: readonly string[], columns: number): string[] {
  const lines: string[] = [];
  for (const [index, word] of words.entries()) {
    const text = index < words.length - 1 ? `${word},` : word;
    const line = lines.at(-1);
    if (line === undefined || line.length + text.length + 3 > columns) lines.push(text);
    else lines[lines.length - 1] = `${line} ${text}`;
  }
  return lines;
}

/** A type with its options, one paragraph each. */
function described({ kind, type, source, options }: ListedType): string[] {
  const lines = [`${kind} ${type}, ${source === 'built in' ? source : `of package ${source}`}`];
  if (options.length === 0) return [...lines, '  No options.'];
  return [...lines, ...options.flatMap((option) => ['', `  ${head(option)}`, `      ${option.description || '–'}`])];
}

function head({ key, allowed, required, preset, secret }: ListedOption): string {
  const facts = [
    required ? 'required' : undefined,
    preset === undefined ? undefined : `default ${JSON.stringify(preset)}`,
    secret ? 'secret' : undefined,
  ].filter((fact) => fact !== undefined);
  return `${key}: ${allowed}${facts.length > 0 ? ` (${facts.join(', ')})` : ''}`;
}
