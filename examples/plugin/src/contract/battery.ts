import { applyPlugin, type MeterPeer } from 'evcc/testing';
import acme from '../index.ts';
import { startDevice } from './server.ts';

/** The home battery as the contract sees it: an HTTP server that keeps what it was told. */
export async function batteryPeer(): Promise<MeterPeer> {
  const status = { watts: 0, chargedKwh: 1_200.5, dischargedKwh: 1_100.25, percent: 50, mode: 'auto' };
  const controls: object[] = [];
  const server = await startDevice(0, ({ method, path, body }) => {
    if (path === '/v2/battery' && method === 'GET') return status;
    if (path !== '/v2/battery/control' || method !== 'PUT') return 404;
    controls.push(body as object);
    return Object.assign(status, body);
  });
  const { meters } = await applyPlugin(acme);
  return {
    device: await meters.create('acme-battery', { host: server.host }),
    state: () => ({
      power: -status.watts,
      energy: status.dischargedKwh * 1_000,
      returnEnergy: status.chargedKwh * 1_000,
      soc: status.percent,
      batteryMode: status.mode === 'auto' ? 'normal' : status.mode === 'idle' ? 'hold' : 'charge',
    }),
    set({ power, energy, returnEnergy, soc }) {
      if (power !== undefined) status.watts = -power;
      if (energy !== undefined) status.dischargedKwh = energy / 1_000;
      if (returnEnergy !== undefined) status.chargedKwh = returnEnergy / 1_000;
      if (soc !== undefined) status.percent = soc;
    },
    writes: () => controls.length,
    ...server,
  };
}
