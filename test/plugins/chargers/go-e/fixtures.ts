import goE from '../../../../plugins/chargers/go-e/index.ts';
import type { ChargerModel, SimulatedHttpCharger } from '../../../helpers/http-charger.ts';

const CAR: Readonly<Record<string, number>> = { A: 1, B: 3, C: 2 };
const carOf = ({ state }: ChargerModel): number => CAR[state.status] ?? 0;
const MEASURED = { power: 0, currents: [0, 0, 0], voltages: [231, 230, 232], energy: 1_830_400 } as const;

/** Properties of a Gemini 22 kW with firmware 051.4, beside those that follow from its state. */
export interface GoEProperties {
  frc: number;
  fup: boolean;
  acs: number;
  trx: number | null;
  wh: number | null;
  cards?: readonly object[];
}

export const properties = (): GoEProperties => ({
  frc: 1,
  fup: false,
  acs: 0,
  trx: null,
  wh: 4_120.5,
  cards: [{ name: 'Anna', energy: 12_000, cardId: true }],
});

/** API v2: `/api/status?filter=…` and `/api/set?key=value`. */
export const v2 = (own: GoEProperties = properties()): SimulatedHttpCharger => ({
  plugin: goE,
  type: 'go-e',
  state: { ...MEASURED, phases: 3 },
  serve: (box, model) => {
    const { state, command, complain } = model;
    box.route('GET /api/status', ({ query }) => {
      const all: Record<string, unknown> = {
        ...own,
        car: carOf(model),
        alw: state.enabled,
        amp: state.current,
        psm: state.phases === 1 ? 1 : 2,
        nrg: [...(state.voltages ?? []), 0, ...(state.currents ?? []), 0, 0, 0, 0, state.power, 99, 99, 99, 0],
        eto: state.energy,
        ...(model.invalid && { frc: null }),
      };
      const wanted = query.get('filter')?.split(',') ?? [];
      if (wanted.length === 0) complain('the whole status was asked for');
      return { json: Object.fromEntries(wanted.filter((key) => key in all).map((key) => [key, all[key]])) };
    });
    const carryOut: Readonly<Record<string, (value: unknown) => void>> = {
      frc: (value) => command({ enabled: value === 2 }),
      amp: (value) => {
        if (!Number.isInteger(value) || Number(value) < 6 || Number(value) > 32) complain(`amp=${value}`);
        command({ current: Number(value) });
      },
      psm: (value) => command({ phases: value === 1 ? 1 : 3 }),
      su: () => command({}),
      fup: () => command({}),
    };
    box.route('GET /api/set', ({ query }) => {
      const answers = [...query].map(([key, text]) => {
        const value: unknown = JSON.parse(text);
        if (!carryOut[key]) return [key, 'unknown key'];
        carryOut[key](value);
        if (key in own) Object.assign(own, { [key]: value });
        return [key, true];
      });
      return { json: Object.fromEntries(answers) };
    });
  },
});

/** API v1: everything is a text, and a command is answered with the status. */
export const v1: SimulatedHttpCharger = {
  plugin: goE,
  type: 'go-e',
  options: { api: 'v1' },
  state: { ...MEASURED, power: 0 },
  serve: (box, model) => {
    const { state, command, complain } = model;
    const status = () => ({
      json: {
        version: 'B',
        car: String(carOf(model)),
        alw: state.enabled ? '1' : '0',
        amp: String(state.current),
        nrg: [
          ...(state.voltages ?? []),
          0,
          ...(state.currents ?? []).map((current) => Math.round(current * 10)),
          0,
          0,
          0,
          0,
          Math.round((state.power ?? 0) / 10),
          0,
          0,
          0,
          0,
        ],
        eto: String(Math.round((state.energy ?? 0) / 100)),
        dws: '1224000',
        uby: '2',
        rna: 'Anna',
        rnm: 'Ben',
        ...(model.invalid && { car: '' }),
      },
    });
    box.route('GET /status', status);
    box.route('GET /mqtt', ({ query }) => {
      const [key = '', value = ''] = query.get('payload')?.split('=') ?? [];
      if (key === 'alw') command({ enabled: value === '1' });
      else if (key === 'amx' && Number(value) >= 6 && Number(value) <= 32) command({ current: Number(value) });
      else complain(`${key}=${value}`);
      return status();
    });
  },
};
