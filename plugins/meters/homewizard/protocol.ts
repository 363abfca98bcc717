import type { Answer } from '../../shared/answer.ts';
import { known } from '../../shared/http/json-device.ts';
import type { MeterValues } from '../../shared/meter-reading.ts';

/** HomeWizard Energy, local API v1 and v2 (api-documentation.homewizard.com): P1 meter, kWh meter, socket, battery. */

const PHASES = ['l1', 'l2', 'l3'];

/** `GET /api/v1/data` */
export function decodeV1(data: Answer): MeterValues {
  const phases = (name: (phase: string) => string) => PHASES.map((phase) => known(data.at(name(phase))));
  return {
    power: known(data.at('active_power_w')),
    powers: phases((phase) => `active_power_${phase}_w`),
    currents: phases((phase) => `active_current_${phase}_a`),
    voltages: phases((phase) => `active_voltage_${phase}_v`),
    energy: known(data.at('total_power_import_kwh'), 1_000),
    returnEnergy: known(data.at('total_power_export_kwh'), 1_000),
  };
}

/** `GET /api/measurement` */
export function decodeV2(data: Answer): MeterValues {
  const phases = (name: (phase: string) => string) => PHASES.map((phase) => known(data.at(name(phase))));
  return {
    power: known(data.at('power_w')),
    powers: phases((phase) => `power_${phase}_w`),
    currents: phases((phase) => `current_${phase}_a`),
    voltages: phases((phase) => `voltage_${phase}_v`),
    energy: known(data.at('energy_import_kwh'), 1_000),
    returnEnergy: known(data.at('energy_export_kwh'), 1_000),
    soc: known(data.at('state_of_charge_pct')),
  };
}
