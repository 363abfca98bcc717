import type { ChargerModel } from '../../helpers/http-charger.ts';

/** W that a switch measures: only while something charges */
export const powerOf = ({ state }: ChargerModel): number => (state.status === 'C' ? (state.power ?? 0) : 0);

/** A switch is on while it is enabled, and while something charges. */
export const isOn = ({ state }: ChargerModel): boolean => state.enabled || state.status === 'C';
