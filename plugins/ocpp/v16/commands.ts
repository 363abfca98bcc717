import type { Commands, DialectContext, Facts, LimitCommand } from '../dialect.ts';
import { CallError, type Rpc } from '../rpc.ts';
import { WANTED_MEASURANDS } from '../samples.ts';

/** What stations are told in OCPP 1.6 (edition 2, section 5), and their configuration keys (section 9). */

const PURPOSES = { default: 'TxDefaultProfile', transaction: 'TxProfile', station: 'ChargePointMaxProfile' } as const;
/** ms by which limits begin in the past, so that clocks that differ do not matter */
const SKEW = 60_000;
/** s between two pings of the station */
const PING = '30';

interface Key {
  readonly value: string;
  readonly readonly: boolean;
}

export function commands16(rpc: Rpc, context: DialectContext): Commands {
  /** By key in lower case; absent: the station does not tell */
  let keys: Map<string, Key> = new Map();

  /** True if the answer has one of these statuses; a refusal in any form is false. */
  const told = async (
    action: string,
    payload: object,
    statuses: readonly string[],
    signal?: AbortSignal,
    first?: boolean,
  ): Promise<boolean> => {
    try {
      return statuses.includes(statusOf(await rpc.call(action, payload, signal, first)));
    } catch (error) {
      if (error instanceof CallError) return false;
      throw error;
    }
  };
  const change = async (key: string, value: string, signal: AbortSignal): Promise<boolean> => {
    const present = keys.get(key.toLowerCase());
    if (present?.value === value) return true;
    if (present?.readonly) return false;
    const done = await told('ChangeConfiguration', { key, value }, ['Accepted', 'RebootRequired'], signal);
    if (done) keys.set(key.toLowerCase(), { value, readonly: false });
    return done;
  };

  return {
    async facts(signal) {
      const answer = await rpc.call('GetConfiguration', {}, signal).catch((error: unknown) => {
        if (error instanceof CallError) return {};
        throw error;
      });
      keys = toKeys(answer);
      return toFacts(keys);
    },
    async meter(interval, signal) {
      await askFor(keys, change, signal);
      await change('MeterValueSampleInterval', String(Math.round(interval / 1_000)), signal);
      if (keys.has('websocketpinginterval')) await change('WebSocketPingInterval', PING, signal);
    },
    limit: (command, signal) => told('SetChargingProfile', toProfile(command, context), ['Accepted'], signal, true),
    async clearTransactionLimits(connectorId, signal) {
      const payload = { connectorId, chargingProfilePurpose: 'TxProfile' };
      await told('ClearChargingProfile', payload, ['Accepted'], signal);
    },
    trigger: (requestedMessage, connectorId) =>
      told('TriggerMessage', { requestedMessage, ...(connectorId !== undefined && { connectorId }) }, ['Accepted']),
    makeOperative: (signal) =>
      told('ChangeAvailability', { connectorId: 0, type: 'Operative' }, ['Accepted', 'Scheduled'], signal),
    start: (connectorId, idTag) => told('RemoteStartTransaction', { connectorId, idTag }, ['Accepted']),
    stop: (transaction, signal) =>
      told('RemoteStopTransaction', { transactionId: Number(transaction) }, ['Accepted'], signal, true),
  };
}

/** Asks for as many of the wanted values as the station has. */
async function askFor(
  keys: ReadonlyMap<string, Key>,
  change: (key: string, value: string, signal: AbortSignal) => Promise<boolean>,
  signal: AbortSignal,
): Promise<void> {
  const KEY = 'MeterValuesSampledData';
  const most = Number(keys.get('metervaluessampleddatamaxlength')?.value) || WANTED_MEASURANDS.length;
  const supported = keys.get('evb_supportedmeasurands')?.value;
  const wanted = WANTED_MEASURANDS.filter((each) => !supported || supported.includes(each)).slice(0, most);
  if (await change(KEY, wanted.join(','), signal)) return;
  if (keys.get(KEY.toLowerCase())?.readonly) return;
  const accepted: string[] = [];
  for (const measurand of wanted) if (await change(KEY, measurand, signal)) accepted.push(measurand);
  // The last one that was tried is what is set now.
  if (accepted.length > 0) await change(KEY, accepted.join(','), signal);
}

function toProfile(command: LimitCommand, { now, format }: DialectContext): object {
  const { connector, purpose, stackLevel, kind, unit, limit, phases, transaction } = command;
  return {
    connectorId: purpose === 'station' ? 0 : connector,
    csChargingProfiles: {
      // One for each connector, which takes the place of the one before.
      chargingProfileId: connector,
      ...(purpose === 'transaction' && { transactionId: Number(transaction) }),
      stackLevel,
      chargingProfilePurpose: PURPOSES[purpose],
      chargingProfileKind: kind,
      chargingSchedule: {
        ...(kind === 'Absolute' && { startSchedule: format(now() - SKEW) }),
        chargingRateUnit: unit,
        chargingSchedulePeriod: [{ startPeriod: 0, limit, ...(phases !== undefined && { numberPhases: phases }) }],
      },
    },
  };
}

function statusOf(answer: unknown): string {
  const status = typeof answer === 'object' && answer !== null && 'status' in answer ? answer.status : undefined;
  return typeof status === 'string' ? status : '';
}

function toKeys(answer: unknown): Map<string, Key> {
  const list =
    typeof answer === 'object' && answer !== null && 'configurationKey' in answer ? answer.configurationKey : [];
  const keys = new Map<string, Key>();
  for (const each of Array.isArray(list) ? list : []) {
    if (typeof each !== 'object' || each === null) continue;
    const { key, value, readonly } = each as Record<string, unknown>;
    if (typeof key !== 'string') continue;
    keys.set(key.trim().toLowerCase(), {
      value: typeof value === 'string' ? value.trim() : '',
      readonly: readonly === true,
    });
  }
  return keys;
}

function toFacts(keys: ReadonlyMap<string, Key>): Facts {
  const text = (key: string): string | undefined => keys.get(key.toLowerCase())?.value || undefined;
  const count = (key: string): number | undefined => {
    const value = Number(text(key) ?? Number.NaN);
    return Number.isInteger(value) && value >= 0 ? value : undefined;
  };
  const connectors = count('NumberOfConnectors');
  const maxStackLevel = count('ChargeProfileMaxStackLevel');
  const units = (text('ChargingScheduleAllowedChargingRateUnit') ?? '').split(',').flatMap((unit) => {
    if (/^\s*(current|a)\s*$/i.test(unit)) return ['A' as const];
    return /^\s*(power|w)\s*$/i.test(unit) ? ['W' as const] : [];
  });
  const ownIdTag = text('PlugAndChargeIdentifier');
  const switches = text('ConnectorSwitch3to1PhaseSupported') ?? text('ACPhaseSwitchingSupported');
  return {
    ...(connectors && { connectors }),
    ...(maxStackLevel !== undefined && { maxStackLevel }),
    ...(units.length > 0 && { units: [...new Set(units)].sort() }),
    ...(ownIdTag !== undefined && { ownIdTag }),
    ...(switches !== undefined && { switchesPhases: switches.toLowerCase() === 'true' }),
  };
}
