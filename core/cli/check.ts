import type { CheckedConfig, CheckedDevice } from '../config/checked.ts';
import type { Composition } from '../loading/composition.ts';
import { silentLogger } from '../log.ts';
import type { CommandContext } from './command.ts';
import { EXIT } from './exit.ts';

/** `evcc check`: tries a configuration without starting anything, and says what was found. */
export async function check(context: CommandContext): Promise<number> {
  const { file, directory, config } = await context.loadConfig();
  const runtime = await context.createRuntime({ config, directory, log: silentLogger });
  try {
    context.print(`${file} is valid.`);
    for (const line of summary(runtime.composition)) context.print(line);
  } finally {
    await runtime.stop();
  }
  return EXIT.ok;
}

/** What a configuration makes, one line for each part. */
export function summary({ config, scopes }: Composition): string[] {
  const devices = (all: Iterable<CheckedDevice>): string =>
    [...all].map(({ name, type }) => `${name} (${type})`).join(', ');
  const loadpoints = config.loadpoints.map(
    ({ title, charger, vehicle, mode }) => `${title}: ${[charger, vehicle, mode].filter(Boolean).join(', ')}`,
  );
  const rows: readonly (readonly [string, string])[] = [
    ['site', `${config.site.title}, a cycle every ${config.interval / 1000} s`],
    ['meters', devices(config.meters.values())],
    ['chargers', devices(config.chargers.values())],
    ['vehicles', devices(config.vehicles.values())],
    ['tariffs', devices(config.tariffs)],
    ['loadpoints', loadpoints.join('; ')],
    ['database', config.database.type],
    ['plugins', scopes.map(({ name }) => name).join(', ')],
    ['not used', unused(config).join(', ')],
  ];
  return rows.filter(([, text]) => text !== '').map(([label, text]) => `  ${label.padEnd(11)} ${text}`);
}

/** Devices that are configured but play no part; vehicles can always be selected. */
function unused({ meters, chargers, site, loadpoints }: CheckedConfig): string[] {
  const used = new Set([...Object.values(site.meters).flat(), ...loadpoints.map(({ meter }) => meter)]);
  const plugged = new Set(loadpoints.map(({ charger }) => charger));
  return [
    ...[...meters.keys()].filter((name) => !used.has(name)).map((name) => `meter ${name}`),
    ...[...chargers.keys()].filter((name) => !plugged.has(name)).map((name) => `charger ${name}`),
  ];
}
