import type { JSX } from 'preact';
import type { Setting } from '../../data/settings.ts';
import { Icon } from '../../parts/icon.tsx';
import { SettingRow } from './row.tsx';

/** Published values of the site, of a loadpoint or of a vehicle, by key; `undefined`: it has none. */
export interface Shown {
  any(key: string): unknown;
}

/** What may be changed of one thing; nothing where there is nothing. */
export function SettingGroup(props: {
  title: string;
  settings: readonly Setting[];
  values: Shown;
  /** Loadpoint, from 1, or name of a vehicle */
  id: number | string;
  /** Shown from the beginning */
  open?: boolean;
  /** Called after a change, where values are not told by themselves */
  changed?: () => Promise<void>;
}): JSX.Element | null {
  const { title, settings, values, id, open = false, changed } = props;
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
        <SettingRow
          key={setting.name}
          setting={setting}
          present={values.any(setting.key ?? '')}
          id={id}
          of={title}
          {...(changed && { changed })}
        />
      ))}
    </details>
  );
}
