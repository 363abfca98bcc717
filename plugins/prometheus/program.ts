import { performance } from 'node:perf_hooks';
import type { Registry } from 'prom-client';
import type { DeviceState, Evcc, SiteState } from '../../core/index.ts';

type Library = typeof import('prom-client');

/** s; a cycle may take up to 5 s, and longer where a plugin measures for long */
const CYCLE_BUCKETS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Adds figures about the program: process, cycles, devices and the age of what they said. */
export function addProgram(evcc: Evcc, registry: Registry, { Counter, Gauge, Histogram }: Library): void {
  const registers = [registry];
  const gauge = (name: string, help: string, read: () => number): void => {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  };
  new Gauge({ name: 'evcc_build_info', help: 'Version of the server', labelNames: ['version'], registers }).set(
    { version: evcc.version },
    1,
  );
  new Counter({
    name: 'process_cpu_seconds_total',
    help: 'Time that the processor worked for the process',
    registers,
    collect() {
      const { user, system } = process.cpuUsage();
      this.reset();
      this.inc((user + system) / 1e6);
    },
  });
  gauge('process_resident_memory_bytes', 'Memory of the process', () => process.memoryUsage.rss());
  gauge('process_heap_bytes', 'Memory of the process that objects take', () => process.memoryUsage().heapUsed);
  gauge('process_start_time_seconds', 'When the process began, Unix time', () => performance.timeOrigin / 1_000);
  gauge(
    'evcc_event_loop_utilization_ratio',
    'Share of the time since the start in which the process was busy',
    () => performance.eventLoopUtilization().utilization,
  );
  gauge('evcc_healthy', '1: a cycle ended in time and with the site power known', () => (evcc.healthy() ? 1 : 0));

  const duration = new Histogram({
    name: 'evcc_cycle_duration_seconds',
    help: 'From the first reading of a cycle to its end',
    buckets: CYCLE_BUCKETS,
    registers,
  });
  evcc.hooks.cycled.tap('prometheus', (_, took) => duration.observe(took / 1_000));
  addDevices(evcc, registers, { Counter, Gauge });
}

function addDevices(evcc: Evcc, registers: Registry[], { Counter, Gauge }: Pick<Library, 'Counter' | 'Gauge'>): void {
  const failures = new Counter({
    name: 'evcc_device_failures_total',
    help: 'How often a device was lost: it gave no readings for so long that the house did without it',
    labelNames: ['kind', 'device'],
    registers,
  });
  evcc.hooks.event.tap('prometheus', (event) => {
    if (event.kind === 'devicelost') failures.inc({ kind: event.deviceKind, device: event.device });
  });
  new Gauge({
    name: 'evcc_device_up',
    help: '1: the device gives readings',
    labelNames: ['kind', 'device'],
    registers,
    collect() {
      this.reset();
      for (const { kind, name, state } of devicesOf(evcc))
        this.set({ kind, device: name }, state === 'available' ? 1 : 0);
    },
  });
  let site: SiteState | undefined;
  evcc.hooks.measured.tap('prometheus', (measured) => {
    site = measured;
  });
  new Gauge({
    name: 'evcc_reading_age_seconds',
    help: 'Age of the last reading of a meter or charger',
    labelNames: ['device'],
    registers,
    collect() {
      this.reset();
      for (const { name, sample } of sampledOf(site)) {
        if (sample) this.set({ device: name }, Math.max(0, evcc.clock.now() - sample.at) / 1_000);
      }
    },
  });
}

interface Device {
  readonly kind: string;
  readonly name: string;
  readonly state: string;
}

function devicesOf({ state }: Evcc): readonly Device[] {
  const devices = state.site.get('devices');
  return Array.isArray(devices) ? (devices as readonly Device[]) : [];
}

function sampledOf(site: SiteState | undefined): readonly Pick<DeviceState<unknown>, 'name' | 'sample'>[] {
  if (!site) return [];
  const { grid, pv, battery, aux, ext, consumers } = site.readings;
  const chargers = site.loadpoints.flatMap(({ name, charger }) => (charger ? [{ name, sample: charger }] : []));
  return [...(grid ? [grid] : []), ...pv, ...battery, ...aux, ...ext, ...consumers, ...chargers];
}
