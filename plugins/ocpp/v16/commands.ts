import { chooseMeasurands, field, listIn, refusable, tellBy, toCount, toUnits } from '../calls.ts';
import type { Commands, DialectContext, Facts, LimitCommand } from '../dialect.ts';
import type { Rpc } from '../rpc.ts';
import { WANTED_MEASURANDS } from '../samples.ts';

/** What stations are told in OCPP 1.6 (edition 2, section 5), and their configuration keys (section 9). */

const MEASURANDS = 'MeterValuesSampledData';
const DONE = ['Accepted', 'RebootRequired'];
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

  const tell = tellBy(rpc);
  const change = async (key: string, value: string, signal: AbortSignal): Promise<boolean> => {
    const present = keys.get(key.toLowerCase());
    if (present?.value === value) return true;
    if (present?.readonly) return false;
    const done = await tell('ChangeConfiguration', { key, value }, { statuses: DONE, signal });
    if (done) keys.set(key.toLowerCase(), { value, readonly: false });
    return done;
  };

  return {
    async facts(signal) {
      keys = toKeys(await refusable(rpc.call('GetConfiguration', {}, signal)));
      return toFacts(keys);
    },
    async meter(interval, signal) {
      const most = toCount(keys.get(`${MEASURANDS}MaxLength`.toLowerCase())?.value) || WANTED_MEASURANDS.length;
      // EVBox
      const supported = keys.get('evb_supportedmeasurands')?.value;
      const wanted = WANTED_MEASURANDS.filter((each) => !supported || supported.includes(each)).slice(0, most);
      if (!keys.get(MEASURANDS.toLowerCase())?.readonly)
        await chooseMeasurands(wanted, (list) => change(MEASURANDS, list, signal));
      await change('MeterValueSampleInterval', String(Math.round(interval / 1_000)), signal);
      if (keys.has('websocketpinginterval')) await change('WebSocketPingInterval', PING, signal);
    },
    limit: (command, signal) => tell('SetChargingProfile', toProfile(command, context), { signal, first: true }),
    clear: (connector, { purpose, ...level }, signal) => {
      const connectorId = purpose === 'station' ? 0 : connector;
      const limits = { connectorId, chargingProfilePurpose: PURPOSES[purpose], ...level };
      return tell('ClearChargingProfile', limits, { signal });
    },
    trigger: (requestedMessage, connectorId) =>
      tell('TriggerMessage', { requestedMessage, ...(connectorId !== undefined && { connectorId }) }),
    makeOperative: (signal) =>
      tell(
        'ChangeAvailability',
        { connectorId: 0, type: 'Operative' },
        { statuses: ['Accepted', 'Scheduled'], signal },
      ),
    start: (connectorId, idTag) => tell('RemoteStartTransaction', { connectorId, idTag }),
    stop: (transaction, signal) =>
      tell('RemoteStopTransaction', { transactionId: Number(transaction) }, { signal, first: true }),
  };
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

function toKeys(answer: unknown): Map<string, Key> {
  const keys = new Map<string, Key>();
  for (const each of listIn(answer, 'configurationKey')) {
    const [key, value, readonly] = [field(each, 'key'), field(each, 'value'), field(each, 'readonly')];
    if (typeof key !== 'string') continue;
    const text = typeof value === 'string' ? value.trim() : '';
    keys.set(key.trim().toLowerCase(), { value: text, readonly: readonly === true });
  }
  return keys;
}

function toFacts(keys: ReadonlyMap<string, Key>): Facts {
  const text = (key: string): string | undefined => keys.get(key.toLowerCase())?.value || undefined;
  const connectors = toCount(text('NumberOfConnectors'));
  const maxStackLevel = toCount(text('ChargeProfileMaxStackLevel'));
  const units = toUnits(text('ChargingScheduleAllowedChargingRateUnit'));
  // Alfen
  const ownIdTag = text('PlugAndChargeIdentifier');
  // The latter: Charge Amps
  const switches = text('ConnectorSwitch3to1PhaseSupported') ?? text('ACPhaseSwitchingSupported');
  return {
    ...(connectors && { connectors }),
    ...(maxStackLevel !== undefined && { maxStackLevel }),
    ...(units.length > 0 && { units }),
    ...(ownIdTag !== undefined && { ownIdTag }),
    ...(switches !== undefined && { switchesPhases: switches.toLowerCase() === 'true' }),
  };
}
