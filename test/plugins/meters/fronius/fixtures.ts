/** Answers composed from the documentation of the Solar API. */
export const FLOW = {
  Body: {
    Data: {
      Inverters: { '1': { Battery_Mode: 'normal', DT: 1, E_Total: 21834120.5, P: 4120, SOC: 63.2 } },
      Site: {
        BatteryStandby: false,
        E_Day: null,
        E_Total: 21834120.5,
        Meter_Location: 'grid',
        Mode: 'bidirectional',
        P_Akku: -1512.3,
        P_Grid: -820.4,
        P_Load: -3300.1,
        P_PV: 5632.8,
      },
      Version: '12',
    },
  },
  Head: { Status: { Code: 0 } },
};

export const NIGHT = {
  Body: {
    Data: {
      Inverters: { '1': { DT: 1, P: 0, SOC: 12 } },
      Site: { E_Total: null, P_Akku: null, P_Grid: 433.1, P_Load: -433.1, P_PV: null },
    },
  },
  Head: { Status: { Code: 0 } },
};

/** Of a Smart Meter 63A-3 at a Symo, and a foreign inverter's meter beside it */
export const METER = {
  Body: {
    Data: {
      '0': { Meter_Location_Current: 256, PowerReal_P_Sum: 99 },
      '1': {
        Current_AC_Phase_1: 4.1,
        Current_AC_Phase_2: 3.2,
        Current_AC_Phase_3: 1.5,
        EnergyReal_WAC_Sum_Consumed: 1234567,
        EnergyReal_WAC_Sum_Produced: 7654321,
        Meter_Location_Current: 0,
        PowerReal_P_Phase_1: -900.5,
        PowerReal_P_Phase_2: 700,
        PowerReal_P_Phase_3: 300.5,
        PowerReal_P_Sum: 100,
        Voltage_AC_Phase_1: 230.1,
        Voltage_AC_Phase_2: 231.2,
        Voltage_AC_Phase_3: 229.8,
      },
    },
  },
  Head: { Status: { Code: 0 } },
};

/** Of a GEN24 */
export const METER_GEN24 = {
  Body: {
    Data: {
      '0': {
        SMARTMETER_POWERACTIVE_MEAN_SUM_F64: -1500.5,
        SMARTMETER_ENERGYACTIVE_CONSUMED_SUM_F64: 1000.5,
        SMARTMETER_ENERGYACTIVE_PRODUCED_SUM_F64: 2000.5,
        SMARTMETER_VOLTAGE_01_F64: 230,
        SMARTMETER_VOLTAGE_02_F64: 231,
        SMARTMETER_VOLTAGE_03_F64: 232,
        SMARTMETER_VALUE_LOCATION_U16: 0,
      },
    },
  },
  Head: { Status: { Code: 0 } },
};

export const DISABLED = {
  Body: {},
  Head: { Status: { Code: 12, Reason: 'Solar API is disabled' } },
};
