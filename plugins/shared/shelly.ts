import type { Answer } from './answer.ts';
import { known } from './http/json-device.ts';
import type { MeterValues } from './meter-reading.ts';
import type { SwitchReading } from './switch-socket.ts';

/**
 * Shelly (shelly-api-docs.shelly.cloud): generation 1 with `GET /status`, later ones with RPC over HTTP. Meters are signed,
 * + in the direction of the arrow.
 */

const PHASES = ['a', 'b', 'c'];

/** Which generation answers `GET /shelly`, which needs no login. The first one does not say. */
export function generationOf(answer: Answer): number {
  return known(answer.at('gen')) ?? 1;
}

/** `GET /status` of generation 1: `emeters` in Wh, or `meters` in Wmin. Three of them without a channel are three phases. */
export function decodeFirst(status: Answer, channel: number | undefined): MeterValues {
  const emeters = status.at('emeters');
  const meters = (emeters.absent ? status.at('meters') : emeters).items();
  if (!emeters.absent && meters.length === 3 && channel === undefined) {
    const of = (name: string) => meters.map((meter) => known(meter.at(name)));
    const powers = of('power');
    return { power: sum(powers), powers, currents: of('current'), voltages: of('voltage') };
  }
  const meter = meters[channel ?? 0] ?? status.refuse(`there is no channel ${channel ?? 0}`);
  const factor = emeters.absent ? 1 / 60 : 1;
  return {
    power: known(meter.at('power')),
    energy: known(meter.at('total'), factor),
    returnEnergy: known(meter.at('total_returned')),
  };
}

/** `Shelly.GetStatus` of later generations: whichever meter there is of this channel. */
export function decodeLater(status: Answer, channel = 0): MeterValues {
  const part = (name: string): Answer => status.at(`${name}:${channel}`);
  const three = part('em');
  if (!three.absent) {
    const of = (name: string) => PHASES.map((phase) => known(three.at(`${phase}_${name}`)));
    return {
      power: known(three.at('total_act_power')),
      powers: of('act_power'),
      currents: of('current'),
      voltages: of('voltage'),
    };
  }
  const one = part('em1');
  if (!one.absent) {
    const counters = part('em1data');
    return {
      power: known(one.at('act_power')),
      ...(!counters.absent && {
        energy: known(counters.at('total_act_energy')),
        returnEnergy: known(counters.at('total_act_ret_energy')),
      }),
    };
  }
  const found = ['pm1', 'switch', 'cover'].map(part).find((meter) => !meter.absent);
  const meter = found ?? status.refuse(`there is no meter of channel ${channel}`);
  const total = totalOf(meter.at('aenergy'));
  const returned = totalOf(meter.at('ret_aenergy'));
  return {
    power: known(meter.at('apower')),
    // What was fed in is counted in both.
    energy: total === undefined ? undefined : sum([total, -(returned ?? 0)]),
    returnEnergy: returned,
  };
}

const totalOf = (counter: Answer): number | undefined => (counter.absent ? undefined : known(counter.at('total')));

function sum(values: readonly (number | undefined)[]): number | undefined {
  const all = values.filter((value) => value !== undefined);
  return all.length < values.length ? undefined : Number(all.reduce((a, b) => a + b, 0).toPrecision(12));
}

/** Whether a relay is on, with what its meter says, of `GET /status` of generation 1. */
export function switchFirst(status: Answer, channel: number): SwitchReading {
  const relays = status.at('relays').items();
  const relay = relays[channel] ?? status.refuse(`there is no relay ${channel}`);
  const measures = !status.at('emeters').absent || !status.at('meters').absent;
  return { on: relay.at('ison').flag(), ...(measures && { values: decodeFirst(status, channel) }) };
}

/** The same of `Shelly.GetStatus` of later generations. */
export function switchLater(status: Answer, channel: number): SwitchReading {
  const relay = status.at(`switch:${channel}`);
  if (relay.absent) return status.refuse(`there is no switch ${channel}`);
  const { power, energy } = decodeLater(status, channel);
  const values = {
    power,
    energy,
    currents: [known(relay.at('current'))],
    voltages: [known(relay.at('voltage'))],
  };
  return { on: relay.at('output').flag(), values };
}
