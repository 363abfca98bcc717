import './settings.css';
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { useHouse } from '../../data/house.tsx';
import { controlOf, type Setting } from '../../data/settings.ts';
import { Icon } from '../../parts/icon.tsx';
import { Problem } from '../../parts/problem.tsx';
import { useText } from '../../text/text.tsx';
import { DeviceSettings } from './device.tsx';
import { SettingRow } from './row.tsx';

/** Everything that may be changed: of this device, of the house, of each loadpoint. */
export default function Settings(): JSX.Element {
  const { values, api } = useHouse();
  const { t } = useText();
  const settings = useSignal<readonly Setting[] | undefined>(undefined);
  const error = useSignal('');
  useEffect(() => {
    const end = new AbortController();
    api.ask('settings', { signal: end.signal }).then(
      (list) => {
        settings.value = (list as readonly Setting[]).filter(({ key, schema }) => key !== null && controlOf(schema));
      },
      (failure: Error) => {
        if (!end.signal.aborted) error.value = t('settings.failed', { reason: failure.message });
      },
    );
    return () => end.abort();
  }, [api, settings, error, t]);
  const of = (scope: Setting['scope']): readonly Setting[] =>
    settings.value?.filter((setting) => setting.scope === scope) ?? [];

  return (
    <div class="settings">
      <DeviceSettings />
      <Problem text={error.value} />
      {settings.value && (
        <SettingGroup title={t('part.house')} settings={of('site')} values={values.site} id={0} open={true} />
      )}
      {settings.value &&
        values.loadpoints.value.map((loadpoint, index) => (
          <SettingGroup
            key={String(index)}
            title={loadpoint.get('title') ?? ''}
            settings={of('loadpoint')}
            values={loadpoint}
            id={index + 1}
            open={values.loadpoints.peek().length === 1}
          />
        ))}
    </div>
  );
}

interface Shown {
  any(key: string): unknown;
}

function SettingGroup(props: {
  title: string;
  settings: readonly Setting[];
  values: Shown;
  id: number;
  /** Shown from the beginning */
  open: boolean;
}): JSX.Element | null {
  const { title, settings, values, id, open } = props;
  // What is not published does not apply to this house.
  const shown = settings.filter(({ key }) => key !== null && values.any(key) !== undefined);
  if (shown.length === 0) return null;
  return (
    <details class="card setting-group" open={open}>
      <summary>
        <h2>{title}</h2>
        <Icon name="chevron" size={18} />
      </summary>
      {shown.map((setting) => (
        <SettingRow key={setting.name} setting={setting} present={values.any(setting.key ?? '')} id={id} of={title} />
      ))}
    </details>
  );
}
