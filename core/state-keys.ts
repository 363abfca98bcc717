/** Every published key: its kind, public unit, and how the internal unit becomes the public one. */

/**
 * duration: internal ms; time: internal ms since the epoch or null; both are encoded by each surface. json: a record that
 * belongs together, which surfaces of plain values show as one JSON text.
 */
export type StateKind = 'number' | 'integer' | 'text' | 'flag' | 'duration' | 'time' | 'list' | 'record' | 'json';

/** How a value, or a part of one, is written. */
export interface StateShape {
  readonly kind: StateKind;
  /** Public unit; absent: none. `currency` stands for the configured one. */
  readonly unit?: string;
  /** Public value = internal value × scale; absent: 1 */
  readonly scale?: number;
  /** It only grows, until it begins anew */
  readonly counter?: boolean;
  /** Fields of records, and of records in lists; one that is not named here is like the whole */
  readonly fields?: Readonly<Record<string, StateShape>>;
  /** The fields are those of records that stand side by side under names of their own, such as circuits */
  readonly byName?: boolean;
  /** The texts that there are; absent: any */
  readonly values?: readonly string[];
  /** What a list without fields holds; absent: numbers */
  readonly items?: StateKind;
}

export interface StateKey extends StateShape {
  /** Public name, the same on every surface */
  readonly name: string;
  /** Name in the current dialect, such as `grid.power` for a part of an object; null: it is not there. Absent: `name` */
  readonly current?: string | null;
  readonly description: string;
  /** It is there from the start, and never null */
  readonly always?: boolean;
}

const TEXT = { kind: 'text' } as const;
const MODE = { kind: 'text', values: ['off', 'pv', 'minpv', 'now'] } as const;
const BATTERY_MODES = ['normal', 'hold', 'charge', 'holdcharge'] as const;
const FLAG = { kind: 'flag' } as const;
const COUNT = { kind: 'integer' } as const;
const WATTS = { kind: 'number', unit: 'W' } as const;
const AMPERES = { kind: 'number', unit: 'A' } as const;
const PERCENT = { kind: 'number', unit: '%' } as const;
const WATT_HOURS = { kind: 'number', unit: 'Wh' } as const;
/** Internal Wh */
const KILOWATT_HOURS = { kind: 'number', unit: 'kWh', scale: 0.001 } as const;
/** Internal Wh */
const COUNTER = { ...KILOWATT_HOURS, counter: true } as const;
const SESSION_COUNTER = { ...WATT_HOURS, counter: true } as const;
const PRICE = { kind: 'number', unit: 'currency/kWh' } as const;
const CO2 = { kind: 'number', unit: 'g/kWh' } as const;
const SHARE = { kind: 'number', unit: '0..1' } as const;
const DURATION = { kind: 'duration', unit: 's' } as const;
const TIME = { kind: 'time' } as const;
const METER = { title: TEXT, power: WATTS, energy: COUNTER } as const;
const PLAN_SLOT = { start: TIME, end: TIME, price: PRICE, surplus: WATTS } as const;

/** What a plugin says that would be best now */
const SUGGESTION = {
  kind: 'record',
  fields: { action: TEXT, charge: WATTS, discharge: WATTS, actionable: FLAG },
} as const;
const REASON = { by: TEXT, code: TEXT, text: TEXT, change: TEXT } as const;
const LOWERING = { kind: 'list', fields: { ...REASON, from: AMPERES, to: AMPERES } } as const;
const STRATEGY = {
  kind: 'record',
  fields: { continuous: FLAG, precondition: { kind: 'integer', unit: 's' } },
} as const;
const PERIODS = {
  kind: 'record',
  byName: true,
  fields: { solarPercentage: PERCENT, chargedKWh: { kind: 'number', unit: 'kWh' }, avgPrice: PRICE, avgCo2: CO2 },
} as const;
const DECISION: Omit<StateShape, 'kind'> = {
  fields: {
    at: TIME,
    loadpoint: COUNT,
    name: TEXT,
    title: TEXT,
    result: { kind: 'record', fields: { enabled: FLAG, current: AMPERES, phases: COUNT } },
    binding: { kind: 'record', fields: REASON },
    change: TEXT,
    strategy: { kind: 'record', fields: { ...REASON, current: AMPERES, phases: COUNT } },
    limits: LOWERING,
    guard: LOWERING,
    timers: { kind: 'record', byName: true, fields: { action: TEXT, since: TIME, delay: DURATION } },
    inputs: {
      kind: 'record',
      fields: {
        mode: TEXT,
        status: TEXT,
        connected: FLAG,
        charging: FLAG,
        enabled: FLAG,
        offeredCurrent: AMPERES,
        phasesEnabled: COUNT,
        phasesActive: COUNT,
        minCurrent: AMPERES,
        maxCurrent: AMPERES,
        chargePower: WATTS,
        sitePower: WATTS,
        gridPower: WATTS,
        pvPower: WATTS,
        batteryPower: WATTS,
        batterySoc: PERCENT,
        homePower: WATTS,
        vehicle: TEXT,
        soc: PERCENT,
        minSoc: PERCENT,
        targetSoc: PERCENT,
        sessionEnergy: WATT_HOURS,
        price: PRICE,
      },
    },
  },
};

const REPEATING = {
  kind: 'list',
  fields: { weekdays: { kind: 'list' }, time: TEXT, tz: TEXT, soc: PERCENT, active: FLAG },
} as const;

/** Of values that the current dialect does not have */
const OLD = { current: null } as const;

const row = (name: string, type: Omit<StateKey, 'name' | 'description'>, description: string): StateKey => ({
  name,
  ...type,
  description,
});

/** A row of a value that is always there. */
const always = (...of: Parameters<typeof row>): StateKey => ({ ...row(...of), always: true });

export const SITE_KEYS: readonly StateKey[] = [
  always('siteTitle', TEXT, 'Name of the site'),
  always('version', TEXT, 'Version of the server'),
  always('currency', TEXT, 'ISO 4217 code of all prices'),
  always('gridConfigured', FLAG, 'There is a grid meter'),
  always('pvConfigured', { ...FLAG, ...OLD }, 'There is at least one PV meter'),
  always('batteryConfigured', { ...FLAG, ...OLD }, 'There is at least one home battery'),
  always(
    'vehicles',
    { kind: 'list', items: 'text', ...OLD },
    'Titles of the vehicles; their order is the index used to select one',
  ),
  always('auth', { kind: 'record', ...OLD }, 'Vehicles that need a login'),
  always('prioritySoc', PERCENT, 'Below it a charging battery has priority over cars; 0: off'),
  always('bufferSoc', PERCENT, 'Above it the battery may keep a running charge going; 0: off'),
  always('bufferStartSoc', PERCENT, 'Above it the battery may start a charge; 0: off'),
  always('residualPower', WATTS, 'Operating point of the grid: + leaves surplus unused, − imports'),
  always(
    'smartCostLimit',
    { kind: 'number', unit: 'currency/kWh or g/kWh', ...OLD },
    'Charge at full power at or below it; 0: off',
  ),
  row('smartCostType', TEXT, 'Kind of the tariff that the limit applies to; null: no tariff'),
  row('smartCostActive', { ...FLAG, ...OLD }, 'The present rate is at or below the limit'),
  always('gridExportLimit', WATTS, 'What may be fed into the grid; 0: no limit'),
  always('solarAdjusted', FLAG, 'Plans go by the solar forecast times its scale'),
  always('deviceColors', { kind: 'json' }, 'Colours in charts, such as #2f8fdb, by the title of what is drawn'),
  always('telemetry', FLAG, 'Anonymous usage data may be sent'),
  row('gridPower', { ...WATTS, current: 'grid.power' }, '+ import, − export; null: unknown'),
  row('gridPowers', { kind: 'list', unit: 'W', current: 'grid.powers' }, 'L1 to L3'),
  row('gridCurrents', { kind: 'list', unit: 'A', current: 'grid.currents' }, 'L1 to L3, signed like the power'),
  row('gridEnergy', { ...COUNTER, current: 'grid.energy' }, 'Import counter'),
  row('pvPower', WATTS, 'Generation of all PV meters'),
  row('pvEnergy', COUNTER, 'Generation counter, sum'),
  row('pv', { kind: 'list', fields: METER }, 'Each PV meter'),
  row('batteryPower', { ...WATTS, current: 'battery.power' }, '+ discharge, − charge, sum'),
  row('batterySoc', { ...PERCENT, current: 'battery.soc' }, 'Weighted by capacity'),
  row('batteryCapacity', { ...KILOWATT_HOURS, current: 'battery.capacity' }, 'Sum; 0: unknown'),
  row('batteryEnergy', { ...COUNTER, current: 'battery.energy' }, 'Discharge counter, sum'),
  row(
    'batteryMode',
    { kind: 'text', values: ['unknown', ...BATTERY_MODES] },
    'unknown, normal, hold, charge or holdcharge',
  ),
  row(
    'batteryModeExternal',
    { kind: 'text', values: BATTERY_MODES },
    'Mode that something outside asked for; null: nothing did',
  ),
  always('batteryDischargeControl', FLAG, 'The battery does not discharge while a car is charged at full power'),
  always('batteryGridDischarge', FLAG, 'The battery may discharge into the grid'),
  row(
    'batteryGridChargeLimit',
    { kind: 'number', unit: 'currency/kWh or g/kWh' },
    'The battery is charged from the grid at or below it; null: off',
  ),
  row('batteryGridChargeActive', FLAG, 'The present rate is at or below the limit'),
  row(
    'battery',
    {
      kind: 'list',
      fields: { ...METER, soc: PERCENT, capacity: KILOWATT_HOURS, suggestion: SUGGESTION },
      current: 'battery.devices',
    },
    'Each battery',
  ),
  row('auxPower', WATTS, 'Consumers that give way to charging, sum'),
  row('aux', { kind: 'list', fields: METER }, 'Each aux meter'),
  row('ext', { kind: 'list', fields: METER }, 'Each further meter'),
  row('consumers', { kind: 'list', fields: METER }, 'Each metered consumer'),
  row(
    'circuits',
    {
      kind: 'record',
      byName: true,
      fields: {
        title: TEXT,
        icon: TEXT,
        parent: TEXT,
        power: WATTS,
        current: AMPERES,
        maxPower: WATTS,
        maxCurrent: AMPERES,
      },
    },
    'Each circuit by name: title, icon, parent, power and current of its fullest phase, with their limits',
  ),
  row(
    'hems',
    {
      kind: 'record',
      fields: { dimmed: FLAG, curtailed: FLAG, consumptionLimit: WATTS, feedInLimit: PERCENT, failsafe: FLAG },
    },
    'What the grid operator allows: dimmed, curtailed, limits (null: none), failsafe (an input is lost)',
  ),
  row('homePower', WATTS, 'Consumption other than charging'),
  row('greenShareHome', SHARE, 'Share of solar and battery power in the consumption of the house'),
  row('greenShareLoadpoints', SHARE, 'Share of solar and battery power in charging'),
  row('tariffGrid', PRICE, 'Present import price'),
  row('tariffFeedIn', PRICE, 'Present feed-in price'),
  row('tariffCo2', CO2, 'Present CO2 intensity of the grid'),
  row('tariffSolar', WATTS, 'Generation that is expected now'),
  row('tariffTemperature', { kind: 'number', unit: '°C' }, 'Outdoor temperature by the forecast'),
  row('tariffPriceHome', PRICE, 'Effective price of the consumption of the house'),
  row('tariffPriceLoadpoints', PRICE, 'Effective price of charging'),
  row('tariffCo2Home', CO2, 'Effective CO2 of the consumption of the house'),
  row('tariffCo2Loadpoints', CO2, 'Effective CO2 of charging'),
  row(
    'stats',
    { ...PERIODS, ...OLD },
    'Charging of 30d, 365d and total: solarPercentage (%), chargedKWh, avgPrice (currency/kWh), avgCo2 (g/kWh)',
  ),
  row('statistics', PERIODS, 'As stats, and thisYear'),
  row(
    'devices',
    { kind: 'list', fields: { kind: TEXT, name: TEXT, type: TEXT, state: TEXT, reason: TEXT, since: TIME } },
    'Each device: kind, name, type, state, reason',
  ),
];

export const LOADPOINT_KEYS: readonly StateKey[] = [
  row('name', TEXT, 'Name of the loadpoint in the configuration'),
  row('title', TEXT, 'Name of the loadpoint'),
  always('mode', MODE, 'off, pv, minpv or now'),
  always('priority', COUNT, 'Higher is served first'),
  always('minCurrent', AMPERES, 'Smallest current per phase'),
  always('maxCurrent', AMPERES, 'Largest current per phase'),
  row(
    'smartCostLimit',
    { kind: 'number', unit: 'currency/kWh or g/kWh' },
    'Charge at full power at or below it; null: the limit of the site holds',
  ),
  row('smartCostActive', FLAG, 'The present rate is at or below the limit'),
  row('smartCostNextStart', TIME, 'When the rate will next be so; null: now, or unknown'),
  row('smartFeedInPriorityLimit', PRICE, 'Feed in rather than charge at or above it; null: off'),
  row('smartFeedInPriorityActive', FLAG, 'Feeding in earns at least the limit'),
  row('smartFeedInPriorityNextStart', TIME, 'When it will next be so; null: now, or unknown'),
  always('batteryBoost', FLAG, 'The home battery is emptied into the car'),
  always('batteryBoostLimit', PERCENT, 'Soc of the home battery at which boost stops draining it; 100: none'),
  always('enableDelay', DURATION, 'How long surplus must last until charging starts'),
  always('disableDelay', DURATION, 'How long it must be missing until charging stops'),
  always('enableThreshold', WATTS, 'Site power at which charging starts; 0: as soon as the surplus suffices'),
  always('disableThreshold', WATTS, 'Site power above which charging stops'),
  always('minSoc', { ...PERCENT, ...OLD }, 'Below it the car is charged at full power in any mode but off; 0: off'),
  always('targetSoc', { ...PERCENT, ...OLD }, 'Charging ends there; 100: the car decides'),
  always('targetEnergy', { kind: 'number', unit: 'kWh', ...OLD }, 'Energy after which charging ends; 0: off'),
  always('limitSoc', PERCENT, 'Charging ends there until the car leaves; 0: at that of the vehicle'),
  always(
    'limitEnergy',
    { kind: 'number', unit: 'kWh' },
    'Energy after which charging ends, until the car leaves; 0: that of the vehicle',
  ),
  always('targetTime', { ...TIME, ...OLD }, 'When the target shall be reached; null: no time'),
  always('planSoc', { ...PERCENT, ...OLD }, 'Soc of the goal that was set once; 0: that at which charging ends'),
  always('planStrategy', STRATEGY, 'How plans choose: continuous (true or false), precondition (s)'),
  always('repeatingPlans', { ...REPEATING, ...OLD }, 'Plans of every week: weekdays, time, tz, soc, active'),
  row(
    'remoteDisabled',
    { ...TEXT, ...OLD },
    'hard: switched off from outside; soft: no solar charging; empty: neither',
  ),
  row('remoteDisabledSource', { ...TEXT, ...OLD }, 'Who asked for that last'),
  row('planActive', FLAG, 'The plan charges now'),
  row('plan', { kind: 'list', fields: PLAN_SLOT }, 'Slots that the plan charges in'),
  row('planProjectedStart', TIME, 'When the plan will start to charge; null: it will not'),
  row('planProjectedEnd', TIME, 'When the plan will have finished; null: it does not charge'),
  row('planOverrun', DURATION, 'By how much the goal will be reached too late; 0: in time'),
  row('planTime', TIME, 'When an energy goal shall be reached; null: there is none'),
  row('planEnergy', { kind: 'number', unit: 'kWh' }, 'Energy goal; 0: none'),
  row('effectivePlanId', COUNT, 'The goal that is planned for: 1 set once, from 2 on repeating ones; 0: none'),
  row('effectivePlanTime', TIME, 'When the goal that is planned for shall be reached; null: there is none'),
  row('effectivePlanSoc', PERCENT, 'Soc that is planned for; 0: none'),
  row('effectivePlanStrategy', STRATEGY, 'How the plan in force chooses'),
  row('phasesConfigured', COUNT, '0 automatic, 1 or 3 fixed; null: the charger cannot switch'),
  row('phasesEnabled', { ...COUNT, ...OLD }, 'Phases switched on; 0: unknown'),
  row('phasesActive', COUNT, 'Phases that charging uses'),
  row('phaseAction', TEXT, 'inactive, scale1p or scale3p'),
  row('phaseRemaining', DURATION, 'Until the phases are switched'),
  row('pvAction', TEXT, 'inactive, enable or disable'),
  row('pvRemaining', DURATION, 'Until charging is switched'),
  row('guardAction', { ...TEXT, ...OLD }, 'inactive or enable'),
  row('guardRemaining', { ...DURATION, ...OLD }, 'Until charging may be switched on again'),
  row('enabled', FLAG, 'The charger lets the car charge'),
  row('connected', FLAG, 'A car is connected'),
  row('charging', FLAG, 'A car is charging'),
  row('connectedDuration', DURATION, 'Since the car was connected'),
  row('chargePower', WATTS, 'Power of the car'),
  row(
    'chargeCurrent',
    { ...AMPERES, current: 'offeredCurrent' },
    'Current that the charger was told; 0 while disabled',
  ),
  row('chargeCurrents', { kind: 'list', unit: 'A' }, 'L1 to L3, measured'),
  row('chargeVoltages', { kind: 'list', unit: 'V' }, 'L1 to L3, measured'),
  row('chargeDuration', DURATION, 'Time charged since the car was connected'),
  row('chargedEnergy', SESSION_COUNTER, 'Energy charged since the car was connected'),
  row('sessionEnergy', SESSION_COUNTER, 'Energy charged since the car was connected'),
  row('sessionSolarPercentage', PERCENT, 'Share of solar and battery energy in the session'),
  row('sessionPrice', { kind: 'number', unit: 'currency' }, 'Price of the session; null: unknown'),
  row('sessionPricePerKWh', PRICE, 'Average price of the session; null: unknown'),
  row('sessionCo2PerKWh', CO2, 'Average CO2 of the session; null: unknown'),
  row('chargeTotalImport', COUNTER, 'Counter of the charge meter'),
  row('chargeRemainingDuration', DURATION, 'Until the target is reached at the present power'),
  row('chargeRemainingEnergy', WATT_HOURS, 'Until the target is reached'),
  row('chargerFeatureIntegratedDevice', FLAG, 'The charger is part of the consumer'),
  row('chargerFeatureHeating', FLAG, 'The consumer is a heater; soc values are °C'),
  row('chargerFeatureSwitchDevice', FLAG, 'The charger can only be switched on and off'),
  row('chargerPhases1p3p', FLAG, 'The charger can switch between one phase and three'),
  row('chargerSinglePhase', FLAG, 'The charger has one phase only'),
  row(
    'chargerStatusReason',
    TEXT,
    'waitingforauthorization, disconnectrequired, or unknown, of a connected car that does not charge',
  ),
  row('chargerIcon', TEXT, 'Name of a picture; null: none'),
  row('vehiclePresent', { ...FLAG, ...OLD }, 'A vehicle is selected'),
  row('vehicleName', TEXT, 'Name of the vehicle in the configuration; empty: none'),
  row('vehicleTitle', TEXT, 'Title of the vehicle; empty: none'),
  row('vehicleIcon', { ...TEXT, ...OLD }, 'Name of a picture; empty: none'),
  row('vehicleCapacity', { ...KILOWATT_HOURS, ...OLD }, 'Capacity of its battery; 0: unknown'),
  row('vehicleSoc', PERCENT, 'State of charge; 0: unknown'),
  row('vehicleRange', { kind: 'integer', unit: 'km' }, 'Range; 0: unknown'),
  row('vehicleTargetSoc', { ...PERCENT, current: 'vehicleLimitSoc' }, 'Limit set in the car; 0: unknown'),
  row('vehicleOdometer', { kind: 'number', unit: 'km', counter: true }, 'Odometer; 0: unknown'),
  row('vehicleIdentity', TEXT, 'What identified the car at the charger'),
  row('vehicleFeatureOffline', { ...FLAG, ...OLD }, 'The vehicle has no data source'),
  row('vehicleDetectionActive', FLAG, 'It is being found out which vehicle is connected'),
  row('vehicleWelcomeActive', FLAG, 'The car is offered current for a moment because it was just connected'),
  row('effectivePriority', COUNT, 'In force: of the vehicle, else of the loadpoint'),
  row('effectiveMinCurrent', AMPERES, 'In force: the largest of charger, vehicle and setting'),
  row('effectiveMaxCurrent', AMPERES, 'In force: the smallest of charger, vehicle and setting'),
  row('effectiveMinSoc', PERCENT, 'Minimum soc in force; 0: off'),
  row('effectiveLimitSoc', PERCENT, 'Soc at which charging ends; 100: the car decides'),
  row('climaterActive', { ...FLAG, current: 'vehicleClimaterActive' }, 'Climate control of the car is running'),
  row('dimmed', FLAG, 'The grid operator limits its power'),
  row(
    'reasons',
    { kind: 'list', fields: { ...REASON, current: AMPERES } },
    'Why the loadpoint charges as it does: by, code, text, change, current',
  ),
  row(
    'decision',
    { kind: 'json', ...DECISION },
    'The last decision that changed the result or its reason: docs/reasons.md',
  ),
];

/** Of vehicles, whether they are connected or not. */
export const VEHICLE_KEYS: readonly StateKey[] = [
  always('title', TEXT, 'Name of the vehicle'),
  row('icon', TEXT, 'Name of a picture'),
  row('capacity', KILOWATT_HOURS, 'Capacity of its battery'),
  row('phases', COUNT, 'Phases that it charges on'),
  row('minCurrent', AMPERES, 'Smallest current per phase that it takes'),
  row('maxCurrent', AMPERES, 'Largest current per phase that it takes'),
  row('priority', COUNT, 'Goes before the priority of the loadpoint'),
  row('features', { kind: 'list', items: 'text' }, 'What is special about it'),
  row('mode', MODE, 'Mode that a loadpoint takes when the vehicle is found there; null: it stays as it is'),
  always('minSoc', PERCENT, 'Below it the car is charged at full power in any mode but off; 0: off'),
  always('limitSoc', PERCENT, 'Charging ends there; 100: the car decides'),
  row(
    'plan',
    { kind: 'record', fields: { soc: PERCENT, time: TIME } },
    'Soc that is planned for, until when; null: none',
  ),
  always('repeatingPlans', REPEATING, 'Plans of every week: weekdays, time, tz, soc, active'),
  row('planStrategy', STRATEGY, 'How plans choose: continuous (true or false), precondition (s)'),
];
