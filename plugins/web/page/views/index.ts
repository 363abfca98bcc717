import type { ComponentType } from 'preact';
import type { IconName } from '../parts/icon.tsx';
import type { TextKey } from '../text/en.ts';
import Now from './now/index.tsx';

/** A page of the app: `#/<id>`. */
export interface View {
  readonly id: string;
  readonly title: TextKey;
  readonly icon: IconName;
  /** The component; all but the first view are loaded when they are opened */
  readonly load: () => Promise<{ readonly default: ComponentType }>;
  /** It is there from the beginning */
  readonly component?: ComponentType;
}

/** All views, in the order of the menu. A view is a folder with an `index.tsx`, and one line here. */
export const VIEWS: readonly View[] = [
  { id: 'now', title: 'view.now', icon: 'now', load: async () => ({ default: Now }), component: Now },
  { id: 'plan', title: 'view.plan', icon: 'plan', load: () => import('./plan/index.tsx') },
  { id: 'sessions', title: 'view.sessions', icon: 'sessions', load: () => import('./sessions/index.tsx') },
  { id: 'history', title: 'view.history', icon: 'history', load: () => import('./history/index.tsx') },
  { id: 'settings', title: 'view.settings', icon: 'settings', load: () => import('./settings/index.tsx') },
  { id: 'system', title: 'view.system', icon: 'system', load: () => import('./system/index.tsx') },
];
