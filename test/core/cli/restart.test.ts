import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { Cli } from '../../helpers/cli.ts';
import { temporaryFolder } from '../../helpers/folder.ts';

/** A house whose charger lives in a file, so that it goes on charging while no process looks after it. */
const HOUSE = `import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { defineConfig } from 'evcc';

const load = () => JSON.parse(readFileSync('charger.json', 'utf8'));
// Whole at any moment of a kill.
const save = (state: object) => {
  writeFileSync('charger.new', JSON.stringify(state));
  renameSync('charger.new', 'charger.json');
};
const change = (what: object) => {
  console.log('command ' + JSON.stringify(what));
  save({ ...load(), ...what });
};
const power = ({ enabled, current }) => (enabled ? current * 690 : 0);

const fake = {
  name: 'fake',
  apply(evcc) {
    const schema = { type: 'object', properties: {} };
    evcc.meters.define('fake', { schema, create: () => ({ read: async () => ({ power: power(load()) - 6_000 }) }) });
    evcc.chargers.define('fake', {
      schema,
      create: () => ({
        read: async () => {
          const state = load();
          const energy = state.energy + power(state) / 3_600;
          save({ ...state, energy });
          console.log(state.enabled ? 'charges' : 'waits');
          const { enabled, current } = state;
          return { status: enabled ? 'C' : 'B', enabled, power: power(state), currents: [current, current, current], energy };
        },
        enable: async (enabled) => change({ enabled }),
        setMaxCurrent: async (current) => change({ current }),
      }),
    });
  },
};

export default defineConfig({
  interval: 1,
  database: { type: 'sqlite', file: './evcc.db' },
  meters: { grid: { type: 'fake' } },
  chargers: { garage: { type: 'fake' } },
  site: { meters: { grid: 'grid' } },
  loadpoints: [{ title: 'Garage', charger: 'garage', mode: 'pv', enable: { delay: 2 } }],
  rest: false,
  plugins: [fake],
});
`;

const commandsOf = ({ out }: Cli): string[] => out.split('\n').filter((line) => line.startsWith('command '));

/** Resolves after some readings of a charging charger. */
async function charges(cli: Cli, readings: number): Promise<void> {
  await cli.says(new RegExp(`(charges[^]*){${readings}}`));
}

test('a charge goes on in its session through a kill and an orderly restart', async () => {
  const directory = temporaryFolder({
    'evcc.config.ts': HOUSE,
    'charger.json': { enabled: false, current: 0, energy: 1_000 },
  });
  const first = new Cli({ directory });
  await charges(first, 3);
  expect(commandsOf(first)).toContain('command {"enabled":true}');
  first.signal('SIGKILL');
  await first.ended();

  const second = new Cli({ directory });
  await charges(second, 4);
  second.signal('SIGTERM');
  expect(await second.ended()).toMatchObject({ code: 0, err: '' });
  // The current may be sent again after a kill, but nothing is switched.
  expect(commandsOf(second).filter((line) => line.includes('enabled'))).toEqual([]);
  expect(second.out).not.toMatch(/waits|by something else|ignored/);

  const third = new Cli({ directory });
  await charges(third, 4);
  third.signal('SIGTERM');
  expect(await third.ended()).toMatchObject({ code: 0, err: '' });
  expect(commandsOf(third)).toEqual([]);

  const database = new DatabaseSync(join(directory, 'evcc.db'), { readOnly: true });
  const sessions = database.prepare('select meter_start, meter_stop, energy from sessions').all();
  database.close();
  expect(sessions).toHaveLength(1);
  const [session] = sessions;
  expect(Number(session?.energy)).toBeCloseTo(Number(session?.meter_stop) - Number(session?.meter_start), 6);
  expect(Number(session?.energy)).toBeGreaterThan(0);
}, 60_000);
