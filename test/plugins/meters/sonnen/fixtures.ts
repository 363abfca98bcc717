/** Answer to `GET /api/v2/status`, composed from the description of the API. */
export const STATUS = {
  Apparent_output: 1520,
  BackupBuffer: '5',
  BatteryCharging: true,
  BatteryDischarging: false,
  Consumption_W: 840,
  Fac: 50.01,
  GridFeedIn_W: 1205,
  IsSystemInstalled: 1,
  OperatingMode: '2',
  Pac_total_W: -1510,
  Production_W: 3555,
  RSOC: 64,
  Timestamp: '2025-06-01 12:00:00',
  USOC: 60,
  Uac: 231,
  Ubat: 206,
};
