import { systemClock } from '../../core/clock.ts';
import type { MeterDevice, Plugin } from '../../core/index.ts';
import { applyPlugin, type MeterHardware, type MeterPeer } from '../contract/index.ts';
import { startTelegramDevice } from './telegram-device.ts';

type State = { -readonly [Key in keyof MeterHardware]: MeterHardware[Key] };

/** How a kind of meter writes what it measures. */
export interface TelegramWriter {
  readonly type: string;
  readonly plugin: Plugin;
  encode(state: MeterHardware): Uint8Array;
  /** Without a power */
  encodeInvalid(): Uint8Array;
  /** With a wrong checksum */
  encodeDamaged(): Uint8Array;
}

/** A meter that sends by itself, for the contract of meters. */
export function telegramPeer({ type, plugin, encode, encodeInvalid, encodeDamaged }: TelegramWriter) {
  return async (): Promise<MeterPeer> => {
    const box = await startTelegramDevice();
    const applied = await applyPlugin(plugin);
    let later = 0;
    const clock = { ...systemClock, now: () => systemClock.now() + later };
    const device: MeterDevice = await applied.meters.create(type, { host: '127.0.0.1', port: box.port }, { clock });
    const state: State = {
      power: 0,
      powers: [0, 0, 0],
      currents: [0, 0, 0],
      voltages: [230, 230, 230],
      energy: 1_000,
      returnEnergy: 500,
    };
    box.send(encode(state));
    return {
      device,
      state: () => state,
      set: ({ soc, batteryMode, ...known }) => {
        Object.assign(state, known);
        box.send(encode(state));
      },
      faults: ['refuse', 'hang', 'garbage', 'invalid'],
      fail: async (fault) => {
        // A telegram counts for a while after the connection broke.
        later += 60_000;
        if (fault === 'garbage') box.send(encodeDamaged());
        else if (fault === 'invalid') box.send(encodeInvalid());
        else await box.fail(fault === 'hang' ? 'hang' : 'refuse');
      },
      recover: async () => {
        box.send(encode(state));
        await box.recover();
      },
      connections: box.connections,
      close: async () => {
        await applied.remove();
        await box.close();
      },
    };
  };
}
