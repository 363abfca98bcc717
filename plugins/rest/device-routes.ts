import type { Context } from 'koa';
import Type, { type TSchema } from 'typebox';
import type { DeviceEntry, Evcc, ShownDevice, StoredKind } from '../../core/index.ts';
import { send } from './answer.ts';
import { objectIn } from './body.ts';
import { classIn, classParameter, STORED_CLASSES } from './device-classes.ts';
import type { Dialect } from './dialect.ts';
import type { Gate } from './gate.ts';
import { CLASSES, devicesOf, followHouse } from './house-parts.ts';
import { Refusal } from './refusal.ts';
import type { Route } from './route.ts';
import { shownTrial } from './trial.ts';

/**
 * Devices: those of the file by their titles, and those of the database, which are configured here. What these are made of is
 * for those only who may change things.
 */

const NAME = Type.String({ description: 'Name in the configuration; of devices of the database `db:<id>`' });
const ID = Type.Integer({ minimum: 1, maximum: 999_999_999 });
const CONFIG = Type.Record(Type.String(), Type.Unknown(), {
  description: 'Options; of devices of the file only the title. Secrets are `***`',
});
const DEVICE = Type.Object({
  name: NAME,
  type: Type.Optional(Type.String({ description: 'Name of its type; absent: there are no types of it' })),
  id: Type.Optional(Type.Integer({ description: 'Absent: it stands in the file', minimum: 1 })),
  config: CONFIG,
});
const STORED = Type.Object({ name: NAME, type: Type.String(), id: ID, config: CONFIG });
const RESULT = Type.Object({ id: ID });
const READINGS = Type.Record(
  Type.String(),
  Type.Object({
    value: Type.Unknown({ description: 'In public units; null: unknown' }),
    error: Type.String({ description: 'Empty: none' }),
  }),
  { description: 'By name, such as CurrentPower, TotalEnergy, Soc' },
);
const ENTRY = Type.Record(Type.String(), Type.Unknown(), {
  description: 'type, and its options as in the configuration file; `***` keeps what is stored',
});
const BODY = {
  type: 'application/json',
  schema: ENTRY,
  example: { type: 'offline', title: 'Guest', capacity: 60 },
  required: true,
};

const REFUSALS = {
  400: 'The class, or the entry: every problem, one a line',
  503: 'The database failed; nothing changed',
} as const;
const NOT_THERE = { 404: 'There is no such device in the database' } as const;
const BUSY = { 429: 'Another one is being tried out' } as const;

export function deviceRoutes(evcc: Evcc, dialect: Dialect, gate: Gate): readonly Route[] {
  const latest = followHouse(evcc);
  const classes = dialect.name === 'current' ? CLASSES : STORED_CLASSES;
  let busy = false;

  const refusal = (ctx: Context): Refusal | undefined =>
    gate.refusal({ method: 'POST', headers: ctx.req.headers }, false);
  const storedOf = (of: string): readonly ShownDevice[] =>
    evcc.configuration.devices().filter(({ kind }) => kind === of);
  const deviceIn = (ctx: Context): ShownDevice => {
    const [of, id] = [storedClass(ctx), idIn(ctx)];
    const found = storedOf(of).find((device) => device.id === id);
    if (found) return found;
    throw new Refusal(404, `there is no ${of} with the id ${id} in the database`);
  };
  const tryOut = async (ctx: Context, id?: number): Promise<unknown> => {
    const of = storedClass(ctx);
    const entry = entryIn(ctx, id !== undefined);
    if (busy) throw new Refusal(429, 'a device is being tried out already', { 'Retry-After': '5' });
    busy = true;
    try {
      return shownTrial(of, await evcc.configuration.test(of, entry, id), dialect.name, evcc.time);
    } finally {
      busy = false;
    }
  };

  const route = (
    method: Route['method'],
    path: string,
    { result, ...about }: Pick<Route, 'name' | 'summary' | 'description' | 'body' | 'refusals'> & { result: TSchema },
    answer: (ctx: Context) => unknown,
  ): Route => ({
    ...about,
    method,
    path: `/api/config/${path}`,
    area: 'Configuration',
    parameters: {
      class: classParameter(path === 'devices/:class' && method === 'get' ? classes : STORED_CLASSES),
      ...(path.includes(':id') && { id: { description: 'Its id', schema: ID, example: 1 } }),
    },
    answers: { 200: { description: about.summary, result } },
    async handle(ctx) {
      const result = await answer(ctx);
      send(ctx, dialect.success(result));
    },
  });
  /** What only those may do, or see, who may change things. */
  const guarded =
    (answer: (ctx: Context) => unknown) =>
    (ctx: Context): unknown => {
      const refused = refusal(ctx);
      if (refused) throw refused;
      return answer(ctx);
    };

  return [
    route(
      'get',
      'devices/:class',
      {
        name: 'listDevices',
        summary: 'The devices of a class',
        result: Type.Array(DEVICE),
        refusals: { 400: 'There is no such class' },
      },
      (ctx) => {
        const of = classIn(ctx.params.class, classes);
        const stored = storedOf(of);
        const own = devicesOf(of, evcc.state, latest()).filter(({ name }) => !name.startsWith('db:'));
        const whole = refusal(ctx) === undefined;
        return [
          ...own.map(({ name, type, title }) => ({ name, ...(type !== undefined && { type }), config: { title } })),
          ...stored.map((device) => (whole ? shown(device) : { ...shown(device), config: { title: titleOf(device) } })),
        ];
      },
    ),
    route(
      'post',
      'devices/:class',
      {
        name: 'createDevice',
        summary: 'Adds a device to the database, and to the house',
        description:
          'Vehicles are used at once; meters, chargers and tariffs where the configuration file names them, as db:<id>.',
        body: BODY,
        result: RESULT,
        refusals: REFUSALS,
      },
      guarded(async (ctx) => ({ id: await evcc.configuration.create(storedClass(ctx), entryIn(ctx)) })),
    ),
    route(
      'post',
      'test/:class',
      {
        name: 'testDevice',
        summary: 'What a device says, which is made for it, read once and closed; it is told nothing',
        body: BODY,
        result: READINGS,
        refusals: { ...REFUSALS, ...BUSY },
      },
      guarded((ctx) => tryOut(ctx)),
    ),
    route(
      'post',
      'test/:class/:id',
      {
        name: 'testStoredDevice',
        summary: 'What a device of the database would say with the changes of the body',
        body: { ...BODY, example: { capacity: 62 }, required: false },
        result: READINGS,
        refusals: { ...REFUSALS, ...NOT_THERE, ...BUSY },
      },
      guarded((ctx) => tryOut(ctx, idIn(ctx))),
    ),
    route(
      'get',
      'devices/:class/:id',
      {
        name: 'getDevice',
        summary: 'A device of the database',
        result: STORED,
        refusals: { 400: 'There is no such class, or the id is none', ...NOT_THERE },
      },
      guarded((ctx) => shown(deviceIn(ctx))),
    ),
    route(
      'put',
      'devices/:class/:id',
      {
        name: 'changeDevice',
        summary: 'Puts another entry in the place of a device of the database; `***` keeps what is stored',
        body: { ...BODY, example: { title: 'Second car', capacity: 62 } },
        result: RESULT,
        refusals: { ...REFUSALS, ...NOT_THERE },
      },
      guarded(async (ctx) => {
        const { kind, id } = deviceIn(ctx);
        await evcc.configuration.change(kind, id, entryIn(ctx));
        return { id };
      }),
    ),
    route(
      'delete',
      'devices/:class/:id',
      {
        name: 'deleteDevice',
        summary: 'Takes a device out of the house and the database',
        result: RESULT,
        refusals: { ...REFUSALS, 400: 'The configuration file names it, and where', ...NOT_THERE },
      },
      guarded(async (ctx) => {
        const { kind, id } = deviceIn(ctx);
        await evcc.configuration.remove(kind, id);
        return { id };
      }),
    ),
  ];
}

function storedClass(ctx: Context): StoredKind {
  return classIn(ctx.params.class, STORED_CLASSES);
}

function idIn({ params }: Context): number {
  const text = String(params.id);
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new Refusal(400, 'the id must be a whole number from 1 to 999999999');
}

/** The entry in the body; clients of evcc say of which template a device of the type `template` is. */
function entryIn(ctx: Context, optional = false): DeviceEntry {
  const { template, ...entry } = objectIn(ctx, optional);
  if (template === undefined) return entry;
  return entry.type === 'template' ? { ...entry, type: template } : { ...entry, template };
}

function shown({ id, name, entry: { type, ...config } }: ShownDevice): object {
  return { name, type, id, config };
}

function titleOf({ name, entry: { title } }: ShownDevice): string {
  return typeof title === 'string' ? title : name;
}
