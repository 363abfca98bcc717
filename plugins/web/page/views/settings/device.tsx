import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useId } from 'preact/hooks';
import { Choice } from '../../parts/choice.tsx';
import { type Theme, usePreferences } from '../../shell/preferences.tsx';
import { LANGUAGES } from '../../text/languages.ts';
import { useText } from '../../text/text.tsx';

const THEMES: readonly Theme[] = ['auto', 'light', 'dark'];

/** What this device is shown: language and light. */
export function DeviceSettings(): JSX.Element {
  const { theme, language } = usePreferences();
  const { t } = useText();
  const field = useId();
  const names = useLanguageNames();
  return (
    <section class="card setting-group" aria-label={t('settings.device')}>
      <h2>{t('settings.device')}</h2>
      <div class="setting">
        <label for={field}>{t('settings.language')}</label>
        <select
          id={field}
          value={language.value}
          onChange={(event) => {
            language.value = event.currentTarget.value;
          }}
        >
          <option value="">{t('settings.auto')}</option>
          {names.map(([tag, name]) => (
            <option key={tag} value={tag} lang={tag}>
              {name}
            </option>
          ))}
        </select>
      </div>
      <div class="setting">
        <span>{t('settings.theme')}</span>
        <Choice
          label={t('settings.theme')}
          options={THEMES.map((value) => ({ value, label: t(`settings.${value}`) }))}
          value={theme.value}
          onChoose={(chosen) => {
            theme.value = chosen;
          }}
        />
      </div>
    </section>
  );
}

/** Each language by its own name. */
function useLanguageNames(): readonly (readonly [string, string])[] {
  const names = useSignal<readonly (readonly [string, string])[]>([]);
  useEffect(() => {
    const named = Object.entries(LANGUAGES).map(async ([tag, load]) => [tag, (await load()).default.language] as const);
    void Promise.all(named).then((all) => {
      names.value = all;
    });
  }, [names]);
  return names.value;
}
