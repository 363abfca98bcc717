import type { DeviceContext } from '../../../core/index.ts';
import type { Answer } from '../../shared/answer.ts';
import type { SwitchReading } from '../../shared/switch-socket.ts';

/** Tasmota, commands over HTTP: tasmota.github.io/docs/Commands. */

/** `Status 0`: the relay in `StatusSTS`, without number when there is only one, the meter in `StatusSNS`. */
export function toSwitch(status: Answer, channel: number): SwitchReading {
  const relays = status.at('StatusSTS');
  return { on: toPower(relays, channel), values: toValues(status.at('StatusSNS'), channel) };
}

/** ON or OFF of a relay, from 1. */
export function toPower(answer: Answer, channel: number): boolean {
  const numbered = answer.at(`POWER${channel}`);
  const relay = numbered.absent && channel === 1 ? answer.at('POWER') : numbered;
  return relay.flag();
}

/** `ENERGY`: numbers, or lists with one for each relay; kWh. */
function toValues(sensors: Answer, channel: number): NonNullable<SwitchReading['values']> {
  if (sensors.absent || sensors.at('ENERGY').absent) return {};
  const energy = sensors.at('ENERGY');
  const of = (key: string): number | undefined => {
    const place = energy.at(key);
    if (place.absent) return undefined;
    return place.shown === 'a list'
      ? (place.items()[channel - 1] ?? place.refuse(`${key} has too few values`)).number()
      : place.number();
  };
  const total = of('Total');
  return {
    power: of('Power'),
    energy: total === undefined ? undefined : total * 1_000,
    currents: [of('Current')],
    voltages: [of('Voltage')],
  };
}

/** A wrong password is answered with status 200 and a warning. */
export function checkLogin(answer: Answer, name: string, { fail }: Pick<DeviceContext, 'fail'>): Answer {
  if (!answer.at('WARNING').absent) fail('EVCC_DEVICE_AUTH', `${name}: user or password were refused`);
  return answer;
}
