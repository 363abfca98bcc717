import type { MeterReading } from '../../../../core/index.ts';

/** Sensors composed from Tasmota's documentation and usual scripts, and what they mean. */
export const SENSORS: readonly (readonly [name: string, sensors: object, options: object, MeterReading])[] = [
  [
    'a plug',
    {
      Time: '2025-06-01T12:00:00',
      ENERGY: {
        TotalStartTime: '2024-01-01T00:00:00',
        Total: 123.456,
        Today: 1.2,
        Power: 61,
        Voltage: 231,
        Current: 0.27,
      },
    },
    {},
    { power: 61, energy: 123_456 },
  ],
  [
    'a meter of three phases',
    { ENERGY: { Total: [1, 2, 3.5], Power: [100, -200, 300], Voltage: [230, 231, 232], Current: [0.5, 0.9, 1.3] } },
    {},
    { power: 200, powers: [100, -200, 300], currents: [0.5, -0.9, 1.3], voltages: [230, 231, 232], energy: 6_500 },
  ],
  [
    'an infrared head',
    { Time: 'x', SML: { Total_in: 9876.5432, Power_curr: -1834, Total_out: 4321.1, Meter_number: '0a01454d48' } },
    {},
    { power: -1_834, energy: 9_876_543.2, returnEnergy: 4_321_100 },
  ],
  [
    'a script with names of its own, in other letters',
    { BME280: { Temperature: 20 }, Strom: { Leistung: 5, Bezug: 1, power_L1: 1 }, Other: { Power: 7 } },
    { group: 'STROM', powerKey: 'leistung', energyKey: 'BEZUG' },
    { power: 5, energy: 1_000 },
  ],
  [
    'a head that says phases',
    {
      MT175: {
        E_in: 1,
        Power: 60,
        Power_L1: 10,
        Power_L2: 20,
        Power_L3: 30,
        Volt_L1: 230,
        Volt_L2: 231,
        Volt_L3: 232,
        Amperage_L1: 0.1,
        Amperage_L2: 0.2,
        Amperage_L3: 0.3,
      },
    },
    {},
    { power: 60, powers: [10, 20, 30], currents: [0.1, 0.2, 0.3], voltages: [230, 231, 232], energy: 1_000 },
  ],
];
