import type { Texts } from './en.ts';

/** Every language of the page: one file, and one line here. */
export const LANGUAGES: Readonly<Record<string, () => Promise<{ readonly default: Texts }>>> = {
  de: () => import('./de.ts'),
  en: () => import('./en.ts'),
  es: () => import('./es.ts'),
  fr: () => import('./fr.ts'),
  it: () => import('./it.ts'),
  nl: () => import('./nl.ts'),
};

export const FALLBACK = 'en';

/** Languages that are written from the right */
const RIGHT_TO_LEFT: ReadonlySet<string> = new Set(['ar', 'fa', 'he', 'ur']);

/** Whether a language, given by its tag, is written from the right. */
export const isRightToLeft = (tag: string): boolean => RIGHT_TO_LEFT.has(tag.split('-')[0] ?? '');

/** The language to use: the one that was chosen, else the first of the browser's that there is. */
export function pickLanguage(chosen: string | null, preferred: readonly string[]): string {
  const known = [chosen ?? '', ...preferred].map((tag) => tag.toLowerCase().split('-')[0] ?? '');
  return known.find((tag) => Object.hasOwn(LANGUAGES, tag)) ?? FALLBACK;
}
