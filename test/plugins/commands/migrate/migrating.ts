import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../../../helpers/folder.ts';
import { type CommandResult, runCommand } from '../../../helpers/run-command.ts';

/** What became of a YAML file. */
export interface Migrated extends CommandResult {
  readonly folder: string;
  /** As written */
  readonly text: string;
  /** As loaded, with variables as `{ env }` */
  readonly config: Readonly<Record<string, unknown>>;
}

/** The smallest house, to which a test adds what it is about. */
export const HOUSE = `
meters:
  - { name: grid, type: template, template: shelly-3em, usage: grid, host: 192.0.2.2 }
site: { title: Home, meters: { grid: grid } }
`;

/** Migrates a YAML file in a folder of its own. */
export async function migrate(yaml: string, ...options: readonly string[]): Promise<Migrated> {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'evcc.yaml'), yaml);
  const result = await runCommand(folder, 'migrate', 'evcc.yaml', ...options);
  if (result.code !== 0) return { ...result, folder, text: '', config: {} };
  const file = join(folder, 'evcc.config.ts');
  const text = readFileSync(file, 'utf8');
  // What it imports is not installed in the folder.
  const body = text.replace(/^import .*$/m, '').replace('export default defineConfig(', 'return (');
  const config = new Function('env', body)((name: string) => ({ env: name })) as Migrated['config'];
  return { ...result, folder, text, config };
}
