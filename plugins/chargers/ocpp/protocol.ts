import type { ChargerReading, ChargeStatus } from '../../../core/index.ts';
import type { ConnectorState, ConnectorStatus } from '../../shared/ocpp/service.ts';

/** What the states of OCPP mean for the control loop (OCPP 1.6 edition 2, section 4.9). */

const STATUSES: Readonly<Record<ConnectorStatus, ChargeStatus>> = {
  Available: 'A',
  Unavailable: 'A',
  Reserved: 'A',
  Preparing: 'B',
  SuspendedEV: 'B',
  SuspendedEVSE: 'B',
  Finishing: 'B',
  Charging: 'C',
  Faulted: 'F',
};

/**
 * Most stations say by their state whether they let the car charge; where they do not, they are believed to do what they
 * accepted last, unless they say that they offer nothing.
 */
export function toReading(state: ConnectorState): ChargerReading {
  const { status, error, waiting, identifier, order, power, currents, voltages, energy, soc, offered } = state;
  const enabled =
    status === 'SuspendedEVSE'
      ? false
      : status === 'Charging' || status === 'SuspendedEV' || (order.enabled && offered !== 0);
  const reason = waiting ? 'waitingforauthorization' : status === 'Finishing' ? 'disconnectrequired' : undefined;
  return {
    status: error === undefined ? STATUSES[status] : 'F',
    enabled,
    identifier,
    ...(power !== undefined && { power }),
    ...(currents && { currents }),
    ...(voltages && { voltages }),
    ...(energy !== undefined && { energy }),
    ...(soc !== undefined && { soc }),
    ...(order.phases !== undefined && { phases: order.phases }),
    ...(enabled && offered !== undefined && offered > 0 && { maxCurrent: offered }),
    ...(reason !== undefined && { statusReason: reason }),
  };
}
