/**
 * The contract suites as every built-in type runs them, for plugin authors: `import { chargerContract } from 'evcc/testing'`.
 * Each suite is a list of cases that needs no particular test runner.
 */
export { type ChargerHardware, type ChargerPeer, chargerContract } from './charger.ts';
export { type AppliedPlugin, applyPlugin, type DefinedTypes, deviceContext } from './harness.ts';
export { type MeterHardware, type MeterPeer, meterContract } from './meter.ts';
export type { ContractCase, Fault, Peer } from './peer.ts';
export { type ContractPeers, casesOf } from './peers.ts';
export { type StorePeer, storeContract } from './store.ts';
export { type TariffPeer, tariffContract } from './tariff.ts';
export { type VehicleHardware, type VehiclePeer, vehicleContract } from './vehicle.ts';
