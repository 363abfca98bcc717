import type { ChargerReading, ChargeStatus, PerPhase } from '../../core/index.ts';
import type { Answer } from './answer.ts';

/**
 * What go-e wall boxes say of themselves with API v2, whichever way they say it: HTTP, MQTT, or the WebSocket of a Fronius
 * Wattpilot. Source: goecharger/go-eCharger-API-v2, apikeys-en.md.
 */
export const GOE_KEYS = ['car', 'alw', 'frc', 'amp', 'psm', 'nrg', 'wh', 'eto', 'trx', 'acs', 'cards'] as const;

/** 1 idle, 2 charging, 3 waiting for the car, 4 complete; anything else is an error of the box. */
const STATUSES: Readonly<Record<number, ChargeStatus>> = { 1: 'A', 2: 'C', 3: 'B', 4: 'B' };

/** `frc`: what charging is forced to be */
export const GOE_FORCE = { neutral: 0, off: 1, on: 2 } as const;

/** `psm`: phases that are used; 0 leaves that to the box */
export const GOE_PHASES = { 1: 1, 3: 2 } as const;

/** Decodes a status with at least `car`, `frc`, and `alw` while nothing is forced. Errors: `EVCC_DEVICE_PROTOCOL`. */
export function toGoeReading(status: Answer): ChargerReading {
  const optional = (key: string): number | undefined => (status.at(key).absent ? undefined : status.at(key).number());
  const force = status.at('frc').number();
  const maxCurrent = optional('amp');
  const sessionEnergy = optional('wh');
  const energy = optional('eto');
  const phases = optional('psm');
  const letter = STATUSES[optional('car') ?? 0] ?? 'F';
  const waits = letter === 'B' && optional('acs') === 1 && status.at('trx').absent;
  return {
    status: letter,
    // `alw` is false as well while no car is there, or while it waits for a card.
    enabled: force === GOE_FORCE.neutral ? status.at('alw').flag() : force === GOE_FORCE.on,
    ...measured(status.at('nrg')),
    ...(maxCurrent !== undefined && { maxCurrent }),
    ...(sessionEnergy !== undefined && { sessionEnergy }),
    ...(energy !== undefined && { energy }),
    ...((phases === 1 || phases === 2) && { phases: phases === 1 ? 1 : 3 }),
    identifier: identify(status),
    ...(waits && { statusReason: 'waitingforauthorization' }),
  };
}

/** `nrg`: volts of L1, L2, L3, N; amperes of L1 to L3; watts of L1, L2, L3, N and all. */
function measured(nrg: Answer): Pick<ChargerReading, 'power' | 'currents' | 'voltages'> {
  if (nrg.absent) return {};
  const values = nrg.items();
  const at = (index: number): number => values[index]?.number() ?? nrg.refuse('nrg has too few values');
  const phases = (first: number): PerPhase => [at(first), at(first + 1), at(first + 2)];
  return { power: Math.max(0, at(11)), currents: phases(4), voltages: phases(0) };
}

/**
 * The name of the card that started the charge. `trx`: null without a charge, 0 without a card, else the place of the card, counted
 * from 1, which is all that firmware 60 says.
 */
function identify(status: Answer): string {
  const place = status.at('trx').absent ? 0 : status.at('trx').number();
  if (place === 0) return '';
  const cards = status.at('cards');
  const card = cards.absent ? undefined : cards.items()[place - 1];
  return card === undefined || card.at('name').absent ? String(place) : card.at('name').text();
}
