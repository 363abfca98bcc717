import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useId } from 'preact/hooks';
import { useHouse } from '../../data/house.tsx';
import type { LoadpointValues } from '../../data/values.ts';
import type { Values } from '../../data/values-store.ts';
import { Choice } from '../../parts/choice.tsx';
import { NumberField } from '../../parts/number-field.tsx';
import { useText } from '../../text/text.tsx';
import { type Draft, dayText, type GoalKind } from './plan.ts';

type Put = (change: Partial<Draft>) => void;

const DAYS = ['today', 'tomorrow', 'otherDay'] as const;

/** Day and time of a departure. */
export function DaytimeFields({ draft, onPut }: { draft: Draft; onPut: Put }): JSX.Element {
  const { now } = useHouse();
  const { t } = useText();
  const [date, time] = [useId(), useId()];
  const asks = useSignal(false);
  const days = [dayText(now.value), dayText(now.value, 1)];
  const known = asks.value ? -1 : days.indexOf(draft.day);
  return (
    <>
      <Choice
        label={t('plan.day')}
        options={DAYS.map((value) => ({ value, label: t(`plan.${value}`) }))}
        value={DAYS[known < 0 ? 2 : known]}
        onChoose={(value) => {
          const day = days[DAYS.indexOf(value)];
          asks.value = day === undefined;
          if (day !== undefined) onPut({ day });
        }}
      />
      <div class="plan-moment">
        {known < 0 && (
          <div>
            <label for={date}>{t('plan.date')}</label>
            <input
              id={date}
              type="date"
              required
              min={days[0]}
              value={draft.day}
              onChange={(event) => onPut({ day: event.currentTarget.value })}
            />
          </div>
        )}
        <div>
          <label for={time}>{t('plan.time')}</label>
          <input
            id={time}
            type="time"
            required
            value={draft.time}
            onChange={(event) => onPut({ time: event.currentTarget.value })}
          />
        </div>
      </div>
    </>
  );
}

/** How full the car shall be, or how much it shall get. */
export function GoalField(props: {
  loadpoint: Values<LoadpointValues>;
  kind: GoalKind;
  draft: Draft;
  onPut: Put;
}): JSX.Element {
  const { loadpoint, kind, draft, onPut } = props;
  const { t, format } = useText();
  const field = useId();
  if (kind === 'energy') {
    return (
      <div class="plan-energy">
        <label for={field}>{t('plan.energy')}</label>
        <span>
          <NumberField
            id={field}
            required
            min={0.5}
            max={1_000}
            step="any"
            value={String(draft.value)}
            onWrite={(text) => onPut({ value: Number(text) })}
          />
          <span class="quiet">kWh</span>
        </span>
      </div>
    );
  }
  const soc = loadpoint.get('vehicleSoc') ?? 0;
  const capacity = loadpoint.get('vehicleCapacity') ?? 0;
  const more = Math.max(0, draft.value - soc);
  return (
    <div class="plan-soc">
      <label for={field}>{t('plan.soc')}</label>
      <output for={field} class="figure">
        {format.percent(draft.value)}
      </output>
      <input
        id={field}
        type="range"
        min={5}
        max={100}
        step={5}
        value={String(draft.value)}
        aria-valuetext={format.percent(draft.value)}
        onInput={(event) => onPut({ value: Number(event.currentTarget.value) })}
      />
      <p class="quiet">{t('plan.soc.now', { soc: format.percent(soc), more: format.energy(more * capacity * 10) })}</p>
    </div>
  );
}
