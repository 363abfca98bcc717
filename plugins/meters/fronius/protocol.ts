import type { BatteryMode } from '../../../core/index.ts';
import type { Answer } from '../../shared/answer.ts';
import { known } from '../../shared/http/json-device.ts';
import type { MeterValues } from '../../shared/meter-reading.ts';

/** Fronius Solar API v1 (42,0410,2012), and the schedules of the battery as the inverter's own page sets them. */

export const POWER_FLOW = '/solar_api/v1/GetPowerFlowRealtimeData.fcgi';
export const METERS = '/solar_api/v1/GetMeterRealtimeData.cgi?Scope=System';
/** Since firmware 1.36.5, and before */
export const SCHEDULES = ['/api/config/timeofuse', '/config/timeofuse'] as const;

/** What an answer holds, unless its head says that something went wrong. */
export function dataOf(answer: Answer): Answer {
  const status = answer.at('Head').at('Status');
  const code = known(status.at('Code'));
  if (code !== undefined && code !== 0) {
    const reason = status.at('Reason');
    answer.refuse(`status ${code}${reason.absent ? '' : ` (${reason.text().slice(0, 80)})`}`);
  }
  return answer.at('Body').at('Data');
}

/** Generation; at night there is none, which is 0. */
export function decodePv(flow: Answer): MeterValues {
  const site = flow.at('Site');
  return { power: known(site.at('P_PV')) ?? 0, energy: known(site.at('E_Total')) };
}

export function decodeBattery(flow: Answer): MeterValues {
  const inverters = flow.at('Inverters').entries();
  const soc = inverters.map(([, inverter]) => known(inverter.at('SOC'))).find((value) => value !== undefined);
  const power = known(flow.at('Site').at('P_Akku'));
  // In standby it has a soc and no power.
  return { power: power ?? (soc === undefined ? undefined : 0), soc };
}

/** Power at the grid connection, for houses whose meter is not there. */
export function decodeGrid(flow: Answer): MeterValues {
  return { power: known(flow.at('Site').at('P_Grid')) };
}

/** The meter at the grid connection; `undefined`: it is elsewhere, or there is none. */
export function decodeMeter(meters: Answer): MeterValues | undefined {
  const all = meters.entries().map(([, meter]) => meter);
  const location = (meter: Answer) =>
    known(meter.at('Meter_Location_Current')) ?? known(meter.at('SMARTMETER_VALUE_LOCATION_U16'));
  const meter = all.find((candidate) => location(candidate) === 0);
  if (!meter) return undefined;
  // The first names are those of the documentation, the others those of GEN24.
  const either = (...names: readonly string[]): number | undefined =>
    names.map((name) => known(meter.at(name))).find((value) => value !== undefined);
  const phases = (name: (phase: number) => readonly string[]) => [1, 2, 3].map((phase) => either(...name(phase)));
  return {
    power: either('PowerReal_P_Sum', 'SMARTMETER_POWERACTIVE_MEAN_SUM_F64'),
    powers: phases((phase) => [`PowerReal_P_Phase_${phase}`, `SMARTMETER_POWERACTIVE_MEAN_0${phase}_F64`]),
    currents: phases((phase) => [`Current_AC_Phase_${phase}`, `SMARTMETER_CURRENT_0${phase}_F64`]),
    voltages: phases((phase) => [`Voltage_AC_Phase_${phase}`, `SMARTMETER_VOLTAGE_0${phase}_F64`]),
    energy: either('EnergyReal_WAC_Sum_Consumed', 'SMARTMETER_ENERGYACTIVE_CONSUMED_SUM_F64'),
    returnEnergy: either('EnergyReal_WAC_Sum_Produced', 'SMARTMETER_ENERGYACTIVE_PRODUCED_SUM_F64'),
  };
}

const ALWAYS = {
  TimeTable: { Start: '00:00', End: '23:59' },
  Weekdays: { Mon: true, Tue: true, Wed: true, Thu: true, Fri: true, Sat: true, Sun: true },
};

/** The schedules of a mode; `power` in W. They hold until they are changed. */
export function schedulesOf(mode: BatteryMode, power: number): object {
  const always = (ScheduleType: string, Power: number) => ({ Active: true, Power, ScheduleType, ...ALWAYS });
  const schedules: Readonly<Record<BatteryMode, readonly object[]>> = {
    normal: [],
    hold: [always('DISCHARGE_MAX', 0)],
    charge: [always('CHARGE_MIN', power)],
    holdcharge: [always('CHARGE_MAX', 0)],
  };
  return { timeofuse: schedules[mode] };
}
