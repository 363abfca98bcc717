import type { HouseEvent } from '../../core/index.ts';

/** What messages are made of, and the texts that they have unless others are configured. */

export type EventName = HouseEvent['kind'];

export interface EventTexts {
  readonly title: string;
  readonly message: string;
}

/** The vehicle, where it is known */
const CAR = '{{vehicleTitle|The car}}';

export const EVENTS: Readonly<Record<EventName, EventTexts>> = {
  connect: {
    title: 'Car connected',
    message: '{{vehicleTitle|A car}} was connected at {{title}}, in mode {{mode}}.',
  },
  start: {
    title: 'Charging started',
    message: `${CAR} is being charged at {{title}}, in mode {{mode}}.`,
  },
  stop: {
    title: 'Charging stopped',
    message: `${CAR} at {{title}} is not being charged any more: {{chargedEnergy:k 1 unit}} in {{chargeDuration}}.`,
  },
  disconnect: {
    title: 'Car disconnected',
    message: `${CAR} left {{title}} with {{chargedEnergy:k 1 unit}}.`,
  },
  soc: {
    title: 'State of charge',
    message: `${CAR} at {{title}} has reached {{soc:unit}}.`,
  },
  guest: {
    title: 'Unknown car',
    message: 'Nobody knows the car at {{title}}. It is charged as a guest.',
  },
  asleep: {
    title: 'Car sleeps',
    message: `${CAR} at {{title}} takes none of the current that it is offered, and could not be woken up.`,
  },
  planoverrun: {
    title: 'Charging plan is late',
    message: `${CAR} at {{title}} will not be ready at {{effectivePlanTime}}, but {{planOverrun}} later.`,
  },
  suggestion: {
    title: 'Suggestion',
    message: '{{title}}: {{action}} would be better now than what is done.',
  },
  devicelost: {
    title: 'Device lost',
    message: 'The {{deviceKind}} {{device}} is not available: {{reason|nobody knows why}}.',
  },
  deviceback: {
    title: 'Device is back',
    message: 'The {{deviceKind}} {{device}} is available again.',
  },
};

export const EVENT_NAMES: readonly EventName[] = Object.keys(EVENTS) as EventName[];
