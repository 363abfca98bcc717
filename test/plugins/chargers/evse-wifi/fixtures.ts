import evseWifi from '../../../../plugins/chargers/evse-wifi/index.ts';
import type { SimulatedHttpCharger } from '../../../helpers/http-charger.ts';

const STATES: Readonly<Record<string, number>> = { A: 1, B: 2, C: 3, F: 5 };

/** @param fine its controller knows steps of 0.01 A */
export const box = (fine: boolean): SimulatedHttpCharger => ({
  plugin: evseWifi,
  type: 'evse-wifi',
  statuses: ['A', 'B', 'C', 'F'],
  state: { power: 0, currents: [0, 0, 0], voltages: [230, 231, 229], energy: 2_210_400 },
  serve: (box, model) => {
    const { state, command, complain } = model;
    box.route('GET /getParameters', () => {
      const offered = state.enabled ? state.current : 0;
      const [i1, i2, i3] = state.currents ?? [];
      const [u1, u2, u3] = state.voltages ?? [];
      const parameters = {
        vehicleState: model.invalid ? null : STATES[state.status],
        evseState: state.enabled,
        maxCurrent: 16,
        actualCurrent: Math.floor(offered),
        ...(fine && { actualCurrentMA: Math.round(offered * 100) }),
        actualPower: (state.power ?? 0) / 1_000,
        duration: 1_820_000,
        alwaysActive: true,
        useMeter: true,
        lastActionUser: 'API',
        energy: 3.4,
        meterReading: (state.energy ?? 0) / 1_000,
        currentP1: i1,
        currentP2: i2,
        currentP3: i3,
        voltageP1: u1,
        voltageP2: u2,
        voltageP3: u3,
        RFIDUID: '',
      };
      return { json: { type: 'parameters', list: [parameters] } };
    });
    box.route('GET /setCurrent', ({ query }) => {
      const current = Number(query.get('current')) / (fine ? 100 : 1);
      if (current === 0) command({ enabled: false });
      else if (current >= 6 && current <= 16) command({ enabled: true, current });
      else {
        complain(`${current} A`);
        return { text: 'E1_could not set current - give a value between 6 and 16' };
      }
      return { text: 'S0_set current to given value' };
    });
    box.route('GET /interruptCp', () => {
      command({});
      return { text: 'S0_interrupted CP signal' };
    });
  },
});
