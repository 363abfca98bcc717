import { House } from './house.ts';
import { startMeters } from './meters.ts';
import { startWallbox } from './wallbox.ts';

/** The devices of the house, as a program of its own: a wallbox over HTTP and meters over MQTT. */

export interface Devices {
  readonly house: House;
  /** Address of the wallbox */
  readonly wallbox: string;
  /** Lets time pass and the meters send. */
  advance(seconds: number): Promise<void>;
  close(): Promise<void>;
}

/** `port` 0 takes any free one. */
export async function startDevices({ port, broker }: { port: number; broker: string }): Promise<Devices> {
  const house = new House();
  const wallbox = await startWallbox(house, port);
  const meters = await startMeters(house, broker);
  await meters.publish();
  return {
    house,
    wallbox: wallbox.url,
    advance: async (seconds) => {
      house.advance(seconds);
      await meters.publish();
    },
    close: async () => {
      await meters.close();
      await wallbox.close();
    },
  };
}

/** Lets the devices live in real time, with a sun that comes and goes every ten minutes. The returned function ends it. */
export function live(devices: Devices): () => void {
  const begin = performance.now();
  const timer = setInterval(() => {
    const minutes = (performance.now() - begin) / 60_000;
    devices.house.surroundings.pv = Math.max(0, Math.round(4_000 + 4_500 * Math.sin((minutes / 10) * 2 * Math.PI)));
    devices.advance(1).catch(() => {});
  }, 1_000);
  return () => clearInterval(timer);
}

if (import.meta.main) {
  const broker = process.env.MQTT_BROKER ?? 'mqtt://127.0.0.1:1883';
  const devices = await startDevices({ port: Number(process.env.WALLBOX_PORT ?? 8081), broker });
  live(devices);
  console.log(`wallbox ${devices.wallbox}, meters on ${broker}`);
}
