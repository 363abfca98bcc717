import { type Signal, useSignal } from '@preact/signals';
import type { JSX, TargetedPointerEvent } from 'preact';
import { useId } from 'preact/hooks';
import { type Change, useChange } from '../../data/change.ts';
import { useHouse } from '../../data/house.tsx';
import type { LoadpointValues } from '../../data/values.ts';
import type { Values } from '../../data/values-store.ts';
import { NumberField } from '../../parts/number-field.tsx';
import { Problem } from '../../parts/problem.tsx';
import type { Scale, Slot } from '../../parts/timeline.tsx';
import { priceUnit } from '../../text/format.ts';
import { useText } from '../../text/text.tsx';
import { below, proposedLimit } from './plan.ts';

/** The price, or CO2 intensity, up to which is charged in any case. */
export interface Limit {
  /** As it is shown: where it is drawn to, asked for, or in force; absent: off */
  readonly value?: number;
  /** It is that of the house */
  readonly common: boolean;
  readonly dragged: Signal<number | undefined>;
  readonly change: Change<number | null>;
  /** The smallest step, in currency or g per kWh */
  readonly step: number;
}

export function useCostLimit(loadpoint: Values<LoadpointValues>, id: number): Limit {
  const { api, values } = useHouse();
  const { t } = useText();
  const dragged = useSignal<number | undefined>(undefined);
  const change = useChange(
    (limit: number | null) => api.set(`loadpoints/${id}/smartcostlimit`, limit),
    t('connection.failed'),
  );
  const own = change.wanted.value ? change.wanted.value.value : loadpoint.get('smartCostLimit');
  // The house knows no other word for off than 0.
  const value = dragged.value ?? own ?? (values.site.get('smartCostLimit') || undefined);
  const { scale } = priceUnit(values.site.get('currency') ?? 'EUR');
  return {
    ...(value !== undefined && { value }),
    common: own == null && value !== undefined && dragged.value === undefined,
    dragged,
    change,
    step: values.site.get('smartCostType') === 'co2' ? 1 : 0.1 / scale,
  };
}

/** The limit in the curve, to be drawn up and down; the field below does the same with the keyboard. */
export function LimitLine(props: { limit: Limit; scale: Scale; write: (value: number) => string }): JSX.Element | null {
  const { limit, scale, write } = props;
  const { readOnly } = useHouse();
  const { value, dragged, step } = limit;
  if (value === undefined) return null;
  const move = (event: TargetedPointerEvent<HTMLElement>): void => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
    const area = event.currentTarget.parentElement?.getBoundingClientRect();
    if (!area) return;
    const share = Math.min(1, Math.max(0, (area.bottom - event.clientY) / area.height));
    dragged.value = rounded(scale.valueAt(share), step * 5);
  };
  const end = (): void => {
    const wanted = dragged.peek();
    dragged.value = undefined;
    if (wanted !== undefined) void limit.change.make(wanted);
  };
  return (
    <div
      class="plan-line"
      aria-hidden="true"
      data-fixed={readOnly.value}
      style={{ bottom: `${Math.min(100, Math.max(0, scale.height(value)))}%` }}
      onPointerDown={(event) => {
        if (!readOnly.value) event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={move}
      onPointerUp={end}
      onPointerCancel={end}
    >
      <span>{write(value)}</span>
    </div>
  );
}

/** Says and changes up to which price is charged, and in how many hours that is so. */
export function CostLimit(props: {
  limit: Limit;
  loadpoint: Values<LoadpointValues>;
  rates: readonly Slot[];
}): JSX.Element {
  const { limit, loadpoint, rates } = props;
  const { values, now, readOnly } = useHouse();
  const { t, format } = useText();
  const [field, hint, problem] = [useId(), useId(), useId()];
  const co2 = values.site.get('smartCostType') === 'co2';
  const unit = co2 ? { scale: 1, name: 'g/kWh' } : priceUnit(values.site.get('currency') ?? 'EUR');
  const { value, common, change, step } = limit;
  const next = loadpoint.get('smartCostNextStart');
  return (
    <div class="plan-limit" data-pending={change.wanted.value !== undefined}>
      <label for={field}>{t(co2 ? 'plan.limit.co2' : 'setting.smartCostLimit')}</label>
      <span class="plan-number">
        <NumberField
          id={field}
          step={step * unit.scale}
          placeholder={t('settings.none')}
          aria-describedby={`${hint} ${problem}`}
          disabled={readOnly.value}
          value={value === undefined ? '' : String(rounded(value * unit.scale, 0.01))}
          onTake={(text) => void change.make(text === '' ? null : rounded(Number(text) / unit.scale, step / 100))}
        />
        <span class="quiet">{unit.name}</span>
      </span>
      {value === undefined || common ? (
        <button
          type="button"
          class="button"
          disabled={readOnly.value}
          onClick={() => void change.make(rounded(Math.ceil(proposedLimit(rates) / step) * step, step))}
        >
          {t('plan.limit.set')}
        </button>
      ) : (
        <button type="button" class="button" disabled={readOnly.value} onClick={() => void change.make(null)}>
          {t('plan.limit.off')}
        </button>
      )}
      <div id={hint} class="quiet">
        {value !== undefined && (
          <p aria-live="polite">
            {tellHours(value)}
            {next != null && ` ${t('plan.limit.next', { time: format.clock(next, now.value) })}`}
          </p>
        )}
        <p>{common ? t('plan.limit.common') : t('plan.limit.modes', { pv: t('mode.pv'), minpv: t('mode.minpv') })}</p>
      </div>
      <Problem id={problem} text={change.error.value} />
    </div>
  );

  function tellHours(limited: number): string {
    const hours = below(rates, limited, now.value);
    return t('plan.limit.hours', {
      below: format.duration(hours.below / 1_000),
      known: format.duration(hours.known / 1_000),
    });
  }
}

/** Without the remains of binary fractions. */
function rounded(value: number, step: number): number {
  return Number((Math.round(value / step) * step).toFixed(6));
}
