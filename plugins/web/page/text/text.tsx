import { type ComponentChildren, createContext, type JSX } from 'preact';
import { useContext } from 'preact/hooks';
import type { TextKey, Texts } from './en.ts';
import { createFormat, type Format } from './format.ts';

export type { TextKey } from './en.ts';

/** What the page says, and how it writes numbers. */
export interface Text {
  /** Tag of the language, such as `de` */
  readonly language: string;
  readonly format: Format;
  /** The text of a key, with the values that it names */
  t(key: TextKey, values?: Readonly<Record<string, string | number>>): string;
  /** The text of a key that may not exist, such as one of a plugin */
  maybe(key: string): string | undefined;
}

/** `region`: locale for numbers and dates; it may say more than the language, such as `de-CH` */
export function createText(language: string, texts: Texts, region: string = language): Text {
  const fill = (text: string, values: Readonly<Record<string, string | number>>): string =>
    text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
  return {
    language,
    format: createFormat(region),
    t: (key, values = {}) => fill(texts[key], values),
    maybe: (key) => (Object.hasOwn(texts, key) ? texts[key as TextKey] : undefined),
  };
}

const Context = createContext<Text | undefined>(undefined);

export function TextProvider({ text, children }: { text: Text; children: ComponentChildren }): JSX.Element {
  return <Context.Provider value={text}>{children}</Context.Provider>;
}

export function useText(): Text {
  const text = useContext(Context);
  if (!text) throw new Error('there are no texts around this component');
  return text;
}
