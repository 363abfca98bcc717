import { createRPCError, RPCClient } from 'ocpp-rpc';

/**
 * Stations of OCPP 1.6 and 2.0.1 on an implementation of others, which checks every message in both directions against the published
 * schemas. It keeps state as a station does: limits change what it offers, and what it measures.
 */

export type Payload = Record<string, unknown>;
type Answer = Payload | undefined | Promise<Payload>;

export interface StationOptions {
  readonly port: number;
  readonly id?: string;
  /** End of the address; default: the id as it is */
  readonly path?: string;
  readonly password?: string;
  readonly protocols?: readonly string[];
  readonly connectors?: number;
  /** Answers in the place of the station; `undefined`: it answers itself */
  readonly answer?: (action: string, payload: Payload, station: FakeStation) => Answer;
  /** Configuration keys besides and instead of the usual ones; null: it does not have it */
  readonly keys?: Readonly<Record<string, string | null>>;
  /** It neither says that it begins nor how its connectors are until it is asked */
  readonly silent?: boolean;
  /** It does not know what is not in the schemas of the version */
  readonly lenient?: boolean;
}

export interface Profile {
  readonly id: number;
  readonly purpose: string;
  readonly unit: string;
  readonly kind: string;
  readonly stackLevel: number;
  readonly limit: number;
  readonly phases: number;
  readonly transaction?: string;
}

export interface FakeConnector {
  status: string;
  errorCode: string;
  profile: Profile | undefined;
  transaction: number | string | undefined;
  power: number | undefined;
  currents: readonly number[];
  voltages: readonly number[];
  energy: number;
  soc: number | undefined;
}

export const KEYS: Readonly<Record<string, string>> = {
  NumberOfConnectors: '1',
  SupportedFeatureProfiles: 'Core,SmartCharging,RemoteTrigger',
  ChargeProfileMaxStackLevel: '8',
  ChargingScheduleAllowedChargingRateUnit: 'Current,Power',
  MaxChargingProfilesInstalled: '5',
  MeterValuesSampledData: 'Energy.Active.Import.Register',
  MeterValueSampleInterval: '60',
  WebSocketPingInterval: '0',
};

const VOLTAGE = 230;

export class FakeStation {
  readonly options: StationOptions;
  readonly id: string;
  readonly keys: Map<string, string>;
  readonly connectors: FakeConnector[];
  /** Calls that arrived, in order */
  readonly calls: { readonly action: string; readonly payload: Payload }[] = [];
  /** Messages that broke the schemas */
  readonly violations: string[] = [];
  /** What was answered to its boot */
  bootAnswer: Payload | undefined;
  /** Never answers these actions */
  hangs: ReadonlySet<string> = new Set();
  protected readonly protocols: readonly string[] = ['ocpp1.6'];
  #client: RPCClient | undefined;

  constructor(options: StationOptions) {
    this.options = options;
    this.id = options.id ?? 'CP-1';
    const keys = { ...KEYS, NumberOfConnectors: String(options.connectors ?? 1), ...options.keys };
    this.keys = new Map(Object.entries(keys).flatMap(([key, value]) => (value === null ? [] : [[key, value]])));
    this.connectors = Array.from({ length: options.connectors ?? 1 }, () => ({
      status: 'Available',
      errorCode: 'NoError',
      profile: undefined,
      transaction: undefined,
      power: undefined,
      currents: [],
      voltages: [230, 230, 230],
      energy: 1_000_000,
      soc: undefined,
    }));
  }

  get connected(): boolean {
    return this.#client?.state === RPCClient.OPEN;
  }

  get protocol(): string | undefined {
    return this.#client?.protocol;
  }

  at(connector = 1): FakeConnector {
    const found = this.connectors[connector - 1];
    if (!found) throw new Error(`there is no connector ${connector}`);
    return found;
  }

  /** A that the station offers; all that it has without profile */
  offered(connector = 1): number {
    const { profile } = this.at(connector);
    if (!profile) return 32;
    return profile.unit === 'A' ? profile.limit : profile.limit / VOLTAGE / profile.phases;
  }

  phases(connector = 1): number {
    return this.at(connector).profile?.phases ?? 3;
  }

  of(action: string): Payload[] {
    return this.calls.filter((call) => call.action === action).map(({ payload }) => payload);
  }

  async connect(): Promise<void> {
    const { port, path, password, protocols = this.protocols, silent, lenient } = this.options;
    const client = new RPCClient({
      endpoint: `ws://127.0.0.1:${port}${path === undefined ? '' : path}`,
      identity: this.id,
      protocols: [...protocols],
      strictMode: lenient !== true,
      reconnect: false,
      callTimeoutMs: 5_000,
      ...(password !== undefined && { password }),
    } as never);
    this.#client = client;
    client.on('strictValidationFailure', ({ error }: { error: Error }) => void this.violations.push(error.message));
    client.on('badMessage', ({ error }: { error: Error }) => void this.violations.push(String(error?.message)));
    client.handle((({ method, params }: { method: string; params: Payload }) => this.#handle(method, params)) as never);
    await client.connect();
    if (silent) return;
    await this.boot();
  }

  async boot(): Promise<void> {
    this.bootAnswer = await this.call('BootNotification', {
      chargePointVendor: 'ACME',
      chargePointModel: 'Wall 11',
      firmwareVersion: '1.0',
    });
    await this.notify(0);
    for (const index of this.connectors.keys()) await this.notify(index + 1);
  }

  async call(action: string, payload: Payload): Promise<Payload> {
    if (!this.#client) throw new Error('not connected');
    return (await this.#client.call(action, payload)) as Payload;
  }

  async notify(connector: number): Promise<void> {
    const { status, errorCode } = connector === 0 ? { status: 'Available', errorCode: 'NoError' } : this.at(connector);
    await this.call('StatusNotification', { connectorId: connector, status, errorCode });
  }

  /** Says its status anew. */
  async turn(status: string, connector = 1): Promise<void> {
    this.at(connector).status = status;
    await this.notify(connector);
  }

  async begin(idTag = '04AABBCC', connector = 1): Promise<number> {
    const answer = await this.call('StartTransaction', {
      connectorId: connector,
      idTag,
      meterStart: this.at(connector).energy,
      timestamp: new Date().toISOString(),
    });
    const id = Number(answer.transactionId);
    this.at(connector).transaction = id;
    return id;
  }

  async end(connector = 1): Promise<void> {
    const { transaction, energy } = this.at(connector);
    await this.call('StopTransaction', {
      transactionId: transaction,
      meterStop: energy,
      timestamp: new Date().toISOString(),
      reason: 'EVDisconnected',
    });
    this.at(connector).transaction = undefined;
  }

  async measure(connector = 1): Promise<void> {
    const { energy, voltages, soc, transaction } = this.at(connector);
    const { power, currents } = this.flow(connector);
    await this.call('MeterValues', {
      connectorId: connector,
      ...(transaction !== undefined && { transactionId: transaction }),
      meterValue: [
        {
          timestamp: new Date().toISOString(),
          sampledValue: [
            { value: (power / 1_000).toFixed(3), measurand: 'Power.Active.Import', unit: 'kW' },
            { value: String(energy) },
            ...currents.map((value, index) => ({
              value: value.toFixed(2),
              measurand: 'Current.Import',
              phase: `L${index + 1}`,
              unit: 'A',
            })),
            ...voltages.map((value, index) => ({
              value: value.toFixed(1),
              measurand: 'Voltage',
              phase: `L${index + 1}-N`,
              unit: 'V',
            })),
            { value: this.offered(connector).toFixed(1), measurand: 'Current.Offered', unit: 'A' },
            ...(soc === undefined ? [] : [{ value: String(soc), measurand: 'SoC', unit: 'Percent' }]),
          ],
        },
      ],
    });
  }

  /** What flows: what was set, else what a car takes that takes all it is offered */
  flow(connector = 1): { power: number; currents: readonly number[] } {
    const { status, power, currents } = this.at(connector);
    const charges = status === 'Charging';
    const current = Math.max(6, this.offered(connector));
    const each = [0, 1, 2].map((phase) => (charges && phase < this.phases(connector) ? current : 0));
    const shown = currents.length > 0 ? currents : each;
    return { power: power ?? shown.reduce((sum, value) => sum + value * VOLTAGE, 0), currents: shown };
  }

  /** Ends the connection without a word. */
  async disconnect(): Promise<void> {
    await this.#client?.close({ code: 1000, reason: '', awaitPending: false, force: true });
    this.#client = undefined;
  }

  async #handle(action: string, payload: Payload): Promise<Payload> {
    this.calls.push({ action, payload });
    if (this.hangs.has(action)) return new Promise(() => {});
    const answer = await this.options.answer?.(action, payload, this);
    return answer ?? this.answer(action, payload);
  }

  /** As a station does that has no faults */
  answer(action: string, payload: Payload): Payload {
    switch (action) {
      case 'GetConfiguration':
        return {
          configurationKey: [...this.keys].map(([key, value]) => ({ key, value, readonly: key.startsWith('Number') })),
        };
      case 'ChangeConfiguration': {
        const key = String(payload.key);
        if (!this.keys.has(key)) return { status: 'NotSupported' };
        this.keys.set(key, String(payload.value));
        return { status: 'Accepted' };
      }
      case 'SetChargingProfile':
        return this.limit(payload);
      case 'ClearChargingProfile':
        return { status: 'Unknown' };
      case 'ChangeAvailability':
        for (const connector of this.connectors) if (connector.status === 'Unavailable') connector.status = 'Available';
        this.later(() => this.notify(1));
        return { status: 'Accepted' };
      case 'TriggerMessage': {
        const connector = Number(payload.connectorId ?? 1);
        if (payload.requestedMessage === 'BootNotification') this.later(() => this.boot());
        else if (payload.requestedMessage === 'StatusNotification') this.later(() => this.notify(connector));
        else if (payload.requestedMessage === 'MeterValues') this.later(() => this.measure(connector));
        else return { status: 'NotImplemented' };
        return { status: 'Accepted' };
      }
      case 'RemoteStartTransaction': {
        const connector = Number(payload.connectorId ?? 1);
        this.later(async () => {
          await this.begin(String(payload.idTag), connector);
          await this.turn(this.offered(connector) > 0 ? 'Charging' : 'SuspendedEVSE', connector);
        });
        return { status: 'Accepted' };
      }
      case 'RemoteStopTransaction': {
        const index = this.connectors.findIndex(({ transaction }) => transaction === payload.transactionId);
        if (index < 0) return { status: 'Rejected' };
        this.later(async () => {
          await this.turn('Finishing', index + 1);
          await this.end(index + 1);
        });
        return { status: 'Accepted' };
      }
      default:
        throw createRPCError('NotImplemented', action);
    }
  }

  protected limit(payload: Payload): Payload {
    const connector = Number(payload.connectorId) || 1;
    const {
      chargingProfileId,
      chargingProfilePurpose,
      chargingProfileKind,
      stackLevel,
      chargingSchedule,
      transactionId,
    } = payload.csChargingProfiles as Payload;
    const { chargingRateUnit, chargingSchedulePeriod } = chargingSchedule as Payload;
    const [period] = chargingSchedulePeriod as Payload[];
    const profile = {
      id: Number(chargingProfileId),
      purpose: String(chargingProfilePurpose),
      unit: String(chargingRateUnit),
      kind: String(chargingProfileKind),
      stackLevel: Number(stackLevel),
      limit: Number(period?.limit),
      phases: Number(period?.numberPhases ?? 3),
      ...(transactionId !== undefined && { transaction: String(transactionId) }),
    };
    return this.take(connector, profile);
  }

  protected take(connector: number, profile: Profile): Payload {
    this.at(connector).profile = profile;
    const { status } = this.at(connector);
    if (status === 'SuspendedEVSE' && this.offered(connector) > 0)
      this.later(() => this.turn('SuspendedEV', connector));
    if (/Charging|SuspendedEV$/.test(status) && this.offered(connector) === 0) {
      this.later(() => this.turn('SuspendedEVSE', connector));
    }
    return { status: 'Accepted' };
  }

  /** After the answer was sent; a connection that ended meanwhile does not matter. */
  protected later(work: () => Promise<void>): void {
    setImmediate(() => {
      work().catch((error: unknown) => {
        if (this.connected) this.violations.push(String(error));
      });
    });
  }
}

/** Variables of components */
const VARIABLES: Readonly<Record<string, string>> = {
  'SmartChargingCtrlr.RateUnit': 'A,W',
  'SmartChargingCtrlr.ProfileStackLevel': '8',
  'SampledDataCtrlr.TxUpdatedMeasurands': 'Energy.Active.Import.Register',
  'SampledDataCtrlr.TxUpdatedInterval': '60',
  'OCPPCommCtrlr.WebSocketPingInterval': '0',
};
const OCCUPIED = new Set(['Preparing', 'Charging', 'SuspendedEV', 'SuspendedEVSE', 'Finishing']);
const RUNNING = new Set(['Charging', 'SuspendedEV', 'SuspendedEVSE']);
const stateOf = (status: string): string => (RUNNING.has(status) ? status : 'EVConnected');

/** The same in OCPP 2.0.1, where a connector is an EVSE. `keys` are variables, such as `SmartChargingCtrlr.RateUnit`. */
export class FakeStation201 extends FakeStation {
  protected override readonly protocols: readonly string[] = ['ocpp2.0.1'];
  #sequence = 0;
  #count = 0;

  constructor(options: StationOptions) {
    super({ ...options, keys: { NumberOfConnectors: null, ...VARIABLES, ...options.keys } });
  }

  override async boot(): Promise<void> {
    this.bootAnswer = await this.call('BootNotification', {
      reason: 'PowerUp',
      chargingStation: { vendorName: 'ACME', model: 'Wall 11', firmwareVersion: '2.0' },
    });
    for (const index of this.connectors.keys()) await this.notify(index + 1);
  }

  override async notify(connector: number): Promise<void> {
    const { status } = this.at(connector);
    await this.call('StatusNotification', {
      timestamp: new Date().toISOString(),
      evseId: connector,
      connectorId: 1,
      connectorStatus: OCCUPIED.has(status) ? 'Occupied' : status,
    });
  }

  override async turn(status: string, connector = 1): Promise<void> {
    this.at(connector).status = status;
    await this.notify(connector);
    if (this.at(connector).transaction !== undefined && OCCUPIED.has(status))
      await this.event('Updated', {}, connector);
  }

  async event(eventType: string, more: Payload = {}, connector = 1): Promise<Payload> {
    const { status, transaction } = this.at(connector);
    const { transactionInfo, ...others } = more;
    this.#sequence += 1;
    return this.call('TransactionEvent', {
      eventType,
      timestamp: new Date().toISOString(),
      triggerReason: 'ChargingStateChanged',
      seqNo: this.#sequence,
      transactionInfo: {
        transactionId: transaction,
        chargingState: stateOf(status),
        ...(transactionInfo as Payload | undefined),
      },
      ...others,
    });
  }

  override async begin(idTag = '04AABBCC', connector = 1): Promise<number> {
    this.#count += 1;
    this.at(connector).transaction = `tx-${this.#count}`;
    const { status } = this.at(connector);
    await this.event(
      'Started',
      {
        evse: { id: connector, connectorId: 1 },
        idToken: { idToken: idTag, type: 'ISO14443' },
        transactionInfo: { chargingState: stateOf(status) },
      },
      connector,
    );
    return this.#count;
  }

  override async end(connector = 1, stoppedReason = 'EVDisconnected'): Promise<void> {
    await this.event('Ended', { transactionInfo: { chargingState: 'EVConnected', stoppedReason } }, connector);
    this.at(connector).transaction = undefined;
  }

  override async measure(connector = 1): Promise<void> {
    const { energy, voltages, soc, transaction } = this.at(connector);
    const { power, currents } = this.flow(connector);
    const meterValue = [
      {
        timestamp: new Date().toISOString(),
        sampledValue: [
          { value: power / 1_000, measurand: 'Power.Active.Import', unitOfMeasure: { unit: 'W', multiplier: 3 } },
          { value: energy },
          ...currents.map((value, index) => ({ value, measurand: 'Current.Import', phase: `L${index + 1}` })),
          ...voltages.map((value, index) => ({ value, measurand: 'Voltage', phase: `L${index + 1}-N` })),
          { value: this.offered(connector), measurand: 'Current.Offered', unitOfMeasure: { unit: 'A' } },
          ...(soc === undefined ? [] : [{ value: soc, measurand: 'SoC', unitOfMeasure: { unit: 'Percent' } }]),
        ],
      },
    ];
    if (transaction === undefined) await this.call('MeterValues', { evseId: connector, meterValue });
    else await this.event('Updated', { meterValue }, connector);
  }

  override answer(action: string, payload: Payload): Payload {
    const evse = Number((payload.evse as Payload | undefined)?.id ?? payload.evseId ?? 1) || 1;
    switch (action) {
      case 'GetVariables':
        return { getVariableResult: (payload.getVariableData as Payload[]).map((each) => this.#get(each)) };
      case 'SetVariables':
        return { setVariableResult: (payload.setVariableData as Payload[]).map((each) => this.#set(each)) };
      case 'TriggerMessage':
        if (payload.requestedMessage !== 'TransactionEvent')
          return super.answer(action, { requestedMessage: payload.requestedMessage, connectorId: evse });
        if (this.at(evse).transaction === undefined) return { status: 'Rejected' };
        this.later(async () => void (await this.event('Updated', {}, evse)));
        return { status: 'Accepted' };
      case 'RequestStartTransaction': {
        const { idToken } = payload.idToken as Payload;
        return super.answer('RemoteStartTransaction', { idTag: idToken, connectorId: evse });
      }
      case 'RequestStopTransaction': {
        const index = this.connectors.findIndex(({ transaction }) => transaction === payload.transactionId);
        if (index < 0) return { status: 'Rejected' };
        this.later(() => this.end(index + 1, 'Remote'));
        return { status: 'Accepted' };
      }
      default:
        return super.answer(action, payload);
    }
  }

  protected override limit(payload: Payload): Payload {
    const { id, chargingProfilePurpose, chargingProfileKind, stackLevel, chargingSchedule, transactionId } =
      payload.chargingProfile as Payload;
    const [schedule] = chargingSchedule as Payload[];
    const [period] = (schedule?.chargingSchedulePeriod ?? []) as Payload[];
    return this.take(Number(payload.evseId) || 1, {
      id: Number(id),
      purpose: String(chargingProfilePurpose),
      unit: String(schedule?.chargingRateUnit),
      kind: String(chargingProfileKind),
      stackLevel: Number(stackLevel),
      limit: Number(period?.limit),
      phases: Number(period?.numberPhases ?? 3),
      ...(transactionId !== undefined && { transaction: String(transactionId) }),
    });
  }

  #get({ component, variable }: Payload): Payload {
    const value = this.keys.get(`${(component as Payload).name}.${(variable as Payload).name}`);
    return {
      attributeStatus: value === undefined ? 'UnknownVariable' : 'Accepted',
      component,
      variable,
      ...(value !== undefined && { attributeValue: value }),
    };
  }

  #set({ component, variable, attributeValue }: Payload): Payload {
    const key = `${(component as Payload).name}.${(variable as Payload).name}`;
    const known = this.keys.has(key);
    if (known) this.keys.set(key, String(attributeValue));
    return { attributeStatus: known ? 'Accepted' : 'UnknownVariable', component, variable };
  }
}
