import type { JSX } from 'preact';
import { useId } from 'preact/hooks';
import { useChange } from '../../data/change.ts';
import { useHouse } from '../../data/house.tsx';
import { Problem } from '../../parts/problem.tsx';
import { useText } from '../../text/text.tsx';
import type { LoadpointProps } from './loadpoint.tsx';

const GUEST = '0';

/** Which car is there, to be chosen among those of the house; nothing for what is no car. */
export function VehicleChoice({ loadpoint, id }: LoadpointProps): JSX.Element | null {
  const { api, values, readOnly } = useHouse();
  const { t } = useText();
  const problem = useId();
  const titles = values.site.get('vehicles') ?? [];
  const send = (value: string): Promise<void> => api.set(`loadpoints/${id}/vehicle`, value === GUEST ? null : value);
  const change = useChange(send, t('connection.failed'));
  const integrated = loadpoint.get('chargerFeatureIntegratedDevice') === true;
  if (integrated || loadpoint.get('chargerFeatureHeating') === true) return null;
  if (loadpoint.get('vehicleDetectionActive') === true) return <span class="quiet">{t('lp.detecting')}</span>;
  const title = loadpoint.get('vehicleTitle') ?? '';
  if (title === '' && loadpoint.get('connected') !== true) return null;
  if (titles.length === 0) return title === '' ? null : <span class="quiet">{title}</span>;
  const present = String(titles.indexOf(title) + 1);
  return (
    <>
      <select
        class="quiet-select"
        aria-label={t('lp.vehicle', { title: loadpoint.get('title') ?? '' })}
        aria-describedby={problem}
        value={change.wanted.value?.value ?? present}
        disabled={readOnly.value}
        onChange={(event) => void change.make(event.currentTarget.value)}
      >
        {titles.map((each, index) => (
          <option key={each} value={String(index + 1)}>
            {each}
          </option>
        ))}
        <option value={GUEST}>{t('lp.guest')}</option>
      </select>
      <Problem id={problem} text={change.error.value} />
    </>
  );
}
