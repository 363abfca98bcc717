/** Who gives power to the house, who takes it, and how much goes from each to each. Pure. */

export type Part = 'sun' | 'battery' | 'grid' | 'house' | 'car' | 'heater';

export interface Node {
  /** Unique among those of its side, such as `car-1` */
  readonly id: string;
  readonly part: Part;
  /** Name of a loadpoint; absent: that of the part */
  readonly title?: string;
  /** W, not negative; `undefined`: unknown */
  readonly power: number | undefined;
}

export interface Flow {
  readonly from: string;
  readonly to: string;
  /** W, above 0 */
  readonly power: number;
}

export interface Balance {
  readonly sources: readonly Node[];
  readonly uses: readonly Node[];
  readonly flows: readonly Flow[];
}

export interface Powers {
  /** W; absent: there is no such meter; `null`: unknown */
  readonly pv?: number | null;
  /** W, + discharge */
  readonly battery?: number | null;
  /** W, + import */
  readonly grid?: number | null;
  readonly house?: number | null;
  readonly loadpoints: readonly { readonly title: string; readonly power: number | null; readonly heating: boolean }[];
}

/** W below which nothing flows worth showing */
const LEAST = 10;

/** A part is listed wherever there is one, so that places do not jump; battery and grid on the side where they are now. */
export function balanceOf({ pv, battery, grid, house, loadpoints }: Powers): Balance {
  const sources: Node[] = [];
  const uses: Node[] = [];
  if (pv !== undefined) sources.push(node('sun', 'sun', pv));
  if (house !== undefined) uses.push(node('house', 'house', house));
  for (const [index, { title, power, heating }] of loadpoints.entries()) {
    uses.push({ ...node(`car-${index + 1}`, heating ? 'heater' : 'car', power), title });
  }
  if (battery !== undefined) (isTaking(battery) ? uses : sources).push(node('battery', 'battery', abs(battery)));
  if (grid !== undefined) (isTaking(grid) ? uses : sources).push(node('grid', 'grid', abs(grid)));
  return { sources, uses, flows: flowsOf(sources, uses) };
}

const node = (id: string, part: Part, power: number | null): Node => ({
  id,
  part,
  power: power === null ? undefined : Math.max(0, power),
});

const abs = (power: number | null): number | null => (power === null ? null : Math.abs(power));

const isTaking = (power: number | null): boolean => power !== null && power < -LEAST;

/** Own energy goes to the house first, what is left to cars, battery and grid; the order of the lists says so. */
function flowsOf(sources: readonly Node[], uses: readonly Node[]): Flow[] {
  const flows: Flow[] = [];
  const needs = uses.map(({ id, power = 0 }) => ({ id, left: power }));
  for (const { id: from, power = 0 } of sources) {
    let left = power;
    for (const need of needs) {
      if (need.id === from) continue;
      const flowing = Math.min(left, need.left);
      if (flowing < LEAST) continue;
      flows.push({ from, to: need.id, power: flowing });
      left -= flowing;
      need.left -= flowing;
    }
  }
  return flows;
}

/** What the house lives on now: the headline of the view. */
export type Headline = 'grid' | 'feed' | 'sun' | 'battery' | 'own' | 'unknown';

/** W of the grid that are no headline */
const NOTABLE = 50;

export function headlineOf({ pv, battery, grid }: Powers): Headline {
  if (typeof grid === 'number' && grid > NOTABLE) return 'grid';
  if (typeof grid === 'number' && grid < -NOTABLE) return 'feed';
  const [sun, stored] = [(pv ?? 0) > LEAST, (battery ?? 0) > LEAST];
  if (sun && stored) return 'own';
  if (sun) return 'sun';
  if (stored) return 'battery';
  return typeof grid === 'number' ? 'grid' : 'unknown';
}
