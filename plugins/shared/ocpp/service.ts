import type { DeviceContext, Evcc, PerPhase, Phases } from '../../../core/index.ts';

/** What a charger needs of the OCPP stations of the house. The version that a station speaks is not seen here. */

/** State of a connector in the words of OCPP 1.6. */
export const CONNECTOR_STATUSES = [
  'Available',
  'Preparing',
  'Charging',
  'SuspendedEV',
  'SuspendedEVSE',
  'Finishing',
  'Reserved',
  'Unavailable',
  'Faulted',
] as const;
export type ConnectorStatus = (typeof CONNECTOR_STATUSES)[number];

/** What a connector shall do. */
export interface ConnectorOrder {
  /** It may charge */
  readonly enabled: boolean;
  /** A per phase while it may charge */
  readonly current: number;
  /** Absent: nobody switches phases */
  readonly phases?: Phases;
}

/** What is known of a connector now. Measured values are absent when the station does not send them, or not any more. */
export interface ConnectorState {
  readonly status: ConnectorStatus;
  /** Error code of the station other than `NoError` */
  readonly error?: string;
  /** The station waits for somebody to identify before it charges */
  readonly waiting: boolean;
  /** What identified the car; empty: nothing */
  readonly identifier: string;
  /** The order that the station accepted last */
  readonly order: ConnectorOrder;
  /** W, ≥ 0 */
  readonly power?: number;
  /** A, ≥ 0 */
  readonly currents?: PerPhase;
  /** V */
  readonly voltages?: PerPhase;
  /** Wh, lifetime counter */
  readonly energy?: number;
  /** % */
  readonly soc?: number;
  /** A that the station says it offers; measured after the order was accepted */
  readonly offered?: number;
}

/** Which connector, and what the station has to be told besides the limit. */
export interface ConnectorOptions {
  /** Id under which the station connects, as it stands at the end of its address */
  readonly station: string;
  /** From 1; with OCPP 2.0.1 the number of the EVSE */
  readonly connector: number;
  /** The station has to log in with it; absent: it need not */
  readonly password?: string;
  /** What the station is told as identification when it is started from here */
  readonly idTag: string;
  /** The station does not start by itself when a car is connected */
  readonly remoteStart: boolean;
  /** Phases wired to the connector */
  readonly phases: Phases;
  /** The number of phases is told with every limit */
  readonly phaseSwitching: boolean;
  /** ms between two measurements */
  readonly meterInterval: number;
}

/** A connector of a station. Errors name station and connector. */
export interface OcppConnector {
  /** Errors: `EVCC_DEVICE_UNAVAILABLE` while the station is not connected, or has said nothing of the connector yet. */
  state(): ConnectorState;
  /**
   * Changes the order and resolves when the station accepted it. The order is kept: the station gets it again whenever it
   * reconnects or begins a transaction. Errors: `EVCC_DEVICE_UNAVAILABLE` (not connected, no answer), `EVCC_DEVICE_PROTOCOL`
   * (it takes no limit).
   */
  order(change: Partial<ConnectorOrder>, signal: AbortSignal): Promise<void>;
  close(): void;
}

/** What the plugin `ocpp` offers. */
export interface OcppService {
  /** Errors: `EVCC_CONFIG_INVALID` when the connector is taken, or other connectors of the station have another password. */
  open(options: ConnectorOptions, context: Pick<DeviceContext, 'fail' | 'voltage' | 'retry'>): OcppConnector;
}

declare module 'evcc' {
  interface Services {
    /** The OCPP stations of the house */
    ocpp: OcppService;
  }
}

/** Opens connectors that move on at once when another plugin offers the stations, and that wait for the first one. */
export function useOcpp(evcc: Pick<Evcc, 'services'>): OcppService {
  let present: OcppService | undefined;
  const users = new Set<{ enter(): void; leave(): void }>();
  evcc.services.use('ocpp', (service) => {
    present = service;
    for (const user of users) user.enter();
    return () => {
      present = undefined;
      for (const user of users) user.leave();
    };
  });
  return {
    open(options, context) {
      let found = present?.open(options, context);
      let closed = false;
      const connector = (): OcppConnector => {
        if (!closed) found ??= present?.open(options, context);
        return (
          found ??
          context.fail(
            'EVCC_DEVICE_UNAVAILABLE',
            `OCPP station ${options.station}: nobody listens for stations; add ocpp: {} to the configuration`,
          )
        );
      };
      const user = {
        enter(): void {
          try {
            found ??= present?.open(options, context);
          } catch {
            // Whoever uses it next is told why.
          }
        },
        leave(): void {
          found?.close();
          found = undefined;
        },
      };
      users.add(user);
      return {
        state: () => connector().state(),
        order: async (change, signal) => connector().order(change, signal),
        close() {
          closed = true;
          users.delete(user);
          user.leave();
        },
      };
    },
  };
}
