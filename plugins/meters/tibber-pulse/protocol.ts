import type { Answer } from '../../shared/answer.ts';
import { known } from '../../shared/http/json-device.ts';
import type { MeterValues } from '../../shared/meter-reading.ts';

/** Tibber, GraphQL API (developer.tibber.com): live measurements over the protocol `graphql-transport-ws`. */

export const HOMES = '{viewer{websocketSubscriptionUrl homes{id features{realTimeConsumptionEnabled}}}}';
export const PROTOCOL = 'graphql-transport-ws';

const FIELDS =
  'power powerProduction lastMeterConsumption lastMeterProduction ' +
  'currentL1 currentL2 currentL3 voltagePhase1 voltagePhase2 voltagePhase3';

/** The message that asks for the measurements of a home. */
export function subscription(home: string): object {
  const query = `subscription($home:ID!){liveMeasurement(homeId:$home){${FIELDS}}}`;
  return { id: '1', type: 'subscribe', payload: { query, variables: { home } } };
}

/** Where measurements are, and of which home: the one of the options, or the only one with a Pulse. */
export function findHome(answer: Answer, wanted: string | undefined): { readonly url: string; readonly home: string } {
  const errors = answer.at('errors');
  if (!errors.absent) answer.refuse('the service refused the question');
  const viewer = answer.at('data').at('viewer');
  const live = viewer
    .at('homes')
    .items()
    .filter((home) => home.at('features').at('realTimeConsumptionEnabled').is(true));
  const ids = live.map((home) => home.at('id').text());
  const home = wanted ?? (ids.length === 1 ? ids[0] : undefined);
  if (home === undefined || !ids.includes(home)) {
    return answer.refuse(`say which one with home: those with a Pulse are ${ids.join(', ') || 'none'}`);
  }
  return { url: viewer.at('websocketSubscriptionUrl').text(), home };
}

/** A measurement; counters are not in each of them. */
export function decode(measurement: Answer): MeterValues {
  const drawn = known(measurement.at('power'));
  const fed = known(measurement.at('powerProduction')) ?? 0;
  return {
    power: drawn === undefined ? undefined : drawn - fed,
    currents: [1, 2, 3].map((phase) => known(measurement.at(`currentL${phase}`))),
    voltages: [1, 2, 3].map((phase) => known(measurement.at(`voltagePhase${phase}`))),
    energy: known(measurement.at('lastMeterConsumption'), 1_000),
    returnEnergy: known(measurement.at('lastMeterProduction'), 1_000),
  };
}
