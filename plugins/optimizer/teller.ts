import type { Evcc, SiteState } from '../../core/index.ts';
import type { Inputs } from './inputs.ts';
import type { Suggestion, Suggestions } from './suggestions.ts';

/** Tells of what would be better than what is done, as soon as it is something else than before. */
export function teller({
  log,
  raise,
}: Pick<Evcc, 'log' | 'raise'>): (suggestions: Suggestions, inputs: Inputs, site: SiteState) => void {
  /** Actions that were told of, by whom they are for; absent: these are the first */
  let told: ReadonlyMap<string, string> | undefined;
  return ({ batteries, loadpoints }, inputs, { now, loadpoints: present }) => {
    const wanted = new Map<string, string>();
    const tell = (who: string, { action, actionable }: Suggestion, title: string, loadpoint?: number): void => {
      if (!actionable) return;
      wanted.set(who, action);
      if (told?.get(who) === action) return;
      log.info(`${title}: ${action} would be better now`);
      const observed = told !== undefined;
      raise({ kind: 'suggestion', at: now, observed, action, title, ...(loadpoint !== undefined && { loadpoint }) });
    };
    for (const [name, suggestion] of batteries) {
      const detail = inputs.batteries.find((battery) => battery.type === 'battery' && battery.name === name);
      tell(`battery ${name}`, suggestion, detail?.title ?? name);
    }
    for (const { id, name, title } of present) {
      const suggestion = loadpoints.get(name);
      if (suggestion) tell(`loadpoint ${name}`, suggestion, title, id);
    }
    told = wanted;
  };
}
