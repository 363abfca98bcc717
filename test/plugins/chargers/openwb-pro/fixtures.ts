import openWbPro from '../../../../plugins/chargers/openwb-pro/index.ts';
import type { SimulatedHttpCharger } from '../../../helpers/http-charger.ts';

/** `GET /connect.php` of a box with version 11, beside what follows from its state. */
export const STATUS = {
  date: '2025:06:01-12:00:00',
  timestamp: 1_748_772_000,
  powers: [2_300, 2_290, 2_310],
  exported: 0,
  evse_signaling: 'PWM',
  vehicle_id: '--',
  rfid_tag: '',
  serial: '493826',
  frequency: 50.01,
  version: 11,
} as const;

/** Fields of the form that are no control of the charge */
const OTHERS = ['cp_interrupt', 'cp_interrupt_version', 'cp_interrupt_duration'];

export const box: SimulatedHttpCharger = {
  plugin: openWbPro,
  type: 'openwb-pro',
  state: {
    phases: 3,
    power: 0,
    currents: [0, 0, 0],
    voltages: [230, 230, 230],
    energy: 1_234_567,
    soc: 57,
  },
  serve: (box, model) => {
    const { state, command, complain } = model;
    box.route('GET /connect.php', () => ({
      json: {
        ...STATUS,
        power_all: model.invalid ? null : state.power,
        currents: state.currents,
        voltages: state.voltages,
        imported: state.energy,
        plug_state: state.status !== 'A',
        charge_state: state.status === 'C',
        phases_in_use: state.status === 'C' ? state.phases : 0,
        phases_target: state.phases,
        offered_current: state.enabled ? state.current : 0,
        soc_value: state.soc,
        soc_timestamp: STATUS.timestamp - 60,
      },
    }));
    box.route('POST /connect.php', ({ body, headers }) => {
      if (headers['content-type'] !== 'application/x-www-form-urlencoded') complain('no form');
      for (const [key, text] of new URLSearchParams(body)) {
        const value = Number(text);
        if (key === 'ampere' && value === 0) command({ enabled: false });
        else if (key === 'ampere' && value >= 6 && value <= 32) command({ enabled: true, current: value });
        else if (key === 'phasetarget' && (value === 1 || value === 3)) command({ phases: value });
        else if (OTHERS.includes(key)) command({});
        else if (key !== 'heartbeatenabled') complain(`${key}=${text}`);
      }
      return { text: 'OK' };
    });
  },
};
