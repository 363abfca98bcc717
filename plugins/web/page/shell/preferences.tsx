import { effect, type Signal, signal } from '@preact/signals';
import { type ComponentChildren, createContext, type JSX } from 'preact';
import { useContext } from 'preact/hooks';

export type Theme = 'auto' | 'light' | 'dark';

/** What is chosen on this device, and kept by its browser. */
export interface Preferences {
  readonly theme: Signal<Theme>;
  /** Empty: that of the browser */
  readonly language: Signal<string>;
}

export function createPreferences(): Preferences {
  const theme = signal<Theme>(asTheme(read('theme')));
  const language = signal(read('language'));
  effect(() => {
    write('theme', theme.value === 'auto' ? '' : theme.value);
    // The style sheet knows both; `auto` leaves it to the system.
    document.documentElement.dataset.theme = theme.value;
  });
  effect(() => write('language', language.value));
  return { theme, language };
}

const asTheme = (text: string): Theme => (text === 'light' || text === 'dark' ? text : 'auto');

const NAME = 'evcc.';

/** Browsers may refuse to keep anything, as in private windows. */
function read(key: string): string {
  try {
    return localStorage.getItem(NAME + key) ?? '';
  } catch {
    return '';
  }
}

function write(key: string, value: string): void {
  try {
    if (value === '') localStorage.removeItem(NAME + key);
    else localStorage.setItem(NAME + key, value);
  } catch {
    // It then lasts as long as the page.
  }
}

const Context = createContext<Preferences | undefined>(undefined);

export function PreferencesProvider(props: { preferences: Preferences; children: ComponentChildren }): JSX.Element {
  return <Context.Provider value={props.preferences}>{props.children}</Context.Provider>;
}

export function usePreferences(): Preferences {
  const preferences = useContext(Context);
  if (!preferences) throw new Error('there are no preferences around this component');
  return preferences;
}
