import type { CircuitState, Plugin, SiteState } from '../../../core/index.ts';
import { circuitTree } from '../../shared/circuits.ts';
import { allot } from './allot.ts';
import { type Load, loadsOf } from './load.ts';

/** Keeps the limits of circuits and of the grid operator: shares them among the loadpoints, and shows what circuits carry. */
const circuits: Plugin = {
  name: 'circuits',
  apply({ hooks, publish, log }) {
    const overloaded = new Set<string>();
    let isShown = false;
    hooks.allot.tap('circuits', (_, requests, site) => allot(requests, site));
    hooks.measured.tap('circuits', (site) => {
      if (site.circuits.length === 0 && !isShown) return;
      isShown = site.circuits.length > 0;
      const loads = loadsOf(site, circuitTree(site));
      publish('site', 0, 'circuits', isShown ? shown(site, loads) : undefined);
      for (const [{ name, title, maxPower, maxCurrent }, load] of loads) {
        const over =
          load &&
          (load.power > (maxPower ?? Number.POSITIVE_INFINITY) ||
            highest(load) > (maxCurrent ?? Number.POSITIVE_INFINITY));
        if (over && !overloaded.has(name)) {
          log.warn(
            `circuit ${title} carries ${Math.round(load.power)} W and ${highest(load).toFixed(1)} A, more than it may`,
          );
        }
        if (over) overloaded.add(name);
        else if (load && overloaded.delete(name)) log.info(`circuit ${title} is within its limits again`);
      }
    });
  },
};
export default circuits;

function shown(site: SiteState, loads: ReadonlyMap<CircuitState, Load | undefined>): Record<string, unknown> {
  return Object.fromEntries(
    site.circuits.map((circuit) => {
      const { name, title, icon, parent, maxPower, maxCurrent } = circuit;
      const load = loads.get(circuit);
      const record = {
        title,
        ...(icon !== undefined && { icon }),
        ...(parent !== undefined && { parent }),
        power: load?.power ?? null,
        current: load ? highest(load) : null,
        ...(maxPower !== undefined && { maxPower }),
        ...(maxCurrent !== undefined && { maxCurrent }),
      };
      return [name, record];
    }),
  );
}

/** A of the fullest phase */
const highest = ({ currents }: Load): number => Math.max(...currents);
