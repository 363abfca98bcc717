import { type Signal, signal } from '@preact/signals';

/** Where the user is: `#/settings/loadpoint/2` is the view `settings` with the rest as its own parts. */
export interface Route {
  readonly view: string;
  readonly parts: readonly string[];
}

export const FIRST_VIEW = 'now';

export function routeOf(hash: string): Route {
  const [view = '', ...parts] = hash
    .replace(/^#?\/?/, '')
    .split('/')
    .map(decode);
  return { view: view === '' ? FIRST_VIEW : view, parts };
}

export function hrefOf(view: string, ...parts: readonly string[]): string {
  return `#/${[view, ...parts].map(encodeURIComponent).join('/')}`;
}

/** Follows the address of the page. */
export function followRoute(): Signal<Route> {
  const route = signal(routeOf(location.hash));
  window.addEventListener('hashchange', () => {
    route.value = routeOf(location.hash);
  });
  return route;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
