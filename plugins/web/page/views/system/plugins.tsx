import type { JSX } from 'preact';
import type { LogLine } from '../../data/log.ts';
import { useText } from '../../text/text.tsx';
import { Sign } from './sign.tsx';

/** The plugins in force, those that complained first, each with its last complaint. */
export function Plugins(props: { names: readonly string[]; lines: readonly LogLine[] }): JSX.Element {
  const { t } = useText();
  const plugins = props.names.map((name) => ({ name, last: props.lines.find(({ area }) => area === name) }));
  const complained = plugins.filter(({ last }) => last !== undefined);
  return (
    <section class="card" aria-label={t('system.plugins')}>
      <h2>{t('system.plugins')}</h2>
      <ul class="devices">
        {complained.map(({ name, last }) => (
          <li key={name} data-well="false">
            <Sign well={false} />
            <span class="device-what">
              <strong>{name}</strong>
              <span class="device-reason" lang="en">
                {last?.message}
              </span>
            </span>
            <span class="device-state">
              <span class="quiet">{last?.time}</span>
            </span>
          </li>
        ))}
        {complained.length < plugins.length && (
          <li data-well="true">
            <Sign well={true} />
            <span class="device-what">
              <strong>{t('system.plugins.well')}</strong>
              <span class="quiet">
                {plugins
                  .filter(({ last }) => !last)
                  .map(({ name }) => name)
                  .join(', ')}
              </span>
            </span>
          </li>
        )}
      </ul>
    </section>
  );
}
