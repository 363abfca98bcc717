import { startWebSocketDevice, type WebSocketDevice } from '../../../helpers/websocket-device.ts';

/** What a pulsatrix says of itself, paused and without a car */
export const STATUS = {
  vehicleStatus: 'A',
  lastActivePower: 0,
  voltage: [230.1, 229.8, 230.4],
  amperage: [0, 0, 0],
  amperageLimit: 6,
  energyImported: 1_234.5,
};

export type PulsatrixStatus = { [Key in keyof typeof STATUS]: unknown };

/** A pulsatrix that keeps what it is told. */
export interface Pulsatrix {
  readonly device: WebSocketDevice;
  readonly status: PulsatrixStatus;
  readonly hardware: { enabled: boolean; phases: 1 | 3 };
  readonly violations: string[];
  /** Commands that changed something */
  commands(): number;
  /** Changes values and tells all clients. */
  change(values: Partial<PulsatrixStatus>): void;
}

/** As it writes numbers that it does not know */
const write = (message: object): string => JSON.stringify({ message }).replaceAll('null', 'NaN');

export async function startPulsatrix(): Promise<Pulsatrix> {
  const status: PulsatrixStatus = { ...STATUS };
  const hardware: Pulsatrix['hardware'] = { enabled: false, phases: 3 };
  const violations: string[] = [];
  let commands = 0;
  const device = await startWebSocketDevice({
    opened: (client) => {
      const { vehicleStatus, ...rest } = status;
      client.send(write(rest));
      client.send(write({ vehicleStatus }));
    },
    message: (text) => {
      const [name, value = ''] = text.split('\n');
      if (name === 'setEnabled') {
        if (hardware.enabled !== (value === 'true')) commands += 1;
        hardware.enabled = value === 'true';
        if (!hardware.enabled && status.vehicleStatus === 'C') status.vehicleStatus = 'B';
      } else if (name === 'setCurrentLimit') {
        commands += 1;
        if (Number(value) < 6 || Number(value) > 32) violations.push(text);
        status.amperageLimit = Number(value);
      } else if (name === 'set1p3p') {
        commands += 1;
        if (status.vehicleStatus === 'C') violations.push('phases were switched while charging');
        hardware.phases = value === 'true' ? 1 : 3;
      } else violations.push(text);
      device.say(write({ amperageLimit: status.amperageLimit, vehicleStatus: status.vehicleStatus }));
    },
  });
  return {
    device,
    status,
    hardware,
    violations,
    commands: () => commands,
    change: (values) => {
      Object.assign(status, values);
      device.say(write(values));
    },
  };
}
