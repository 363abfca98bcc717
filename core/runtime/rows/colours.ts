import Type from 'typebox';
import type { Setting, SiteSettings } from '../../settings.ts';

/** The row that says in which colours things are drawn. What is drawn is known by its title: that is what charts show. */

/** Titles that may have a colour */
const MOST = 100;
/** Characters of a title, as of sessions */
const LONGEST = 200;

type Colours = SiteSettings['deviceColors'];

/** One thing; no colour: as it is without this setting. */
interface One {
  readonly title: string;
  readonly color: string;
}

/** No object can be told that it has such a property */
const TITLE = { minLength: 1, maxLength: LONGEST, pattern: '^(?!__proto__$)' };
const COLOUR = '#[0-9a-fA-F]{6}([0-9a-fA-F]{2})?';
const BY_TITLE = Type.Object(
  {},
  {
    additionalProperties: Type.String({ pattern: `^${COLOUR}$` }),
    propertyNames: TITLE,
    maxProperties: MOST,
    default: {},
    examples: [{ Garage: '#2f8fdb' }],
  },
);
const ONE = Type.Object(
  { title: Type.String(TITLE), color: Type.String({ pattern: `^(${COLOUR})?$` }) },
  { additionalProperties: false, examples: [{ title: 'Garage', color: '#2f8fdb' }] },
);

export const COLOUR_ROWS: readonly Setting[] = [
  {
    scope: 'site',
    name: 'deviceColors',
    description: `Colours of loadpoints, vehicles and meters in charts: JSON with title and color (#rrggbb or #rrggbbaa, empty for none), or all colours by title, of ${MOST} at most`,
    schema: BY_TITLE,
    input: Type.Union([ONE, BY_TITLE]),
    rest: { document: ['/devicecolors'] },
    whole: true,
    check: (input, { values }) =>
      Object.keys(changed(values, input)).length > MOST ? `no more than ${MOST} titles may have a colour` : undefined,
    sets: (input, { values }) => ({ deviceColors: changed(values, input) }),
    answer: (_, { values }) => values.deviceColors,
  },
];

/** All colours, after a command. */
function changed({ deviceColors }: Readonly<Record<string, unknown>>, input: unknown): Colours {
  if (!isOne(input)) return input as Colours;
  const others = Object.entries(deviceColors as Colours).filter(([title]) => title !== input.title);
  return Object.fromEntries(input.color === '' ? others : [...others, [input.title, input.color]]);
}

/** Things that are called "title" and "color" cannot be told from it, where both are given a colour alone. */
function isOne(input: unknown): input is One {
  const names = Object.keys(input as object);
  return names.length === 2 && names.includes('title') && names.includes('color');
}
