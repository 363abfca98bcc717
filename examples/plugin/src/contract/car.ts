import { applyPlugin, type VehicleHardware, type VehiclePeer } from 'evcc/testing';
import acme from '../index.ts';
import { startDevice } from './server.ts';

const PLUGS = { A: 'out', B: 'in', C: 'charging' } as const;

/** The service of the car's maker as the contract sees it. */
export async function carPeer(): Promise<VehiclePeer> {
  const car: Record<string, unknown> = { percent: 57, kilometres: 281, odometer: 48_211, plug: 'out' };
  let known: VehicleHardware = { soc: 57, range: 281, odometer: 48_211, status: 'A' };
  const token = 'acme-car-token';
  const server = await startDevice(0, (asked) => (asked.token !== token ? 401 : asked.path === '/car' ? car : 404));
  const { vehicles } = await applyPlugin(acme);
  return {
    device: await vehicles.create('acme-ev', { url: `http://${server.host}/car`, token, cache: 0 }),
    secrets: [token],
    state: () => known,
    set({ soc, range, odometer, status }) {
      const changed = { soc, range, odometer, status };
      known = { ...known, ...Object.fromEntries(Object.entries(changed).filter(([, value]) => value !== undefined)) };
      Object.assign(car, { percent: known.soc, kilometres: known.range, odometer: known.odometer });
      car.plug = PLUGS[known.status ?? 'A'];
    },
    omit(field) {
      const names = { soc: 'percent', range: 'kilometres', odometer: 'odometer', status: 'plug' } as const;
      if (!(field in names)) return false;
      delete car[names[field as keyof typeof names]];
      const { [field]: _, ...others } = known;
      known = others;
      return true;
    },
    ...server,
    // A car that says nothing is none that says nonsense.
    faults: server.faults.filter((fault) => fault !== 'invalid'),
  };
}
