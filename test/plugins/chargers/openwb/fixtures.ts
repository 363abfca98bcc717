import type { ChargerHardware } from '../../../contract/index.ts';
import { type MqttDevice, startMqttDevice } from '../../../helpers/mqtt-device.ts';

export type Software = '2.x' | '1.9';
export type OpenwbState = { -readonly [Key in keyof ChargerHardware]: ChargerHardware[Key] };

/** An openWB that keeps what it is told, as its first charge point. */
export interface Openwb {
  readonly box: MqttDevice;
  readonly state: OpenwbState;
  readonly violations: string[];
  /** Commands that changed something */
  commands(): number;
  /** Heartbeats that arrived */
  heartbeats(): number;
  /** Publishes what it is and measures. */
  show(): Promise<void>;
  /** Publishes these values instead of its own from now on, also when it is told something. */
  spoil(values: Readonly<Record<string, unknown>>): Promise<void>;
}

/** Topics of the first charge point as both versions publish them */
export const topicsOf = (software: Software, state: OpenwbState): Record<string, unknown> => {
  const { status, power, currents = [], voltages = [], energy = 0, identifier, phases } = state;
  const plugged = status !== 'A';
  const charging = status === 'C';
  if (software === '2.x') {
    const point = 'openWB/internal_chargepoint/0';
    return {
      [`${point}/get/plug_state`]: plugged,
      [`${point}/get/charge_state`]: charging,
      [`${point}/get/power`]: power,
      [`${point}/get/currents`]: currents,
      [`${point}/get/voltages`]: voltages,
      [`${point}/get/imported`]: energy,
      [`${point}/get/rfid`]: identifier ? JSON.stringify(identifier) : null,
      [`${point}/data/phases_to_use`]: phases,
    };
  }
  const phase = (name: string, values: readonly number[]) =>
    Object.fromEntries(values.map((value, index) => [`openWB/lp/1/${name}Phase${index + 1}`, value]));
  return {
    'openWB/system/Timestamp': 1_750_000_000,
    'openWB/lp/1/boolPlugStat': plugged ? 1 : 0,
    'openWB/lp/1/boolChargeStat': charging ? 1 : 0,
    'openWB/lp/1/W': power,
    'openWB/lp/1/kWhCounter': energy / 1_000,
    ...phase('A', currents),
    ...phase('V', voltages),
  };
};

export async function startOpenwb(software: Software): Promise<Openwb> {
  const state: OpenwbState = {
    status: 'A',
    enabled: false,
    current: 0,
    phases: 3,
    power: 0,
    currents: [0, 0, 0],
    voltages: [230, 230, 230],
    energy: 1_000,
    ...(software === '2.x' && { identifier: '' }),
  };
  const violations: string[] = [];
  let commands = 0;
  let heartbeats = 0;
  let wanted: 1 | 3 = 3;
  let spoilt: Readonly<Record<string, unknown>> = {};

  const setCurrent = (current: number): void => {
    if (current !== (state.enabled ? state.current : 0)) commands += 1;
    if (current !== 0 && (current < 6 || current > 32)) violations.push(`current of ${current} A`);
    state.enabled = current > 0;
    if (current > 0) state.current = current;
    else if (state.status === 'C') state.status = 'B';
  };
  const setPhases = (phases: 1 | 3): void => {
    commands += 1;
    if (state.status === 'C') violations.push('phases were switched while charging');
    state.phases = phases;
  };
  const point = 'openWB/set/internal_chargepoint';
  const box = await startMqttDevice(({ topic, payload, retain }) => {
    const value = JSON.parse(payload);
    if (software === '2.x' && retain) violations.push(`${topic} is retained`);
    if (topic === `${point}/global_data`) {
      heartbeats += 1;
      if (!Number.isInteger(value.heartbeat) || value.parent_ip !== null) violations.push(payload);
    } else if (topic === `${point}/0/data/set_current`) setCurrent(value);
    else if (topic === `${point}/0/data/phases_to_use`) wanted = value;
    else if (topic === `${point}/0/data/trigger_phase_switch`) setPhases(wanted);
    else if (topic === 'openWB/set/isss/heartbeat') heartbeats += 1;
    else if (topic === 'openWB/set/isss/Current') setCurrent(value);
    else if (topic === 'openWB/set/isss/U1p3p') setPhases(value);
    else if (topic === `${point}/0/data/cp_interruption_duration` || topic === 'openWB/set/isss/Cpulp1') commands += 1;
    else violations.push(topic);
    void show();
  });
  const show = (): Promise<void> => box.say({ ...topicsOf(software, state), ...spoilt });
  const spoil = (values: Readonly<Record<string, unknown>>): Promise<void> => {
    spoilt = values;
    return show();
  };
  await show();
  return { box, state, violations, commands: () => commands, heartbeats: () => heartbeats, show, spoil };
}
