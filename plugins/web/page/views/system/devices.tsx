import type { JSX } from 'preact';
import { useHouse } from '../../data/house.tsx';
import type { Device } from '../../data/values.ts';
import { useText } from '../../text/text.tsx';

/** Every device, those that fail first, with what is wrong and since when. */
export function Devices(): JSX.Element {
  const { values, now } = useHouse();
  const { t, maybe, format } = useText();
  const devices = [...(values.site.get('devices') ?? [])].sort((a, b) => Number(isWell(a)) - Number(isWell(b)));
  return (
    <section class="card" aria-label={t('system.devices')}>
      <h2>{t('system.devices')}</h2>
      <ul class="devices">
        {devices.map((device) => (
          <li key={`${device.kind} ${device.name}`} data-well={isWell(device)}>
            <span class="device-sign" aria-hidden="true">
              {isWell(device) ? '✓' : '!'}
            </span>
            <span class="device-what">
              <strong>{device.name}</strong>
              <span class="quiet">{maybe(`device.${device.kind}`) ?? device.kind}</span>
              {device.reason !== '' && (
                <span class="device-reason" lang="en">
                  {device.reason}
                </span>
              )}
            </span>
            <span class="device-state">
              {maybe(`device.${device.state}`) ?? device.state}
              <span class="quiet">{t('system.since', { time: format.clock(device.since, now.peek()) })}</span>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

const isWell = ({ state }: Device): boolean => state === 'available';
