import warp from '../../../../plugins/chargers/warp/index.ts';
import { startDigest } from '../../../helpers/digest-device.ts';
import type { ChargerModel, SimulatedHttpCharger } from '../../../helpers/http-charger.ts';
import type { HttpDevice } from '../../../helpers/http-device.ts';

const STATES: Readonly<Record<string, number>> = { A: 0, B: 1, C: 2, D: 3, F: 4 };
const IDS = [1, 2, 3, 13, 17, 21, 74, 209];
const MEASURED = { power: 0, currents: [0, 0, 0], voltages: [230, 230, 231], energy: 1_842_331 } as const;
export const LOGIN = { user: 'evcc', password: 'hush-hush' } as const;

/** Each path of the tree can be read with GET; commands are PUT. */
type Tree = Readonly<Record<string, () => unknown>>;
type Commands = Readonly<Record<string, (body: Readonly<Record<string, unknown>>) => void>>;

function evse(model: ChargerModel): [Tree, Commands] {
  const { state, command, complain } = model;
  return [
    {
      'evse/state': () => ({
        iec61851_state: model.invalid ? null : STATES[state.status],
        charger_state: 2,
        allowed_charging_current: state.enabled ? state.current * 1_000 : 0,
        error_state: 0,
      }),
      'evse/external_enabled': () => ({ enabled: true }),
      'evse/external_current': () => ({ current: state.enabled ? Math.round(state.current * 1_000) : 0 }),
    },
    {
      'evse/external_current': ({ current }) => {
        const wanted = Number(current) / 1_000;
        if (wanted !== 0 && (wanted < 6 || wanted > 32)) complain(`${wanted} A`);
        command(wanted === 0 ? { enabled: false } : { enabled: true, current: wanted });
      },
    },
  ];
}

const phases = ({ state, command }: ChargerModel): [Tree, Commands] => [
  {
    'power_manager/state': () => ({ external_control: 0 }),
    'power_manager/low_level_state': () => ({ is_3phase: state.phases === 3 }),
  },
  { 'power_manager/external_control': ({ phases_wanted: wanted }) => command({ phases: wanted === 1 ? 1 : 3 }) },
];

function serve(box: HttpDevice, [tree, commands]: [Tree, Commands], secured: boolean): void {
  const digest = startDigest({ realm: 'warp', ...LOGIN });
  const guard: typeof digest.guard = secured ? digest.guard : (route) => route;
  for (const [path, value] of Object.entries(tree)) {
    box.route(
      `GET /${path}`,
      guard(() => ({ json: value() })),
    );
  }
  for (const [path, carryOut] of Object.entries(commands)) {
    box.route(
      `PUT /${path}`,
      guard(({ body }) => {
        carryOut(JSON.parse(body) as Record<string, unknown>);
        return { text: '' };
      }),
    );
  }
}

/** A WARP 3 or 4 with login, card reader, meter, phase switching and ISO 15118. */
export const warp3: SimulatedHttpCharger = {
  plugin: warp,
  type: 'warp',
  options: LOGIN,
  secrets: ['hush-hush'],
  faults: ['refuse', 'hang', 'garbage', 'invalid', 'auth'],
  statuses: ['A', 'B', 'C', 'F'],
  state: { ...MEASURED, phases: 3, soc: 57 },
  serve: (box, model) => {
    const { state } = model;
    const [tree, commands] = evse(model);
    const [more, switching] = phases(model);
    const features = ['evse', 'meters', 'nfc', 'phase_switch', 'iso15118'];
    const all: Tree = {
      ...tree,
      ...more,
      'info/features': () => features,
      'meters/0/value_ids': () => IDS,
      'meters/0/values': () => [
        ...(state.voltages ?? []),
        ...(state.currents ?? []),
        state.power,
        (state.energy ?? 0) / 1_000,
      ],
      'charge_tracker/current_charge': () => ({ user_id: 1, authorization_info: { tag_id: '04:AB:CD' } }),
      'evse/user_enabled': () => ({ enabled: true }),
      'evse/user_current': () => ({ current: 32_000 }),
      'ev/state': () => ({ soc: state.soc, mac: 'AA:BB' }),
    };
    serve(box, [all, { ...commands, ...switching }], true);
  },
};

/** A WARP 1 with an old firmware and an Energy Manager, here under the same address. */
export const warp1: SimulatedHttpCharger = {
  plugin: warp,
  type: 'warp',
  address: (url) => ({ host: url, energyManager: url }),
  statuses: ['A', 'B', 'C', 'F'],
  state: { ...MEASURED, phases: 3 },
  serve: (box, model) => {
    const { state } = model;
    const [tree, commands] = evse(model);
    const [more, switching] = phases(model);
    const all: Tree = {
      ...tree,
      ...more,
      'info/features': () => ['evse', 'meter', 'meter_phases', 'meter_all_values'],
      'meter/values': () => ({ power: state.power, energy_rel: 1.5, energy_abs: (state.energy ?? 0) / 1_000 }),
      'meter/all_values': () => [...(state.voltages ?? []), ...(state.currents ?? []), 50],
    };
    serve(box, [all, { ...commands, ...switching }], false);
  },
};

/** A WARP without meter, cards and phase switching. */
export const smart: SimulatedHttpCharger = {
  plugin: warp,
  type: 'warp',
  serve: (box, model) => {
    const [tree, commands] = evse(model);
    serve(box, [{ ...tree, 'info/features': () => ['evse'] }, commands], false);
  },
};
