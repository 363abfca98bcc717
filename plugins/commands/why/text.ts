import type { Time } from '../../../core/index.ts';
import type { Told } from './house.ts';

/** A decision as lines for people, its time by the clocks of this machine. */
export function explain(record: Told, time: Time): string[] {
  const { binding, strategy, limits, guard } = record;
  const lowered = limits.length + guard.length > 0;
  return [
    `${record.loadpoint} ${record.title}: ${resultOf(record)}`,
    row('because', `${binding.text} [${binding.code}, ${binding.by}]`),
    ...(record.change === undefined ? [] : [row('change', record.change)]),
    ...(lowered ? [row('wanted', `${wanted(strategy)}: ${strategy.text} [${strategy.code}, ${strategy.by}]`)] : []),
    ...[...limits, ...guard].map((each) => row('then', `${step(each)}${each.text} [${each.code}, ${each.by}]`)),
    row('inputs', inputsOf(record)),
    row('as of', local(record.at, time)),
  ];
}

/** A change as one line. */
export function summarize(record: Told, time: Time): string {
  return `  ${local(record.at, time)}  ${resultOf(record)}: ${record.binding.text} [${record.binding.code}]`;
}

function local(text: string, time: Time): string {
  const at = time.parse(text);
  return at === undefined ? text : time.formatLocal(at);
}

const row = (name: string, text: string): string => `  ${name.padEnd(8)} ${text}`;

function resultOf({ result, inputs }: Told): string {
  if (!result.enabled) return inputs.connected ? 'does not charge' : 'no car';
  const offered = `${amperes(result.current)}${onPhases(result.phases)}`;
  return inputs.charging ? `charges with ${offered}` : `offers ${offered}`;
}

function wanted({ current, phases }: Told['strategy']): string {
  return `${current === undefined ? 'as much as possible' : amperes(current)}${onPhases(phases ?? 0)}`;
}

function step({ from, to }: Told['limits'][number]): string {
  if (to === undefined || from === to) return '';
  return `${from === undefined ? '' : `${amperes(from)} → `}${amperes(to)}: `;
}

const onPhases = (phases: number): string => (phases === 0 ? '' : ` on ${phases} phase${phases === 1 ? '' : 's'}`);

const amperes = (current: number): string => `${Math.round(current * 10) / 10} A`;

const watts = (power: number): string => `${Math.round(power)} W`;

function inputsOf({ inputs }: Told): string {
  const { mode, status, vehicle, soc, sitePower, gridPower, pvPower, batterySoc, batteryPower, homePower } = inputs;
  const known: (string | false)[] = [
    `mode ${mode}`,
    status !== undefined && `status ${status}`,
    vehicle !== undefined && `car ${vehicle}`,
    soc !== undefined && `soc ${Math.round(soc)} %`,
    `charging ${watts(inputs.chargePower)}`,
    `left over at the site ${sitePower === undefined ? 'unknown' : watts(-sitePower)}`,
    gridPower !== undefined && `grid ${watts(gridPower)}`,
    `pv ${watts(pvPower)}`,
    batterySoc !== undefined && `battery ${watts(batteryPower)} at ${Math.round(batterySoc)} %`,
    `home ${watts(homePower)}`,
    `${amperes(inputs.minCurrent)} to ${amperes(inputs.maxCurrent)} possible`,
    inputs.price !== undefined && `price ${Math.round(inputs.price * 1_000) / 1_000}`,
  ];
  return known.filter((each) => each !== false).join(', ');
}
