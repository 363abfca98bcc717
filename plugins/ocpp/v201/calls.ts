import Type, { type Static } from 'typebox';
import { always, call, type Handler, handlerOf, known, LONGEST_TEXT, stampOf } from '../calls.ts';
import type { Dialect, DialectContext, Reports } from '../dialect.ts';
import { toSample } from '../samples.ts';

/** What stations say in OCPP 2.0.1 (edition 2, part 2), as far as it is used, and what they are answered. */

const TEXT = Type.String();
const METER_VALUES = Type.Array(
  Type.Object({
    timestamp: Type.Optional(TEXT),
    sampledValue: Type.Array(
      Type.Object({
        // Some stations send texts, as in 1.6.
        value: Type.Union([TEXT, Type.Number()]),
        measurand: Type.Optional(TEXT),
        phase: Type.Optional(TEXT),
        unitOfMeasure: Type.Optional(
          Type.Object({ unit: Type.Optional(TEXT), multiplier: Type.Optional(Type.Number()) }),
        ),
      }),
    ),
  }),
);
const ID_TOKEN = Type.Object({ idToken: Type.String({ maxLength: LONGEST_TEXT }), type: Type.Optional(TEXT) });

const BOOT = Type.Object({
  chargingStation: Type.Optional(
    Type.Object({
      vendorName: Type.Optional(TEXT),
      model: Type.Optional(TEXT),
      serialNumber: Type.Optional(TEXT),
      firmwareVersion: Type.Optional(TEXT),
    }),
  ),
});
const STATUS = Type.Object({
  evseId: Type.Integer(),
  connectorId: Type.Integer(),
  connectorStatus: Type.Enum(['Available', 'Occupied', 'Reserved', 'Unavailable', 'Faulted']),
});
const AUTHORIZE = Type.Object({ idToken: ID_TOKEN });
const METER = Type.Object({ evseId: Type.Integer(), meterValue: METER_VALUES });
const TRANSACTION = Type.Object({
  eventType: Type.Enum(['Started', 'Updated', 'Ended']),
  transactionInfo: Type.Object({
    transactionId: Type.String({ minLength: 1, maxLength: LONGEST_TEXT }),
    chargingState: Type.Optional(TEXT),
    stoppedReason: Type.Optional(TEXT),
  }),
  evse: Type.Optional(Type.Object({ id: Type.Integer() })),
  idToken: Type.Optional(ID_TOKEN),
  meterValue: Type.Optional(METER_VALUES),
});

const ACCEPTED = { idTokenInfo: { status: 'Accepted' } } as const;

/** What a transaction says of its connector; `Idle`, without cable, says nothing. */
const STATES = {
  Charging: 'Charging',
  EVConnected: 'Preparing',
  SuspendedEV: 'SuspendedEV',
  SuspendedEVSE: 'SuspendedEVSE',
} as const;

const isState = (state: string | undefined): state is keyof typeof STATES =>
  state !== undefined && Object.hasOwn(STATES, state);

const CALLS: Readonly<Record<string, Handler>> = {
  BootNotification: call(BOOT, ({ chargingStation: station = {} }, reports, context) => {
    const [firmware, serial] = [known(station.firmwareVersion), known(station.serialNumber)];
    const status = reports.boot({
      vendor: known(station.vendorName) ?? '',
      model: known(station.model) ?? '',
      ...(firmware !== undefined && { firmware }),
      ...(serial !== undefined && { serial }),
    });
    return { status, currentTime: context.format(context.now()), interval: context.heartbeat };
  }),
  Heartbeat: (_payload, _reports, context) => ({ currentTime: context.format(context.now()) }),
  StatusNotification: call(STATUS, ({ evseId, connectorId, connectorStatus }, reports) => {
    reports.status(evseId, connectorStatus, undefined, connectorId);
    return {};
  }),
  Authorize: call(AUTHORIZE, ({ idToken }, reports) => {
    reports.identified(idToken.idToken);
    return ACCEPTED;
  }),
  TransactionEvent: call(TRANSACTION, (event, reports, context) => {
    const { eventType, transactionInfo, evse, idToken, meterValue = [] } = event;
    const { transactionId, chargingState, stoppedReason } = transactionInfo;
    // Only the first event has to name the EVSE.
    const connector = evse?.id ?? reports.connectorOf(transactionId) ?? 1;
    measure(connector, meterValue, reports, context);
    if (eventType === 'Ended') {
      reports.ended(transactionId);
      reports.status(connector, stoppedReason === 'EVDisconnected' ? 'Available' : 'Occupied', undefined);
    } else {
      reports.transaction(connector, transactionId, known(idToken?.idToken));
      if (isState(chargingState)) reports.status(connector, STATES[chargingState], undefined);
    }
    return idToken ? ACCEPTED : {};
  }),
  MeterValues: call(METER, ({ evseId, meterValue }, reports, context) => {
    measure(evseId, meterValue, reports, context);
    return {};
  }),
  DataTransfer: always({ status: 'UnknownVendorId' }),
  ClearedChargingLimit: always({}),
  FirmwareStatusNotification: always({}),
  Get15118EVCertificate: always({ status: 'Failed', exiResponse: '' }),
  GetCertificateStatus: always({ status: 'Failed' }),
  LogStatusNotification: always({}),
  NotifyChargingLimit: always({}),
  NotifyCustomerInformation: always({}),
  NotifyDisplayMessages: always({}),
  NotifyEVChargingNeeds: always({ status: 'Rejected' }),
  NotifyEVChargingSchedule: always({ status: 'Accepted' }),
  NotifyEvent: always({}),
  NotifyMonitoringReport: always({}),
  NotifyReport: always({}),
  PublishFirmwareStatusNotification: always({}),
  ReportChargingProfiles: always({}),
  ReservationStatusUpdate: always({}),
  SecurityEventNotification: always({}),
  SignCertificate: always({ status: 'Rejected' }),
};

export const handle201: Dialect['handle'] = handlerOf(CALLS);

function measure(
  connector: number,
  values: Static<typeof METER_VALUES>,
  reports: Reports,
  context: DialectContext,
): void {
  for (const { timestamp, sampledValue } of values) {
    const samples = sampledValue.flatMap(({ unitOfMeasure: { unit, multiplier } = {}, ...value }) => {
      return toSample({ ...value, unit }, multiplier) ?? [];
    });
    reports.measured(connector, samples, stampOf(timestamp, context));
  }
}
