/** Answer to `GET /api/livedata/status`, composed from the project's documentation. */
export const STATUS = {
  inverters: [{ serial: '116181000000', name: 'HM-1500', reachable: true, producing: true, limit_relative: 100 }],
  total: {
    Power: { v: 642.1, u: 'W', d: 1 },
    YieldDay: { v: 1510, u: 'Wh', d: 0 },
    YieldTotal: { v: 1234.567, u: 'kWh', d: 3 },
  },
  hints: { time_sync: false, radio_problem: false, default_password: false },
};
