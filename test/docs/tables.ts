import { createCommands, mainUsage } from '../../core/cli/commands.ts';
import { CIRCUIT } from '../../core/config/circuits.ts';
import { asJson, type JsonSchema } from '../../core/config/json-schema.ts';
import { type ListedOption, listOptions } from '../../core/config/option-list.ts';
import {
  CHARGER_ENTRY,
  DATABASE_ENTRY,
  INTERVAL,
  LOADPOINT,
  LOG,
  METER_ENTRY,
  SITE,
  TARIFFS,
  VEHICLE_ENTRY,
} from '../../core/config/schema.ts';
import { createLoader } from '../../core/loading/loader.ts';
import { DEVICE_KINDS, KIND_FOLDERS } from '../../core/loading/registry.ts';

/** The parts of `docs/configuration.md` that say what the code says, by the name in their marker. */
export async function generatedParts(version: string): Promise<ReadonlyMap<string, string>> {
  const loader = createLoader({ directory: '/' });
  const parts = new Map<string, string>([
    ['interval', table({ properties: { interval: asJson(INTERVAL) } })],
    ['log', table((asJson(LOG).anyOf ?? []).find((branch) => branch.properties) ?? {})],
    ['site', table(asJson(SITE))],
    ['circuits', table(asJson(CIRCUIT))],
    ['loadpoints', table(asJson(LOADPOINT))],
    ['meters', table(asJson(METER_ENTRY))],
    ['chargers', table(asJson(CHARGER_ENTRY))],
    ['vehicles', table(asJson(VEHICLE_ENTRY))],
    ['tariffs', table(asJson(TARIFFS), ['grid', 'feedin', 'planner', 'co2', 'solar', 'temperature'])],
    ['database', table(asJson(DATABASE_ENTRY))],
    ['cli', `\`\`\`text\n${(await mainUsage(createCommands(), version)).replace(` ${version}:`, ':')}\n\`\`\``],
  ]);
  const types: string[] = [];
  for (const kind of DEVICE_KINDS) {
    const names = (await loader.builtinTypes(kind)).map((name) => `\`${name}\``);
    types.push(`| ${KIND_FOLDERS[kind]} | ${names.join(', ') || '–'} |`);
  }
  parts.set('types', ['| kind | built-in types |', '| --- | --- |', ...types].join('\n'));
  const sections: string[] = [];
  for (const key of await loader.sections()) {
    const found = await loader.forSection(key);
    if (found.ok && found.value.section)
      sections.push(`### \`${key}\`\n\n${table(asJson(found.value.section.schema))}`);
  }
  parts.set('sections', sections.join('\n\n'));
  return parts;
}

/** Puts the parts between their markers; text without marker stays as it is. */
export function fillIn(text: string, parts: ReadonlyMap<string, string>): string {
  return text.replace(/<!-- begin (\w+) -->[\s\S]*?<!-- end \1 -->/g, (all, name: string) => {
    const part = parts.get(name);
    return part === undefined ? all : `<!-- begin ${name} -->\n${part}\n<!-- end ${name} -->`;
  });
}

/** Options as a table, of a list those of each entry; those of options that are objects themselves follow, with a dot. */
export function table(schema: JsonSchema, hidden: readonly string[] = []): string {
  const { items } = schema;
  if (items && !('length' in items)) return `A list; of each entry:\n\n${table(items, hidden)}`;
  return optionTable(listOptions(schema, hidden));
}

export function optionTable(options: readonly ListedOption[]): string {
  const rows = options.map(({ key, allowed, required, preset, secret, description }) => {
    const value = required ? 'required' : preset === undefined ? '' : code(preset);
    return `| \`${key}\` | ${cell(allowed)}${secret ? ' (secret)' : ''} | ${value} | ${cell(description)} |`;
  });
  return rows.length === 0
    ? 'No options.'
    : ['| key | value | default | meaning |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

function code(value: unknown): string {
  return `\`${JSON.stringify(value)}\``;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
