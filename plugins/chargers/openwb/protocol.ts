import type { MqttCommand } from '../../shared/mqtt.ts';

/** Where a charge point of an openWB has its values, and how it is told what to do. Values are JSON. */
export interface OpenwbTopics {
  /** 0 or 1, or true or false */
  readonly plugged: string;
  readonly charging: string;
  /** W */
  readonly power: string;
  /** One list for all phases, or a topic for each */
  readonly currents: readonly string[];
  readonly voltages: readonly string[];
  readonly energy: string;
  /** Wh in one unit of `energy` */
  readonly energyUnit: number;
  /** Phases that it was told to use; absent: it does not say */
  readonly phases?: string;
  /** What identified the car; absent: it does not say */
  readonly identifier?: string;
  /** Changes all the time while the box works; absent: there is no such thing */
  readonly alive?: string;
  /** A */
  readonly currentStep: number;
  /** A, 0 to pause */
  setCurrent(current: number): MqttCommand;
  setPhases(phases: 1 | 3): readonly MqttCommand[];
  /** Interrupts the control pilot. */
  wakeUp(): MqttCommand;
  /** Tells the box that its controller is there; `now`: ms since the epoch */
  heartbeat(now: number): MqttCommand;
  /** ms between two of them, at most half of what the box waits before it stops */
  readonly heartbeatPause: number;
}

/**
 * openWB 2.x as secondary: the internal charge points 0 and 1. Stops 80 s after the last heartbeat.
 * Source: openWB/core, modules/internal_chargepoint_handler and modules/chargepoints/external_openwb.
 */
export function secondary(chargePoint: 1 | 2): OpenwbTopics {
  const number = chargePoint - 1;
  const point = `openWB/internal_chargepoint/${number}`;
  const set = (name: string, value: number | boolean): MqttCommand => ({
    topic: `openWB/set/internal_chargepoint/${number}/data/${name}`,
    payload: JSON.stringify(value),
  });
  return {
    plugged: `${point}/get/plug_state`,
    charging: `${point}/get/charge_state`,
    power: `${point}/get/power`,
    currents: [`${point}/get/currents`],
    voltages: [`${point}/get/voltages`],
    energy: `${point}/get/imported`,
    energyUnit: 1,
    phases: `${point}/data/phases_to_use`,
    identifier: `${point}/get/rfid`,
    currentStep: 0.1,
    setCurrent: (current) => set('set_current', current),
    setPhases: (phases) => [set('phases_to_use', phases), set('trigger_phase_switch', true)],
    wakeUp: () => set('cp_interruption_duration', 4),
    heartbeat: (now) => ({
      topic: 'openWB/set/internal_chargepoint/global_data',
      payload: JSON.stringify({ heartbeat: Math.floor(now / 1_000), parent_ip: null }),
    }),
    heartbeatPause: 20_000,
  };
}

/** openWB 1.9 that is only a charge point ("Nur Ladepunkt"). Stops some 10 s after the last heartbeat. */
export function satellite(chargePoint: 1 | 2): OpenwbTopics {
  const point = `openWB/lp/${chargePoint}`;
  const second = chargePoint === 2;
  const set = (name: string, payload: string, retain: boolean): MqttCommand => ({
    topic: `openWB/set/isss/${name}`,
    payload,
    retain,
  });
  const phases = (name: string): string[] => [1, 2, 3].map((phase) => `${point}/${name}Phase${phase}`);
  return {
    plugged: `${point}/boolPlugStat`,
    charging: `${point}/boolChargeStat`,
    power: `${point}/W`,
    currents: phases('A'),
    voltages: phases('V'),
    energy: `${point}/kWhCounter`,
    energyUnit: 1_000,
    alive: 'openWB/system/Timestamp',
    currentStep: 1,
    setCurrent: (current) => set(second ? 'Lp2Current' : 'Current', String(current), true),
    setPhases: (count) => [set(second ? 'U1p3pLp2' : 'U1p3p', String(count), true)],
    wakeUp: () => set(second ? 'Cpulp2' : 'Cpulp1', '1', true),
    heartbeat: () => set('heartbeat', '1', false),
    heartbeatPause: 5_000,
  };
}
