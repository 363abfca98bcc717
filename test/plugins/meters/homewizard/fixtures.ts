/** Answer of a P1 meter to `GET /api/v1/data`, composed from the vendor's documentation. */
export const P1 = {
  wifi_ssid: 'home',
  wifi_strength: 82,
  smr_version: 50,
  meter_model: 'Sagemcom T210-D',
  active_tariff: 2,
  total_power_import_kwh: 18664.997,
  total_power_import_t1_kwh: 10909.724,
  total_power_import_t2_kwh: 7755.273,
  total_power_export_kwh: 13823.608,
  total_power_export_t1_kwh: 4243.981,
  total_power_export_t2_kwh: 9579.627,
  active_power_w: -1203,
  active_power_l1_w: -421,
  active_power_l2_w: -390,
  active_power_l3_w: -392,
  active_voltage_l1_v: 231.4,
  active_voltage_l2_v: 230.8,
  active_voltage_l3_v: 230.1,
  active_current_l1_a: -1.82,
  active_current_l2_a: -1.69,
  active_current_l3_a: -1.7,
};

/** Answer of a battery to `GET /api/measurement`; it counts what it draws. */
export const BATTERY = {
  energy_import_kwh: 123.456,
  energy_export_kwh: 101.5,
  power_w: 404,
  voltage_v: 230.1,
  current_a: 1.8,
  frequency_hz: 50,
  state_of_charge_pct: 50,
  cycles: 123,
};
