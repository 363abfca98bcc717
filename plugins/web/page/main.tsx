import './style/tokens.css';
import './style/base.css';
import './style/shell.css';
import './style/parts.css';
import { render } from 'preact';
import { createHouse, HouseProvider } from './data/house.tsx';
import { App } from './shell/app.tsx';
import { createPreferences, PreferencesProvider } from './shell/preferences.tsx';
import { followRoute } from './shell/route.ts';
import { FALLBACK, isRightToLeft, LANGUAGES, pickLanguage } from './text/languages.ts';
import { createText, TextProvider } from './text/text.tsx';

const preferences = createPreferences();
const house = createHouse();
const route = followRoute();
const place = document.querySelector('#app') ?? document.body;

/** Draws the page in a language; again when another one is chosen. */
async function draw(chosen: string): Promise<void> {
  const language = pickLanguage(chosen, navigator.languages);
  const texts = await (LANGUAGES[language] ?? LANGUAGES[FALLBACK])?.();
  if (!texts || chosen !== preferences.language.peek()) return;
  // Numbers and dates as in the region of the browser, where its language is shown.
  const region = navigator.languages.find((tag) => tag.toLowerCase().startsWith(language)) ?? language;
  document.documentElement.lang = language;
  document.documentElement.dir = isRightToLeft(language) ? 'rtl' : 'ltr';
  render(
    <PreferencesProvider preferences={preferences}>
      <TextProvider text={createText(language, texts.default, region)}>
        <HouseProvider house={house}>
          <App route={route} />
        </HouseProvider>
      </TextProvider>
    </PreferencesProvider>,
    place,
  );
}

preferences.language.subscribe((chosen) => void draw(chosen));

// Only offered by browsers over HTTPS and on the machine itself.
if ('serviceWorker' in navigator) {
  void navigator.serviceWorker.register('./service-worker.js').catch(() => undefined);
}
