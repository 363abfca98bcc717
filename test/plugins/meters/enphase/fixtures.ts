/** Answer to `GET /production.json?details=1`, composed from the vendor's documentation. */
export const PRODUCTION = {
  production: [
    { type: 'inverters', activeCount: 18, readingTime: 1748772000, wNow: 3120, whLifetime: 12840000 },
    {
      type: 'eim',
      activeCount: 1,
      measurementType: 'production',
      wNow: 3098.2,
      whLifetime: 12910422.1,
      lines: [{ wNow: 1032.1, rmsCurrent: 4.5, rmsVoltage: 230.9 }],
    },
  ],
  consumption: [
    { type: 'eim', activeCount: 1, measurementType: 'total-consumption', wNow: 1220.4 },
    {
      type: 'eim',
      activeCount: 1,
      measurementType: 'net-consumption',
      wNow: -1877.8,
      whLifetime: 4210000.4,
      lines: [
        { wNow: -620.1, rmsCurrent: 2.9, rmsVoltage: 231.0 },
        { wNow: -600.2, rmsCurrent: 2.6, rmsVoltage: 230.0 },
        { wNow: -657.5, rmsCurrent: 3.0, rmsVoltage: 232.0 },
      ],
    },
  ],
  storage: [{ type: 'acb', activeCount: 0, wNow: 0, whNow: 0, state: 'idle' }],
};

/** Answer to `GET /ivp/livedata/status` */
export const LIVE = {
  meters: {
    soc: 73,
    main_relay_state: 1,
    pv: { agg_p_mw: 2345678 },
    storage: { agg_p_mw: -1234567 },
    grid: { agg_p_mw: 100 },
    load: { agg_p_mw: 1111211 },
  },
};
