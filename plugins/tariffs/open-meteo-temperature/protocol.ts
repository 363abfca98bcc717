import type { Answer } from '../../shared/answer.ts';
import { quartersOf } from '../../shared/rates-service/open-meteo.ts';
import { meansBetween, type Slot } from '../../shared/rates-service/slots.ts';

/** The temperature of the air, 2 m above the ground. Source: open-meteo.com/en/docs, quantities of `minutely_15`. */

const TEMPERATURE = 'temperature_2m';

/** What is asked for besides time and place; °C is the unit where none is asked for. */
export const QUERY: Readonly<Record<string, string>> = { minutely_15: TEMPERATURE };

/** Means in °C between the times of the forecast; what is not known there is left out. */
export function toSlots(answer: Answer): Slot[] {
  return meansBetween(quartersOf(answer, [TEMPERATURE]).map(({ at, values: [value = 0] }) => ({ at, value })));
}
