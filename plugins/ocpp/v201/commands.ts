import { chooseMeasurands, field, listIn, refusable, tellBy, toCount, toUnits } from '../calls.ts';
import type { Commands, DialectContext, Facts, LimitCommand } from '../dialect.ts';
import type { Rpc } from '../rpc.ts';
import { WANTED_MEASURANDS } from '../samples.ts';

/** What stations are told in OCPP 2.0.1 (edition 2, part 2), and the variables of their components (appendix 3). */

const PURPOSES = {
  default: 'TxDefaultProfile',
  transaction: 'TxProfile',
  station: 'ChargingStationMaxProfile',
} as const;
/** ms by which limits begin in the past, so that clocks that differ do not matter */
const SKEW = 60_000;
/** s between two pings of the station */
const PING = '30';

type Variable = readonly [component: string, variable: string];
const RATE_UNIT: Variable = ['SmartChargingCtrlr', 'RateUnit'];
const STACK_LEVEL: Variable = ['SmartChargingCtrlr', 'ProfileStackLevel'];
const PHASES: Variable = ['SmartChargingCtrlr', 'Phases3to1'];
const MEASURANDS: Variable = ['SampledDataCtrlr', 'TxUpdatedMeasurands'];
const INTERVAL: Variable = ['SampledDataCtrlr', 'TxUpdatedInterval'];
const PINGS: Variable = ['OCPPCommCtrlr', 'WebSocketPingInterval'];

const keyOf = (component: unknown, variable: unknown): string => `${component}.${variable}`.toLowerCase();

export function commands201(rpc: Rpc, context: DialectContext): Commands {
  /** By component and variable in lower case; absent: the station does not tell */
  const values = new Map<string, string>();
  const tell = tellBy(rpc);
  const change = async ([component, variable]: Variable, value: string, signal: AbortSignal): Promise<boolean> => {
    const key = keyOf(component, variable);
    if (values.get(key) === value) return true;
    const setVariableData = [{ attributeValue: value, component: { name: component }, variable: { name: variable } }];
    const answer = await refusable(rpc.call('SetVariables', { setVariableData }, signal));
    const status = field(listIn(answer, 'setVariableResult')[0], 'attributeStatus');
    const done = status === 'Accepted' || status === 'RebootRequired';
    if (done) values.set(key, value);
    return done;
  };

  return {
    async facts(signal) {
      const wanted = [RATE_UNIT, STACK_LEVEL, PHASES, MEASURANDS, INTERVAL, PINGS];
      const getVariableData = wanted.map(([name, variable]) => ({ component: { name }, variable: { name: variable } }));
      const answer = await refusable(rpc.call('GetVariables', { getVariableData }, signal));
      values.clear();
      for (const each of listIn(answer, 'getVariableResult')) {
        const value = field(each, 'attributeValue');
        const key = keyOf(field(field(each, 'component'), 'name'), field(field(each, 'variable'), 'name'));
        if (typeof value === 'string') values.set(key, value.trim());
      }
      return toFacts((variable) => values.get(keyOf(...variable)) || undefined);
    },
    async meter(interval, signal) {
      await chooseMeasurands(WANTED_MEASURANDS, (list) => change(MEASURANDS, list, signal));
      await change(INTERVAL, String(Math.round(interval / 1_000)), signal);
      if (values.has(keyOf(...PINGS))) await change(PINGS, PING, signal);
    },
    limit: (command, signal) => tell('SetChargingProfile', toProfile(command, context), { signal, first: true }),
    clear: (connector, { purpose, ...level }, signal) => {
      const evseId = purpose === 'station' ? 0 : connector;
      const chargingProfileCriteria = { evseId, chargingProfilePurpose: PURPOSES[purpose], ...level };
      return tell('ClearChargingProfile', { chargingProfileCriteria }, { signal });
    },
    async trigger(requestedMessage, id) {
      const evse = id !== undefined && { id, ...(requestedMessage === 'StatusNotification' && { connectorId: 1 }) };
      const asked = await tell('TriggerMessage', { requestedMessage, ...(evse && { evse }) });
      // Only the transaction says more of a connector than that it is occupied.
      if (requestedMessage !== 'StatusNotification' || id === undefined) return asked;
      return (await tell('TriggerMessage', { requestedMessage: 'TransactionEvent', evse: { id } })) || asked;
    },
    makeOperative: (signal) =>
      tell('ChangeAvailability', { operationalStatus: 'Operative' }, { statuses: ['Accepted', 'Scheduled'], signal }),
    start: (evseId, idToken) =>
      tell('RequestStartTransaction', {
        evseId,
        remoteStartId: Math.floor(context.now() / 1_000) % 2 ** 31,
        idToken: { idToken, type: 'Central' },
      }),
    stop: (transactionId, signal) => tell('RequestStopTransaction', { transactionId }, { signal, first: true }),
  };
}

function toProfile(command: LimitCommand, { now, format }: DialectContext): object {
  const { connector, purpose, stackLevel, kind, unit, limit, phases, transaction } = command;
  return {
    evseId: purpose === 'station' ? 0 : connector,
    chargingProfile: {
      // One for each EVSE, which takes the place of the one before.
      id: connector,
      ...(purpose === 'transaction' && { transactionId: transaction }),
      stackLevel,
      chargingProfilePurpose: PURPOSES[purpose],
      chargingProfileKind: kind,
      chargingSchedule: [
        {
          id: connector,
          ...(kind === 'Absolute' && { startSchedule: format(now() - SKEW) }),
          chargingRateUnit: unit,
          chargingSchedulePeriod: [{ startPeriod: 0, limit, ...(phases !== undefined && { numberPhases: phases }) }],
        },
      ],
    },
  };
}

function toFacts(told: (variable: Variable) => string | undefined): Facts {
  const units = toUnits(told(RATE_UNIT));
  const maxStackLevel = toCount(told(STACK_LEVEL));
  const switches = told(PHASES);
  return {
    ...(units.length > 0 && { units }),
    ...(maxStackLevel !== undefined && { maxStackLevel }),
    ...(switches !== undefined && { switchesPhases: switches.toLowerCase() === 'true' }),
  };
}
