import Type, { type TSchema } from 'typebox';
import type { Evcc, SiteState } from '../../core/index.ts';
import { send } from './answer.ts';
import { classIn, classParameter } from './device-classes.ts';
import type { Dialect } from './dialect.ts';
import { CLASSES, devicesOf, followHouse, type HousePart, readingOf } from './house-parts.ts';
import { Refusal } from './refusal.ts';
import type { Route } from './route.ts';

/**
 * What clients of the current dialect ask about the configuration besides the devices: which part each plays, and what it says.
 * Nothing is changed here: this part of the configuration is a file.
 */

const NAME = Type.String({ description: 'Name in the configuration' });
const NAMES = Type.Array(NAME);
const SITE = Type.Object({
  title: Type.String(),
  grid: Type.Optional(NAME),
  ...{ pv: NAMES, battery: NAMES, aux: NAMES, ext: NAMES, consumers: NAMES },
});
const LOADPOINT = Type.Object({ name: NAME, title: Type.String(), circuit: Type.Optional(NAME) });
const ROLES = { grid: 'grid', feedIn: 'feedin', co2: 'co2', planner: 'planner', temperature: 'temperature' } as const;
const TARIFFS = Type.Object({
  currency: Type.String(),
  ...Object.fromEntries(Object.keys(ROLES).map((key) => [key, Type.Optional(NAME)])),
  solar: NAMES,
});
const READING = Type.Object({
  value: Type.Unknown({ description: 'In public units; null: unknown' }),
  error: Type.String({ description: 'Empty: none' }),
});
const READINGS = Type.Record(Type.String(), READING, { description: 'By name, such as power, energy, soc' });

const CLASS = { ...classParameter(CLASSES), example: 'meter' };
const NO_CLASS = { 400: 'There is no such class' } as const;
const NOT_MEASURED = { 503: 'Nothing was measured yet' } as const;

export function configRoutes(evcc: Evcc, dialect: Dialect): readonly Route[] {
  if (dialect.name !== 'current') return [];
  const latest = followHouse(evcc);
  const measured = (): SiteState => {
    const site = latest();
    if (site) return site;
    throw new Refusal(503, 'nothing was measured yet');
  };
  const partsOf = (name: unknown): readonly HousePart[] => devicesOf(classIn(name, CLASSES), evcc.state, latest());
  const route = (
    path: string,
    { result, ...about }: Pick<Route, 'name' | 'summary' | 'parameters' | 'refusals'> & { readonly result: TSchema },
    answer: (parameters: Readonly<Record<string, string>>) => unknown,
  ): Route => ({
    ...about,
    method: 'get',
    path: `/api/config/${path}`,
    area: 'Configuration',
    answers: { 200: { description: about.summary, result } },
    handle: (ctx) => send(ctx, dialect.success(answer(ctx.params))),
  });

  return [
    route(
      'devices/:class/:name/status',
      {
        name: 'getDeviceStatus',
        summary: 'What a device said last',
        parameters: { class: CLASS, name: { description: 'Its name', schema: NAME, example: 'grid' } },
        result: READINGS,
        refusals: { ...NO_CLASS, 404: 'There is no such device' },
      },
      (parameters) => {
        const part = partsOf(parameters.class).find(({ name }) => name === parameters.name);
        if (part) return readingOf(part);
        // In the database, and so far without a part in the house.
        if (evcc.configuration.devices().some(({ name }) => name === parameters.name)) return {};
        throw new Refusal(404, `there is no ${parameters.class} "${String(parameters.name).slice(0, 60)}"`);
      },
    ),
    route(
      'site',
      { name: 'getSiteConfig', summary: 'Which meter plays which part', result: SITE, refusals: NOT_MEASURED },
      () => {
        const { grid, pv, battery, aux, ext, consumers } = measured().readings;
        const lists = Object.entries({ pv, battery, aux, ext, consumers });
        return {
          title: evcc.state.site.get('siteTitle'),
          ...(grid && { grid: grid.name }),
          ...Object.fromEntries(lists.map(([part, meters]) => [part, meters.map(({ name }) => name)])),
        };
      },
    ),
    route(
      'loadpoints',
      {
        name: 'listLoadpointConfigs',
        summary: 'The loadpoints in their order',
        result: Type.Array(LOADPOINT),
        refusals: NOT_MEASURED,
      },
      () => measured().loadpoints.map(({ name, title, circuit }) => ({ name, title, ...(circuit && { circuit }) })),
    ),
    route('tariff', { name: 'getTariffConfig', summary: 'Which tariff plays which part', result: TARIFFS }, () => {
      const names = partsOf('tariff').map(({ name }) => name);
      // Where a role has several, they are numbered.
      const of = (role: string): string[] => names.filter((name) => name.replace(/-\d+$/, '') === role);
      const single = Object.entries(ROLES).flatMap(([key, role]) =>
        of(role)
          .slice(0, 1)
          .map((name) => [key, name]),
      );
      return { currency: evcc.state.site.get('currency'), ...Object.fromEntries(single), solar: of('solar') };
    }),
  ];
}
