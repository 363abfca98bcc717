import type { Answer } from '../../shared/answer.ts';
import { known } from '../../shared/http/json-device.ts';
import type { MeterValues } from '../../shared/meter-reading.ts';

/** Enphase Envoy and IQ Gateway: "IQ Gateway local APIs" (Enphase, 2023), and what the older Envoys answered. */

export const PRODUCTION = '/production.json?details=1';
export const LIVE = '/ivp/livedata/status';

/** Generation, as the meter says it, or else the inverters. */
export function decodePv(answer: Answer): MeterValues {
  const all = answer.at('production').items();
  const meter = all.find((entry) => is(entry, 'production') && known(entry.at('activeCount')) !== 0);
  const found = meter ?? all[0] ?? answer.refuse('there is no production');
  return { power: known(found.at('wNow')), energy: known(found.at('whLifetime')) };
}

/** The meter at the grid connection. */
export function decodeGrid(answer: Answer): MeterValues {
  const consumption = answer.at('consumption');
  const all = consumption.absent ? [] : consumption.items();
  const meter =
    all.find((entry) => is(entry, 'net-consumption')) ?? answer.refuse('there is no meter of net-consumption');
  const lines = meter.at('lines').absent ? [] : meter.at('lines').items();
  const of = (name: string) => lines.map((line) => known(line.at(name)));
  return { power: known(meter.at('wNow')), powers: of('wNow'), currents: of('rmsCurrent'), voltages: of('rmsVoltage') };
}

/** The batteries together; powers are mW. */
export function decodeBattery(answer: Answer): MeterValues {
  const meters = answer.at('meters');
  return { power: known(meters.at('storage').at('agg_p_mw'), 0.001), soc: known(meters.at('soc')) };
}

const is = (entry: Answer, type: string): boolean => {
  const measured = entry.at('measurementType');
  return !measured.absent && measured.text() === type;
};

/** ms since the epoch when a token (JWT) ends; `undefined`: it does not say */
export function endOf(token: string): number | undefined {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    const { exp } = claims as { exp?: unknown };
    return typeof exp === 'number' ? exp * 1_000 : undefined;
  } catch {
    return undefined;
  }
}
