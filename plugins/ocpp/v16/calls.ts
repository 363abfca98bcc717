import Type from 'typebox';
import { CONNECTOR_STATUSES } from '../../shared/ocpp/service.ts';
import { always, call, type Handler, handlerOf, known, LONGEST_TEXT, stampOf } from '../calls.ts';
import type { Dialect } from '../dialect.ts';
import { type Sample, toSample } from '../samples.ts';

/** What stations say in OCPP 1.6 (edition 2, section 4), as far as it is used, and what they are answered. */

const TEXT = Type.String();
const METER_VALUES = Type.Array(
  Type.Object({
    timestamp: Type.Optional(TEXT),
    sampledValue: Type.Array(
      Type.Object({
        // Some stations send numbers.
        value: Type.Union([TEXT, Type.Number()]),
        measurand: Type.Optional(TEXT),
        phase: Type.Optional(TEXT),
        unit: Type.Optional(TEXT),
      }),
    ),
  }),
);

const BOOT = Type.Object({
  chargePointVendor: Type.Optional(TEXT),
  chargePointModel: Type.Optional(TEXT),
  chargePointSerialNumber: Type.Optional(TEXT),
  firmwareVersion: Type.Optional(TEXT),
});
const STATUS = Type.Object({
  connectorId: Type.Integer(),
  status: Type.Enum([...CONNECTOR_STATUSES]),
  errorCode: Type.Optional(TEXT),
});
const ID_TAG = Type.String({ maxLength: LONGEST_TEXT });
const AUTHORIZE = Type.Object({ idTag: ID_TAG });
const START = Type.Object({
  connectorId: Type.Integer(),
  idTag: ID_TAG,
  meterStart: Type.Optional(Type.Number()),
  timestamp: Type.Optional(Type.String({ maxLength: LONGEST_TEXT })),
});
const METER = Type.Object({
  connectorId: Type.Integer(),
  transactionId: Type.Optional(Type.Union([Type.Integer(), Type.Null()])),
  meterValue: METER_VALUES,
});
const STOP = Type.Object({
  transactionId: Type.Integer(),
  meterStop: Type.Optional(Type.Number()),
  timestamp: Type.Optional(TEXT),
});

const ACCEPTED = { idTagInfo: { status: 'Accepted' } } as const;

const CALLS: Readonly<Record<string, Handler>> = {
  BootNotification: call(BOOT, (boot, reports, context) => {
    const firmware = known(boot.firmwareVersion);
    const serial = known(boot.chargePointSerialNumber);
    const status = reports.boot({
      vendor: known(boot.chargePointVendor) ?? '',
      model: known(boot.chargePointModel) ?? '',
      ...(firmware !== undefined && { firmware }),
      ...(serial !== undefined && { serial }),
    });
    return { status, currentTime: context.format(context.now()), interval: context.heartbeat };
  }),
  Heartbeat: (_payload, _reports, context) => ({ currentTime: context.format(context.now()) }),
  StatusNotification: call(STATUS, ({ connectorId, status, errorCode }, reports) => {
    reports.status(connectorId, status, errorCode === 'NoError' ? undefined : known(errorCode));
    return {};
  }),
  Authorize: call(AUTHORIZE, ({ idTag }, reports) => {
    reports.identified(idTag);
    return ACCEPTED;
  }),
  StartTransaction: call(START, ({ connectorId, idTag, meterStart, timestamp }, reports, context) => {
    const mark = `${timestamp} ${meterStart} ${idTag}`;
    const transactionId = reports.began(connectorId, { idTag, mark });
    reports.measured(connectorId, counter(meterStart), stampOf(timestamp, context));
    return { ...ACCEPTED, transactionId };
  }),
  MeterValues: call(METER, ({ connectorId, transactionId, meterValue }, reports, context) => {
    // Zero stands for none at some stations.
    if (transactionId && transactionId > 0) reports.transaction(connectorId, String(transactionId), undefined);
    for (const { timestamp, sampledValue } of meterValue) {
      const samples = sampledValue.flatMap((value) => toSample(value) ?? []);
      reports.measured(connectorId, samples, stampOf(timestamp, context));
    }
    return {};
  }),
  StopTransaction: call(STOP, ({ transactionId, meterStop, timestamp }, reports, context) => {
    const connector = reports.connectorOf(String(transactionId));
    if (connector !== undefined) reports.measured(connector, counter(meterStop), stampOf(timestamp, context));
    reports.ended(String(transactionId));
    return ACCEPTED;
  }),
  DataTransfer: always({ status: 'UnknownVendorId' }),
  FirmwareStatusNotification: always({}),
  DiagnosticsStatusNotification: always({}),
  // Of the security extension
  SecurityEventNotification: always({}),
  LogStatusNotification: always({}),
  SignedFirmwareStatusNotification: always({}),
  SignCertificate: always({ status: 'Rejected' }),
};

export const handle16: Dialect['handle'] = handlerOf(CALLS);

/** Wh at the beginning or end of a transaction */
function counter(value: number | undefined): Sample[] {
  return value === undefined ? [] : [{ measurand: 'Energy.Active.Import.Register', value }];
}
