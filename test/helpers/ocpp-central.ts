import type { ChargerDevice, DeviceContext, Store } from '../../core/index.ts';
import { createLogger, type LogEntry } from '../../core/log.ts';
import { createServices } from '../../core/services.ts';
import { createMemoryStore } from '../../core/store.ts';
import charger, { type OcppChargerOptions } from '../../plugins/chargers/ocpp/index.ts';
import ocpp, { type OcppOptions } from '../../plugins/ocpp/index.ts';
import { type AppliedPlugin, applyPlugin } from '../contract/index.ts';
import { FakeStation, FakeStation201, type StationOptions } from './ocpp-station.ts';

/** The central system with chargers on it, without a runtime, and stations that connect to it. */
export interface Central {
  readonly port: number;
  readonly log: LogEntry[];
  readonly store: Store;
  /** The published value `ocpp` */
  published(): unknown;
  charger(options?: Partial<OcppChargerOptions>, context?: Partial<DeviceContext>): Promise<ChargerDevice>;
  /** A station that is connected */
  station(options?: Partial<StationOptions>): Promise<FakeStation>;
  /** The same of OCPP 2.0.1 */
  station201(options?: Partial<StationOptions>): Promise<FakeStation201>;
  close(): Promise<void>;
}

type Overrides = Pick<Partial<AppliedPlugin['evcc']>, 'clock' | 'store'>;

export async function startCentral(options: OcppOptions = {}, overrides: Overrides = {}): Promise<Central> {
  const desk = createServices();
  const log: LogEntry[] = [];
  let published: unknown;
  const store = overrides.store ?? createMemoryStore();
  const common = {
    ...overrides,
    store,
    log: createLogger({ level: 'debug', destination: { write: () => {} }, observe: (entry) => void log.push(entry) }),
    services: {
      provide: (name: string, service: unknown) => void desk.provide(name, service),
      use: (name: string, use: unknown) => void desk.use(name, use as never),
    } as never,
    publish: (_scope: unknown, _id: number, _key: string, value: unknown) => {
      published = value;
    },
  };
  const central = await applyPlugin(ocpp, { port: 0, host: '127.0.0.1', ...options }, common);
  await central.evcc.hooks.setup.promise();
  const chargers = await applyPlugin(charger, undefined, common);
  const stations: FakeStation[] = [];
  const connected = async <S extends FakeStation>(station: S): Promise<S> => {
    stations.push(station);
    await station.connect();
    return station;
  };
  const { port } = (published as { config: { port: number } }).config;
  return {
    port,
    log,
    store,
    published: () => published,
    charger: (wanted, context) =>
      chargers.chargers.create(
        'ocpp',
        { station: 'CP-1', ...wanted },
        { ...(overrides.clock && { clock: overrides.clock }), ...context },
      ),
    station: (wanted) => connected(new FakeStation({ port, ...wanted })),
    station201: (wanted) => connected(new FakeStation201({ port, ...wanted })),
    close: async () => {
      for (const station of stations) await station.disconnect();
      await central.remove();
    },
  };
}
