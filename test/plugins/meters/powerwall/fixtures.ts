/** Answer to `GET /api/meters/aggregates` of a gateway 2, composed from what owners published. */
export const AGGREGATES = {
  site: {
    last_communication_time: '2025-06-01T12:00:00+02:00',
    instant_power: -812.4,
    frequency: 50.0,
    energy_exported: 18234110.2,
    energy_imported: 9112004.8,
    instant_average_voltage: 231.2,
  },
  battery: { instant_power: -1500, energy_exported: 6120000, energy_imported: 7010000 },
  load: { instant_power: 1320.2, energy_imported: 21000000 },
  solar: { instant_power: 3632.6, energy_exported: 30110222.1 },
};
