import { type ChargerPeer, chargerContract } from './charger.ts';
import { type MeterPeer, meterContract } from './meter.ts';
import type { ContractCase } from './peer.ts';
import { type TariffPeer, tariffContract } from './tariff.ts';
import { type VehiclePeer, vehicleContract } from './vehicle.ts';

/** What sets up simulated hardware, by type. */
export interface ContractPeers {
  readonly chargers?: Readonly<Record<string, () => Promise<ChargerPeer>>>;
  readonly meters?: Readonly<Record<string, () => Promise<MeterPeer>>>;
  readonly vehicles?: Readonly<Record<string, () => Promise<VehiclePeer>>>;
  readonly tariffs?: Readonly<Record<string, () => Promise<TariffPeer>>>;
}

/**
 * The contracts of all types of a package, each case with kind and type before its title. As default export of the
 * package's `./contract` they are what `evcc plugin check` runs.
 */
export function casesOf({ chargers = {}, meters = {}, vehicles = {}, tariffs = {} }: ContractPeers): ContractCase[] {
  return [
    ...titled('charger', chargers, chargerContract),
    ...titled('meter', meters, meterContract),
    ...titled('vehicle', vehicles, vehicleContract),
    ...titled('tariff', tariffs, tariffContract),
  ];
}

function titled<Setup>(
  kind: string,
  setups: Readonly<Record<string, Setup>>,
  contract: (setup: Setup) => ContractCase[],
): ContractCase[] {
  return Object.entries(setups).flatMap(([type, setup]) =>
    contract(setup).map(({ title, run }) => ({ title: title.replace(`${kind}:`, `${kind} ${type}:`), run })),
  );
}
