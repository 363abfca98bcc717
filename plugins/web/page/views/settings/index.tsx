import './settings.css';
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { useHouse } from '../../data/house.tsx';
import { controlOf, type Setting } from '../../data/settings.ts';
import { Problem } from '../../parts/problem.tsx';
import { useText } from '../../text/text.tsx';
import { DeviceSettings } from './device.tsx';
import { SettingGroup } from './group.tsx';
import { useVehicles } from './vehicles.ts';

/** Everything that may be changed: of this device, of the house, of each loadpoint and vehicle. */
export default function Settings(): JSX.Element {
  const { values, api } = useHouse();
  const { t } = useText();
  const settings = useSignal<readonly Setting[] | undefined>(undefined);
  const error = useSignal('');
  const vehicles = useVehicles();
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
  const all = settings.value;
  const of = (scope: Setting['scope']): readonly Setting[] => all?.filter((setting) => setting.scope === scope) ?? [];

  return (
    <div class="settings">
      <DeviceSettings />
      <Problem text={error.value} />
      {!all && error.value === '' && <p class="card empty">{t('shell.loading')}</p>}
      {all && (
        <>
          <SettingGroup title={t('part.house')} settings={of('site')} values={values.site} id={0} open={true} />
          {values.loadpoints.value.map((loadpoint, index) => (
            <SettingGroup
              key={String(index)}
              title={loadpoint.get('title') ?? ''}
              settings={of('loadpoint')}
              values={loadpoint}
              id={index + 1}
              open={values.loadpoints.peek().length === 1}
            />
          ))}
          {vehicles.list.map((vehicle) => (
            <SettingGroup
              key={vehicle.name}
              title={String(vehicle.values.any('title') ?? vehicle.name)}
              settings={of('vehicle')}
              values={vehicle.values}
              id={vehicle.name}
              changed={vehicles.read}
            />
          ))}
        </>
      )}
    </div>
  );
}
