import { expect, test } from 'vitest';
import { startRest } from './start-rest.ts';

interface Described {
  readonly scope: string;
  readonly name: string;
  readonly schema: Readonly<Record<string, unknown>>;
  readonly path: string;
  readonly clearable: boolean;
  readonly key: string | null;
}

async function list(ask: Awaited<ReturnType<typeof startRest>>['ask']): Promise<readonly Described[]> {
  return (await ask('GET', '/api/settings')).json?.result as readonly Described[];
}

test('tells of each setting what it may be, where it is set and what shows it', async () => {
  const { ask } = await startRest();
  const settings = await list(ask);
  expect(settings).toContainEqual(
    expect.objectContaining({
      scope: 'loadpoint',
      name: 'minCurrent',
      path: '/api/loadpoints/:id/mincurrent',
      clearable: false,
      key: 'minCurrent',
      schema: expect.objectContaining({ type: 'number', minimum: 1, maximum: 80, unit: 'A', default: 6 }),
    }),
  );
  const of = (name: string) => settings.find((each) => each.name === name);
  expect(of('phases')?.key).toBe('phasesConfigured');
  expect(of('vehicle')?.key).toBeNull();
  expect(of('batteryGridChargeLimit')).toMatchObject({ scope: 'site', clearable: true });
});

test('every path that it names takes a value', async () => {
  const { ask } = await startRest();
  for (const { path } of await list(ask)) {
    const { status } = await ask('OPTIONS', `${path.replace(':id', '1')}/1`);
    expect([path, status]).toEqual([path, 200]);
  }
});

test('settings of plugins are told as long as there is the plugin', async () => {
  const { evcc, ask } = await startRest();
  const remove = evcc.addRow({
    scope: 'site',
    name: 'extra',
    description: 'More',
    schema: { type: 'number' },
    rest: { document: ['/extra'] },
    mqtt: 'extra',
  });
  expect((await list(ask)).at(-1)).toMatchObject({ name: 'extra', path: '/api/extra' });
  remove();
  expect((await list(ask)).some(({ name }) => name === 'extra')).toBe(false);
});
