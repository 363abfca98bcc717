import type { JSX } from 'preact';
import { useId } from 'preact/hooks';
import { useChange } from '../../data/change.ts';
import { useHouse } from '../../data/house.tsx';
import { type Control, controlOf, pathOf, type Setting } from '../../data/settings.ts';
import { NumberField } from '../../parts/number-field.tsx';
import { Problem } from '../../parts/problem.tsx';
import { type Text, useText } from '../../text/text.tsx';

type Value = string | number | boolean | null;

/** A setting with what it means, its range, and the control that suits its schema. */
export function SettingRow(props: {
  setting: Setting;
  present: unknown;
  /** Loadpoint, from 1, or name of a vehicle */
  id: number | string;
  /** What it is a setting of */
  of: string;
  /** Called after a change */
  changed?: () => Promise<void>;
}): JSX.Element {
  const { setting, present, id, of, changed } = props;
  const { api, readOnly, values } = useHouse();
  const text = useText();
  const control = controlOf(setting.schema);
  const [field, hint, problem] = [useId(), useId(), useId()];
  const send = async (value: Value): Promise<void> => {
    await api.set(pathOf(setting, id), value);
    await changed?.();
  };
  const change = useChange(send, text.t('connection.failed'));
  const wanted = change.wanted.value;
  const value = (wanted ? wanted.value : present) as Value;
  const label = labelOf(setting, text);
  // Without a value, some are as those of something else.
  const none = text.maybe(`${setting.name}.null`) ?? text.t('settings.none');
  const explanation = explanationOf(setting, text);
  const common = {
    id: field,
    disabled: readOnly.value,
    'aria-describedby': `${hint} ${problem}`,
    // The same settings are there for each loadpoint.
    'aria-label': `${of}: ${label}`,
  };
  // Limits of what is cheap go by CO2 where that is what plans go by.
  const byCo2 = values.site.get('smartCostType') === 'co2' && !setting.name.includes('FeedIn');
  const priceUnit = byCo2 ? 'g/kWh' : `${values.site.get('currency') ?? 'EUR'}/kWh`;
  return (
    <div class="setting" data-pending={wanted !== undefined}>
      <div class="setting-what">
        <label for={field}>{label}</label>
        <p id={hint} class="quiet">
          {explanation ?? <span lang="en">{setting.description}</span>}
          {control && rangeOf(control, text)}
        </p>
        <Problem id={problem} text={change.error.value} />
      </div>
      {control?.kind === 'switch' && (
        <input
          {...common}
          class="switch"
          type="checkbox"
          role="switch"
          checked={value === true}
          aria-checked={value === true}
          onChange={(event) => void change.make(event.currentTarget.checked)}
        />
      )}
      {control?.kind === 'choice' && (
        <select
          {...common}
          value={String(value ?? '')}
          onChange={(event) => void change.make(event.currentTarget.value || null)}
        >
          {control.empty && <option value="">{none}</option>}
          {control.values.map((each) => (
            <option key={String(each)} value={String(each)}>
              {text.maybe(`${setting.name}.${each}`) ?? String(each)}
            </option>
          ))}
        </select>
      )}
      {control?.kind === 'number' && (
        <span class="setting-number">
          <NumberField
            {...common}
            min={control.least}
            max={control.most}
            step={control.step}
            placeholder={control.empty ? none : undefined}
            value={value === null ? '' : String(value)}
            onTake={(text) => {
              if (text !== '') void change.make(Number(text));
              else if (control.empty) void change.make(null);
            }}
          />
          <span class="quiet">{control.unit ?? (isPrice(setting) ? priceUnit : '')}</span>
        </span>
      )}
    </div>
  );
}

/** Rows of prices say no unit, since it may be that of CO2 too. */
const isPrice = ({ name }: Setting): boolean => /(Cost|Price|Priority|GridCharge)Limit$/.test(name);

function labelOf({ scope, name }: Setting, { maybe }: Text): string {
  return maybe(`setting.${scope}.${name}`) ?? maybe(`setting.${name}`) ?? plain(name);
}

/** What it means, in the language of the page; `undefined`: only the server knows, as of settings of plugins. */
function explanationOf({ scope, name }: Setting, { maybe }: Text): string | undefined {
  return maybe(`hint.${scope}.${name}`) ?? maybe(`hint.${name}`);
}

/** `connectionPower` as `Connection power` */
function plain(name: string): string {
  const words = name.replace(/([A-Z])/g, ' $1').toLowerCase();
  return `${words.slice(0, 1).toUpperCase()}${words.slice(1)}`;
}

/** The range, where it is one that means something. */
function rangeOf(control: Control, { t, format }: Text): string {
  if (control.kind !== 'number') return '';
  const { least, most, unit = '' } = control;
  if (least === undefined || most === undefined || most - least > 50_000 || (least < 0 && unit === '')) return '';
  return ` · ${t('settings.range', { least: format.number(least), most: `${format.number(most)} ${unit}`.trim() })}`;
}
