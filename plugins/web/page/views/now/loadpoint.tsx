import type { JSX } from 'preact';
import { useId } from 'preact/hooks';
import { useChange } from '../../data/change.ts';
import { useHouse } from '../../data/house.tsx';
import type { ChargeMode, LoadpointValues } from '../../data/values.ts';
import type { Values } from '../../data/values-store.ts';
import { Choice } from '../../parts/choice.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Problem } from '../../parts/problem.tsx';
import { type Text, useText } from '../../text/text.tsx';
import { phasesText } from './decision.tsx';
import { Facts } from './facts.tsx';
import { ReasonLine } from './reason.tsx';
import { Soc } from './soc.tsx';
import { VehicleChoice } from './vehicle.tsx';

const MODES: readonly ChargeMode[] = ['off', 'pv', 'minpv', 'now'];

export interface LoadpointProps {
  readonly loadpoint: Values<LoadpointValues>;
  /** As the API counts, from 1 */
  readonly id: number;
}

/** One loadpoint: what it does, why, and what it shall do. */
export function Loadpoint({ loadpoint, id }: LoadpointProps): JSX.Element {
  const text = useText();
  const heading = useId();
  const heating = loadpoint.get('chargerFeatureHeating') === true;
  const status = statusOf(loadpoint, heating);
  return (
    <article class="card loadpoint" aria-labelledby={heading} data-status={status}>
      <header class="loadpoint-head">
        <span class={`disc of-${heating ? 'heater' : 'car'}`}>
          <Icon name={heating ? 'heater' : 'car'} />
        </span>
        <div class="loadpoint-name">
          <h2 id={heading}>{loadpoint.get('title')}</h2>
          <VehicleChoice loadpoint={loadpoint} id={id} />
        </div>
        <div class="loadpoint-power">
          <strong class="figure loadpoint-figure">{text.format.power(loadpoint.get('chargePower'))}</strong>
          <span class="quiet">{currentText(loadpoint, text) || text.t(`status.${status}`)}</span>
        </div>
      </header>
      <ModeChoice loadpoint={loadpoint} id={id} />
      <Soc loadpoint={loadpoint} id={id} />
      <ReasonLine loadpoint={loadpoint} id={id} />
      <Facts loadpoint={loadpoint} />
    </article>
  );
}

function ModeChoice({ loadpoint, id }: LoadpointProps): JSX.Element {
  const { api, readOnly } = useHouse();
  const { t } = useText();
  const problem = useId();
  const change = useChange((mode: ChargeMode) => api.set(`loadpoints/${id}/mode`, mode), t('connection.failed'));
  const wanted = change.wanted.value?.value;
  const options = MODES.map((value) => ({ value, label: t(`mode.${value}`), hint: t(`mode.${value}.hint`) }));
  return (
    <>
      <Choice
        label={t('lp.mode', { title: loadpoint.get('title') ?? '' })}
        options={options}
        value={wanted ?? loadpoint.get('mode')}
        pending={wanted !== undefined}
        disabled={readOnly.value}
        describedBy={problem}
        onChoose={(mode) => void change.make(mode)}
      />
      <Problem id={problem} text={change.error.value} />
    </>
  );
}

type Status = 'charging' | 'heating' | 'waiting' | 'connected' | 'done' | 'disconnected' | 'standby';

function statusOf(loadpoint: Values<LoadpointValues>, heating: boolean): Status {
  if (loadpoint.get('charging') === true) return heating ? 'heating' : 'charging';
  if (loadpoint.get('connected') !== true) return heating ? 'standby' : 'disconnected';
  const code = loadpoint.get('reasons')?.at(-1)?.code;
  if (code === 'target-soc' || code === 'target-energy') return 'done';
  return loadpoint.get('mode') === 'off' ? 'connected' : 'waiting';
}

/** `6 A on 3 phases`; empty while nothing is charged */
function currentText(loadpoint: Values<LoadpointValues>, { t, format }: Text): string {
  if (loadpoint.get('charging') !== true || loadpoint.get('chargerFeatureSwitchDevice') === true) return '';
  const measured = Math.max(0, ...(loadpoint.get('chargeCurrents') ?? []));
  const current = measured > 0 ? measured : loadpoint.get('chargeCurrent');
  const phases = loadpoint.get('phasesActive') ?? 0;
  if (!current) return '';
  return phases > 0
    ? t('lp.onPhases', { current: format.current(current), phases: phasesText(phases, t) })
    : format.current(current);
}
