import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { delimiter } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Aedes } from 'aedes';
import { live, startDevices } from './device-server.ts';

/** One command for everything: a broker unless MQTT_BROKER names one, the devices, and evcc with this folder's configuration. */

const port = Number(process.env.BROKER_PORT ?? 1884);
const broker = process.env.MQTT_BROKER === undefined ? await startBroker(port) : undefined;
const address = process.env.MQTT_BROKER ?? `mqtt://127.0.0.1:${port}`;
const devices = await startDevices({ port: Number(process.env.WALLBOX_PORT ?? 8081), broker: address });
const stopTime = live(devices);
console.log(`wallbox ${devices.wallbox}, meters on ${address}${broker ? ` (${broker.name})` : ''}`);

const evcc = spawn(
  process.execPath,
  [fileURLToPath(new URL('../../core/cli.js', import.meta.url)), ...process.argv.slice(2)],
  {
    cwd: import.meta.dirname,
    env: { ...process.env, MQTT_BROKER: address, WALLBOX: devices.wallbox },
    stdio: 'inherit',
    // Ctrl+C reaches this program alone, which hands it on: broker and devices stay until evcc has said goodbye.
    detached: true,
  },
);
let asked = Number.NEGATIVE_INFINITY;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    // Terminal and npm may both say it, which is one wish; said again later it means: at once.
    if (performance.now() - asked < 1_000) return;
    asked = performance.now();
    evcc.kill(signal);
  });
}
const [code] = (await once(evcc, 'exit')) as [number | null];

stopTime();
await devices.close();
await broker?.stop();
process.exit(code ?? 1);

/** Mosquitto where it is installed, otherwise a broker in this program. */
async function startBroker(at: number): Promise<{ name: string; stop(): Promise<void> }> {
  const path = [process.env.PATH ?? '', '/usr/sbin', '/usr/local/sbin', '/opt/homebrew/sbin'].join(delimiter);
  const mosquitto = spawn('mosquitto', ['-p', String(at)], {
    stdio: 'ignore',
    detached: true,
    env: { ...process.env, PATH: path },
  });
  const started = await new Promise<boolean>((resolve) => {
    mosquitto.once('spawn', () => resolve(true));
    mosquitto.once('error', () => resolve(false));
  });
  if (started) {
    const stop = async () => {
      if (mosquitto.exitCode === null && mosquitto.kill()) await once(mosquitto, 'exit');
    };
    process.on('exit', () => void mosquitto.kill());
    return { name: 'Mosquitto', stop };
  }
  const aedes = await Aedes.createBroker();
  const server = createServer(aedes.handle).listen(at, '127.0.0.1');
  await once(server, 'listening');
  const stop = async () => {
    server.close();
    await new Promise<void>((resolve) => aedes.close(() => resolve()));
  };
  return { name: 'embedded; install mosquitto for a real one', stop };
}
