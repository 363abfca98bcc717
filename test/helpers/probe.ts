import type { Evcc, LoadedPlugin } from '../../core/index.ts';
import type { FakeHouse } from './house.ts';

/** Plugins of one tap, and what the log says of them. */

export type AnyHook = Evcc['hooks']['measured'] & Evcc['hooks']['setup'];

export const probe = (apply: (evcc: Evcc) => void): LoadedPlugin => ({ name: 'probe', apply });

/** A plugin with one tap. */
export const tapping = (hook: keyof Evcc['hooks'], tap: (...args: readonly unknown[]) => unknown): LoadedPlugin =>
  probe((evcc) => (evcc.hooks[hook] as AnyHook).tap('probe', tap as () => void));

export const tappingLater = (
  hook: keyof Evcc['hooks'],
  tap: (...args: readonly unknown[]) => Promise<unknown>,
): LoadedPlugin => probe((evcc) => (evcc.hooks[hook] as AnyHook).tapPromise('probe', tap as () => Promise<void>));

/** Lines of the log that contain a text. */
export const logged = (house: FakeHouse, text: string): string[] =>
  house.log.filter(({ message }) => message.includes(text)).map(({ level, message }) => `${level}: ${message}`);
