import type { JSX } from 'preact';
import { useHouse } from '../../data/house.tsx';
import type { Device } from '../../data/values.ts';
import { useText } from '../../text/text.tsx';
import type { Report } from './report.ts';
import { Sign } from './sign.tsx';

/** Every device, those that fail first, with what is wrong, since when, and when it was last read. */
export function Devices({ readings }: { readings: Report['devices'] }): JSX.Element {
  const { values, now } = useHouse();
  const { t, maybe, format } = useText();
  const devices = [...(values.site.get('devices') ?? [])].sort((a, b) => Number(isWell(a)) - Number(isWell(b)));
  return (
    <section class="card" aria-label={t('system.devices')}>
      <h2>{t('system.devices')}</h2>
      {devices.length === 0 && <p class="quiet">{t('shell.loading')}</p>}
      <ul class="devices">
        {devices.map((device) => {
          const { kind, name, state, reason, since } = device;
          const read = readings.find((each) => each.kind === kind && each.name === name)?.read;
          return (
            <li key={`${kind} ${name}`} data-well={isWell(device)}>
              <Sign well={isWell(device)} />
              <span class="device-what">
                <strong>{name}</strong>
                <span class="quiet">{maybe(`device.${kind}`) ?? kind}</span>
                {reason !== '' && (
                  <span class="device-reason" lang="en">
                    {linked(reason)}
                  </span>
                )}
              </span>
              <span class="device-state">
                {maybe(`device.${state}`) ?? state}
                <span class="quiet">{t('system.since', { time: format.clock(since, now.peek()) })}</span>
                {read != null && (
                  <span class="quiet">{t('system.read', { time: format.clock(read, now.peek()) })}</span>
                )}
              </span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

/** Words with the addresses among them as links: some devices say where a person has to log in. */
function linked(text: string): JSX.Element[] {
  return text.split(/(https:\/\/[^\s"'<>,;]+)/).map((part, index) =>
    index % 2 === 1 ? (
      <a href={part} key={part} target="_blank" rel="noopener noreferrer">
        {part}
      </a>
    ) : (
      <span key={part}>{part}</span>
    ),
  );
}

const isWell = ({ state }: Device): boolean => state === 'available';
