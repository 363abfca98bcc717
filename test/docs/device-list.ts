import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createLoader } from '../../core/loading/loader.ts';
import { KIND_FOLDERS } from '../../core/loading/registry.ts';
import { silentLogger } from '../../core/log.ts';
import { type Catalogue, type ListedType, listTypes } from '../../core/runtime/catalogue.ts';
import { optionTable } from './tables.ts';

const ROOT = new URL('../../', import.meta.url);

/** The built-in types. */
export function builtInTypes(): Promise<Catalogue> {
  const directory = fileURLToPath(new URL('../../core', import.meta.url));
  return listTypes({ loader: createLoader({ directory }), log: silentLogger, directory, version: '0' });
}

/** Where a type is described, relative to `docs/`; `undefined`: nowhere. */
export function readmeOf({ kind, type }: ListedType): string | undefined {
  const places = [`plugins/${KIND_FOLDERS[kind]}/${type}/README.md`, `plugins/${type}/README.md`];
  const place = places.find((path) => existsSync(new URL(path, ROOT)));
  return place && `../${place}`;
}

/** `docs/devices.md`: every type with its options. */
export function devicePage(types: readonly ListedType[]): string {
  const kinds = Object.entries(HEADINGS).map(([kind, heading]) => {
    const ofKind = types.filter((each) => each.kind === kind);
    const rows = ofKind.map((each) => `| [\`${each.type}\`](#${anchor(each)}) | ${summaryOf(each)} |`);
    const list = ['| type | what it is for |', '| --- | --- |', ...rows].join('\n');
    return [`## ${heading}`, list, ...ofKind.map(section)].join('\n\n');
  });
  return `${[INTRODUCTION, ...kinds].join('\n\n')}\n`;
}

const HEADINGS: Readonly<Record<ListedType['kind'], string>> = {
  charger: 'Chargers',
  meter: 'Meters and batteries',
  vehicle: 'Vehicles',
  tariff: 'Tariffs and forecasts',
  store: 'Databases',
};

const INTRODUCTION = `# Devices

Every built-in type with its options, as \`evcc devices\` lists them too. What stands beside them for all devices of a kind is in
[configuration.md](configuration.md); \`evcc device\` tries a configured device out, \`evcc detect\` looks for some on the network.
This page is made from the schemas of the types (\`npx vitest run test/docs/devices.test.ts -u\`).`;

function section(type: ListedType): string {
  const readme = readmeOf(type);
  const more = readme === undefined ? '' : ` More: [README](${readme}).`;
  return `### ${heading(type)}\n\n${summaryOf(type)}${more}\n\n${optionTable(type.options)}`;
}

const heading = ({ kind, type }: ListedType): string => `${kind} \`${type}\``;

/** As GitHub makes them of headings. */
const anchor = (type: ListedType): string => heading(type).toLowerCase().replaceAll('`', '').replaceAll(' ', '-');

/** The first sentence of a type's README. */
function summaryOf(type: ListedType): string {
  const readme = readmeOf(type);
  if (readme === undefined) return '–';
  const [, first = ''] = readFileSync(new URL(readme.slice('../'.length), ROOT), 'utf8').split(/\n{2,}/);
  const text = first.replaceAll('\n', ' ').replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1');
  return (/^.*?[.:](?= |$)/.exec(text)?.[0] ?? text).replace(/:$/, '.').replaceAll('|', '\\|');
}
