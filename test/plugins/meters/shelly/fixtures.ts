/** Answers composed from the vendor's documentation: `GET /status` of a Shelly EM and a Plug S, `Shelly.GetStatus` of others. */
export const EM = {
  emeters: [
    { power: 1_234.5, reactive: 10, pf: 0.98, voltage: 230.1, is_valid: true, total: 123_456.7, total_returned: 12.3 },
    { power: -800, reactive: 0, pf: -0.99, voltage: 230.1, is_valid: true, total: 5, total_returned: 99_000 },
  ],
};
export const PLUG = { meters: [{ power: 60.5, overpower: 0, is_valid: true, total: 6_000 }] };
export const PRO_3EM = {
  'em:0': {
    id: 0,
    a_current: 4.03,
    a_voltage: 231.2,
    a_act_power: -921.4,
    a_pf: -0.99,
    b_current: 1.2,
    b_voltage: 230.9,
    b_act_power: 260.1,
    c_current: 0.7,
    c_voltage: 231.8,
    c_act_power: 140.2,
    n_current: null,
    total_current: 5.93,
    total_act_power: -521.1,
  },
  'emdata:0': { id: 0, total_act: 25_000.1, total_act_ret: 1_000.2 },
};
export const PRO_EM = {
  'em1:0': { id: 0, current: 4, voltage: 230, act_power: 900 },
  'em1:1': { id: 1, current: 2, voltage: 230, act_power: -450.5 },
  'em1data:1': { id: 1, total_act_energy: 1_500.5, total_act_ret_energy: 7_000 },
};
export const PLUS_PLUG = {
  'switch:0': {
    id: 0,
    output: true,
    apower: -350.2,
    voltage: 231,
    current: 1.5,
    aenergy: { total: 5_000.5, by_minute: [1, 2, 3] },
    ret_aenergy: { total: 4_000.25 },
  },
};
