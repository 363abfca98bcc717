import openEvse from '../../../../plugins/chargers/openevse/index.ts';
import type { SimulatedHttpCharger } from '../../../helpers/http-charger.ts';

const STATES: Readonly<Record<string, number>> = { A: 1, B: 2, C: 3, D: 4, F: 6 };

/** A single-phase box with firmware 7.1, which sleeps while it is disabled. */
export const box: SimulatedHttpCharger = {
  plugin: openEvse,
  type: 'openevse',
  options: { password: 'hush-hush' },
  secrets: ['hush-hush'],
  faults: ['refuse', 'hang', 'garbage', 'invalid', 'auth'],
  statuses: ['A', 'B', 'C', 'F'],
  state: { energy: 812_400 },
  serve: (box, model) => {
    const { state, command, complain } = model;
    box.route('GET /status', () => {
      const asleep = !state.enabled && (state.status === 'A' || state.status === 'B');
      return {
        json: {
          mode: 'STA',
          state: model.invalid ? null : asleep ? 254 : STATES[state.status],
          status: state.enabled ? 'active' : 'disabled',
          vehicle: state.status === 'A' ? 0 : 1,
          amp: state.status === 'C' ? state.current * 1_000 - 20 : 0,
          pilot: state.current,
          voltage: 230,
          session_energy: 2_110,
          total_energy: (state.energy ?? 0) / 1_000,
          elapsed: 1_820,
          manual_override: 1,
          temp: 312,
        },
      };
    });
    box.route('POST /override', ({ body }) => {
      const {
        state: wanted,
        charge_current: current,
        auto_release: release,
      } = JSON.parse(body) as Record<string, unknown>;
      if (release !== false) complain('the override would end by itself');
      if (current !== undefined && !(Number(current) >= 6 && Number.isInteger(current))) complain(`${current} A`);
      command({ enabled: wanted === 'active', ...(current !== undefined && { current: Number(current) }) });
      return { status: 201, text: '{"msg":"Created"}' };
    });
  },
};
