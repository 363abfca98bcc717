import type { SiteValues } from './values.ts';
import type { Values } from './values-store.ts';

/** What people set that changes how things are drawn. */

type Site = Pick<Values<SiteValues>, 'get'>;

/** What the solar forecast is multiplied with: what today's sun suggests, where plans go by that. */
export function sunScale(site: Site): number {
  return (site.get('solarAdjusted') && site.get('forecast')?.solar?.scale) || 1;
}

/** Colour of a loadpoint or vehicle by its title, such as `#2f8fdb`; `undefined`: none was chosen. */
export function chosenColour(site: Site, title: string): string | undefined {
  const colours = site.get('deviceColors') ?? {};
  return Object.hasOwn(colours, title) ? colours[title] : undefined;
}
