import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useId } from 'preact/hooks';
import { useHouse } from '../../data/house.tsx';
import { sunScale } from '../../data/wishes.ts';
import { Timeline } from '../../parts/timeline.tsx';
import { useText } from '../../text/text.tsx';
import type { PlanProps } from './index.tsx';
import { CostLimit, LimitLine, useCostLimit } from './limit.tsx';
import { curvesOf, type Outcome, piecesOf, spanOf } from './plan.ts';

/** Price, sun and CO2 of the next days, with the slots of the plan and the limit of what is cheap. */
export function CurvesCard(props: PlanProps & { outcome?: Outcome; target?: number }): JSX.Element {
  const { loadpoint, id, outcome, target } = props;
  const { values, now } = useHouse();
  const { t, format } = useText();
  const heading = useId();
  const at = useSignal<number | undefined>(undefined);
  const currency = values.site.get('currency') ?? 'EUR';
  const kind = values.site.get('smartCostType');
  const curves = curvesOf(values.site.get('forecast'), kind, sunScale(values.site));
  const limit = useCostLimit(loadpoint, id);
  const limited = kind === 'co2' ? 'co2' : 'price';
  const span = spanOf(curves, target, now.value);
  const colour = loadpoint.get('chargerFeatureHeating') === true ? 'of-heater' : 'of-car';
  const slots = outcome?.slots ?? [];
  const fast = piecesOf(slots.filter(({ surplus }) => surplus === undefined));
  const sunny = piecesOf(slots.filter(({ surplus }) => surplus !== undefined));
  const marks = [
    ...fast.map((piece) => ({ ...piece, colour })),
    ...sunny.map((piece) => ({ ...piece, colour: 'of-sun' })),
  ];
  const writers = {
    price: (value: number) => format.price(value, currency),
    co2: (value: number) => `${format.number(value, 0)} g/kWh`,
    sun: (value: number) => format.power(value),
  };
  const rows = (['price', 'co2', 'sun'] as const).filter((name) => curves[name].some(({ end }) => end > span.start));
  return (
    <section class="card plan-curves" aria-labelledby={heading}>
      <h2 id={heading}>{t('plan.curves')}</h2>
      <ul class="plan-keys">
        {fast.length > 0 && <li class={colour}>{t('plan.slots')}</li>}
        {sunny.length > 0 && <li class="of-sun">{t('plan.slots.sun')}</li>}
      </ul>
      {rows.length === 0 && <p class="quiet">{t('plan.noCurves')}</p>}
      {rows.map((name, index) => (
        <Timeline
          key={name}
          label={t('plan.curve', { name: t(`plan.${name}`) })}
          span={span}
          curves={[
            {
              name: t(`plan.${name}`),
              colour: name === 'sun' ? 'of-sun' : 'of-grid',
              shape: name === 'sun' ? 'line' : 'steps',
              filled: name === 'sun',
              slots: curves[name],
            },
          ]}
          write={writers[name]}
          marks={marks}
          now={now.value}
          at={at}
          times={index === rows.length - 1}
          {...(name === limited && limit.value !== undefined && { seen: limit.value })}
        >
          {(scale) => name === limited && <LimitLine limit={limit} scale={scale} write={writers[name]} />}
        </Timeline>
      ))}
      {curves[limited].length > 0 && <CostLimit limit={limit} loadpoint={loadpoint} rates={curves[limited]} />}
    </section>
  );
}
