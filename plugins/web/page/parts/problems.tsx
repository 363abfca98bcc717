import type { JSX } from 'preact';
import type { Problem } from '../data/api.ts';
import { useText } from '../text/text.tsx';

/** What is wrong with the configuration: where, what, and what stands there. */
export function Problems({ list }: { list: readonly Problem[] }): JSX.Element {
  const { t } = useText();
  return (
    <ul class="problems">
      {list.map(({ path, value, message }) => (
        <li key={`${path} ${message}`}>
          {path !== '' && <code>{path}</code>}
          <p lang="en">{message}</p>
          {value !== undefined && !message.includes(JSON.stringify(value)) && (
            <p class="quiet">{t('standby.value', { value: JSON.stringify(value) })}</p>
          )}
        </li>
      ))}
    </ul>
  );
}
