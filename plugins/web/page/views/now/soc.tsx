import type { JSX } from 'preact';
import { useId } from 'preact/hooks';
import { useChange } from '../../data/change.ts';
import { useHouse } from '../../data/house.tsx';
import { Problem } from '../../parts/problem.tsx';
import { useText } from '../../text/text.tsx';
import type { LoadpointProps } from './loadpoint.tsx';

const LIMITS: readonly number[] = [20, 30, 40, 50, 55, 60, 65, 70, 75, 80, 85, 90, 95, 100];

/** How full the car is, and up to where it is charged; nothing where neither is known nor can be. */
export function Soc({ loadpoint, id }: LoadpointProps): JSX.Element | null {
  const { api, readOnly } = useHouse();
  const { t, format } = useText();
  const problem = useId();
  const change = useChange((limit: number) => api.set(`loadpoints/${id}/target/soc`, limit), t('connection.failed'));
  const title = loadpoint.get('title') ?? '';
  const soc = loadpoint.get('vehicleSoc') ?? 0;
  const heating = loadpoint.get('chargerFeatureHeating') === true;
  if (loadpoint.get('connected') !== true || soc <= 0) return null;

  const write = heating ? format.temperature : format.percent;
  const limit = change.wanted.value?.value ?? loadpoint.get('targetSoc') ?? 100;
  const least = loadpoint.get('minSoc') ?? 0;
  const limits = [...new Set([...LIMITS, limit || 100])].sort((a, b) => a - b);
  return (
    <div class="soc">
      <div class="soc-line">
        <strong class="figure soc-figure">{write(soc)}</strong>
        <select
          class="quiet-select"
          aria-label={t('lp.limit', { title })}
          aria-describedby={problem}
          value={String(limit || 100)}
          disabled={readOnly.value}
          onChange={(event) => void change.make(Number(event.currentTarget.value))}
        >
          {limits.map((each) => (
            <option key={each} value={String(each)}>
              {t('lp.limitTo', { limit: write(each) })}
            </option>
          ))}
        </select>
      </div>
      <meter
        class="unseen"
        aria-label={t(heating ? 'lp.temperature' : 'lp.soc', { title })}
        min={0}
        max={100}
        value={soc}
      >
        {write(soc)}
      </meter>
      <div class="soc-bar" aria-hidden="true">
        <span class="soc-fill" style={{ inlineSize: `${Math.min(100, soc)}%` }} />
        {least > 0 && <span class="soc-mark least" style={{ insetInlineStart: `${least}%` }} />}
        {limit > 0 && limit < 100 && <span class="soc-mark" style={{ insetInlineStart: `${limit}%` }} />}
      </div>
      <Problem id={problem} text={change.error.value} />
    </div>
  );
}
