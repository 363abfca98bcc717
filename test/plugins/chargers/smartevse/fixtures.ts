import smartEvse from '../../../../plugins/chargers/smartevse/index.ts';
import type { SimulatedHttpCharger } from '../../../helpers/http-charger.ts';

/** A, B1 while it is paused, C1 for a moment until the car has stopped */
const stateOf = (status: string, enabled: boolean): number =>
  status === 'A' ? 0 : status === 'C' ? (enabled ? 2 : 10) : enabled ? 1 : 9;

export const box: SimulatedHttpCharger = {
  plugin: smartEvse,
  type: 'smartevse',
  options: { phaseSwitching: true },
  state: { phases: 3, power: 0, currents: [0, 0, 0], energy: 1_234_500 },
  serve: (box, model) => {
    const { state, command, complain } = model;
    const [l1, l2, l3] = [0, 1, 2].map((index) => () => Math.round((state.currents?.[index] ?? 0) * 10));
    box.route('GET /settings', () => ({
      json: {
        version: 'v3.6.9',
        mode: state.enabled ? 'NORMAL' : 'PAUSE',
        mode_id: model.invalid ? null : state.enabled ? 1 : 4,
        car_connected: state.status !== 'A',
        evse: {
          state_id: stateOf(state.status, state.enabled),
          error_id: 0,
          access: state.enabled ? 1 : 2,
          nrofphases: state.phases,
          rfid_lastread: '00000000000000',
        },
        settings: {
          charge_current: 160,
          override_current: Math.round(state.current * 10),
          current_min: 6,
          current_max: 32,
          enable_C2: 'Always On',
        },
        ev_meter: {
          description: 'Eastron3P',
          import_active_power: state.power,
          import_active_energy: state.energy,
          currents: { TOTAL: 0, L1: l1?.(), L2: l2?.(), L3: l3?.() },
        },
      },
    }));
    box.route('POST /settings', ({ query, body }) => {
      if (body !== '') complain('the body is not empty');
      const answer: Record<string, unknown> = {};
      for (const [key, text] of query) {
        const value = Number(text);
        answer[key] = value;
        if (key === 'mode' && (value === 1 || value === 4)) command({ enabled: value === 1 });
        else if (key === 'enable_C2' && (value === 1 || value === 3)) command({ phases: value });
        else if (key === 'override_current' && value >= 60 && value <= 320) command({ current: value / 10 });
        else answer[key] = 'Value not allowed!';
      }
      return { json: answer };
    });
  },
};
