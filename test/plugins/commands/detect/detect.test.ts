import type { networkInterfaces } from 'node:os';
import { describe, expect, onTestFinished, test } from 'vitest';
import { time } from '../../../../core/clock.ts';
import { fail } from '../../../../core/errors.ts';
import type { CommandContext } from '../../../../core/index.ts';
import { described } from '../../../../plugins/commands/detect/index.ts';
import { detect, type Found } from '../../../../plugins/commands/detect/probe.ts';
import { addressesOf, ownRanges } from '../../../../plugins/commands/detect/ranges.ts';
import { temporaryFolder } from '../../../helpers/folder.ts';
import { freePort } from '../../../helpers/free-port.ts';
import { startHttpDevice } from '../../../helpers/http-device.ts';
import { createLineClock } from '../../../helpers/line-clock.ts';
import { startModbusDevice } from '../../../helpers/modbus-device.ts';
import { runCommand } from '../../../helpers/run-command.ts';

/** What is found on loopback where one of the usual ports is that of a device of the test; `meanwhile`: after it was called. */
async function found(
  usual: number,
  port: number,
  signal = new AbortController().signal,
  meanwhile = (): void => {},
): Promise<readonly Found[]> {
  const closed = await freePort();
  const context = { clock: createLineClock(1), time, fail, signal, progress: () => {} } as unknown as CommandContext;
  const all: Found[] = [];
  const asking = detect(['127.0.0.1'], context, { at: (asked) => (asked === usual ? port : closed) }, (device) =>
    all.push(device),
  );
  meanwhile();
  await asking;
  return all;
}

const words = (text: string, count: number): number[] => {
  const bytes = Buffer.alloc(count * 2);
  bytes.write(text, 'latin1');
  return Array.from({ length: count }, (_, index) => bytes.readUInt16BE(index * 2));
};

describe('over HTTP', () => {
  test.each<[string, `GET /${string}`, object, Partial<Found>]>([
    [
      'go-e',
      'GET /api/status',
      { sse: '123456', typ: 'go-eCharger', fna: 'Carport' },
      { kind: 'charger', title: 'Carport' },
    ],
    [
      'warp',
      'GET /info/name',
      { name: 'warp2-abc', type: 'warp2', uid: 'abc' },
      { kind: 'charger', title: 'warp2-abc' },
    ],
    [
      'tesla-wall-connector',
      'GET /api/1/vitals',
      { contactor_closed: false, vehicle_connected: true },
      { kind: 'charger' },
    ],
    [
      'openwb-pro',
      'GET /connect.php',
      { plug_state: true, evse_signaling: 'PWM', serial: '493826' },
      { title: '493826' },
    ],
    ['evse-wifi', 'GET /getParameters', { type: 'parameters', list: [{}] }, { kind: 'charger' }],
    ['smartevse', 'GET /settings', { mode_id: 1, evse: { state_id: 0 } }, { kind: 'charger' }],
    ['openevse', 'GET /status', { state: 1, pilot: 10, amp: 0 }, { kind: 'charger' }],
    [
      'homewizard',
      'GET /api',
      { product_type: 'HWE-P1', product_name: 'P1 meter' },
      { kind: 'meter', title: 'P1 meter' },
    ],
    ['fronius', 'GET /solar_api/GetAPIVersion.cgi', { APIVersion: 1, BaseURL: '/solar_api/v1/' }, { kind: 'meter' }],
    ['tasmota', 'GET /cm', { Status: { FriendlyName: ['Plug'] }, StatusSNS: {} }, { kind: 'charger', title: 'Plug' }],
    ['tasmota', 'GET /cm', { Status: { Topic: 'x' }, StatusSNS: { SML: {} } }, { kind: 'meter' }],
    ['shelly', 'GET /shelly', { mac: 'A8', type: 'SHEM-3', fw: '1' }, { kind: 'meter' }],
    [
      'shelly',
      'GET /shelly',
      { mac: 'A8', gen: 2, model: 'SNPL-1', app: 'PlusPlugS', name: 'Desk' },
      { kind: 'charger', title: 'Desk' },
    ],
    ['opendtu', 'GET /api/livedata/status', { inverters: [], total: {} }, { kind: 'meter' }],
    ['sonnen', 'GET /api/v2/status', { USOC: 60, Pac_total_W: 0 }, { kind: 'meter', options: { usage: 'battery' } }],
  ])('%s at %s', async (type, route, json, more) => {
    const http = await startHttpDevice();
    onTestFinished(() => http.close());
    http.route(route, { json });
    const port = Number(new URL(http.url).port);
    expect(await found(80, port)).toEqual([expect.objectContaining({ host: '127.0.0.1', port, type, ...more })]);
    expect(http.requests.every(({ method }) => method === 'GET')).toBe(true);
  });

  test('Enphase by its page, vzlogger at its own port', async () => {
    const http = await startHttpDevice();
    onTestFinished(() => http.close());
    const port = Number(new URL(http.url).port);
    http.route('GET /', { json: { version: '0.8', generator: 'vzlogger', data: [] } });
    expect(await found(8081, port)).toMatchObject([{ kind: 'meter', type: 'volkszaehler' }]);
    http.route('GET /info.xml', { text: '<?xml version="1.0"?><envoy_info><device/></envoy_info>' });
    expect(await found(80, port)).toMatchObject([{ kind: 'meter', type: 'enphase' }]);
  });

  test.each(['garbage', 'empty', 'error', 'noise', 'auth'] as const)(
    'a server that answers with %s is nobody',
    async (fault) => {
      const http = await startHttpDevice();
      onTestFinished(() => http.close());
      await http.fail(fault);
      expect(await found(80, Number(new URL(http.url).port))).toEqual([]);
    },
  );
});

describe('over Modbus', () => {
  const common = (maker: string, model: string): number[] => [
    ...words('SunS', 2),
    1,
    65,
    ...words(maker, 16),
    ...words(model, 16),
    ...words('', 40),
  ];

  test.each<[string, number, number, readonly number[], Partial<Found>]>([
    ['sunspec', 1, 40_000, common('Fronius', 'Symo'), { title: 'Fronius Symo', options: { usage: 'pv' } }],
    ['solaredge', 1, 40_000, common('SolarEdge', 'SE10K'), { title: 'SolarEdge SE10K' }],
    ['e3dc', 1, 40_000, [0xe3dc, 0x0101], { options: { usage: 'battery' } }],
    ['huawei', 1, 30_000, words('SUN2000-10KTL-M1', 15), { title: 'SUN2000-10KTL-M1' }],
    ['victron', 100, 800, words('c0619ab12345', 6), { options: { usage: 'grid', id: 100 } }],
    ['alfen', 200, 100, words('ALF_1000', 17), { kind: 'charger', options: { id: 200 } }],
    ['keba', 255, 1_016, [0x0004, 0xc5f2], { kind: 'charger', title: 'P30 312818', options: { id: 255 } }],
  ])('%s at unit %d', async (type, unit, address, registers, more) => {
    const device = await startModbusDevice();
    onTestFinished(() => device.close());
    device.set('holding', address, registers, unit);
    expect(await found(502, device.port)).toEqual([expect.objectContaining({ type, port: device.port, ...more })]);
    expect(device.requests.every(({ code }) => code === 3 || code === 4)).toBe(true);
  });

  test('a device that knows none of the registers is nobody', async () => {
    const device = await startModbusDevice();
    onTestFinished(() => device.close());
    expect(await found(502, device.port)).toEqual([]);
  });
});

test('a device that answered while the machine was busy with something else is found', async () => {
  const http = await startHttpDevice();
  onTestFinished(() => http.close());
  http.route('GET /api/livedata/status', { json: { inverters: [], total: {} } });
  const busy = (): void => {
    for (const end = performance.now() + 750; performance.now() < end; );
  };
  expect(await found(80, Number(new URL(http.url).port), undefined, busy)).toMatchObject([{ type: 'opendtu' }]);
});

test('nothing is asked any more once the command is ended', async () => {
  const http = await startHttpDevice();
  onTestFinished(() => http.close());
  expect(await found(80, Number(new URL(http.url).port), AbortSignal.abort())).toEqual([]);
  expect(http.requests).toEqual([]);
});

describe('ranges', () => {
  test.each([
    [['192.168.1.7'], ['192.168.1.7']],
    [['192.168.1.9-192.168.1.11'], ['192.168.1.9', '192.168.1.10', '192.168.1.11']],
    [['10.0.0.8/30'], ['10.0.0.9', '10.0.0.10']],
    [
      ['10.0.0.255-10.0.1.1', '10.0.0.255'],
      ['10.0.0.255', '10.0.1.0', '10.0.1.1'],
    ],
  ])('%j', (ranges, expected) => {
    expect(addressesOf(ranges)).toEqual(expected);
  });

  test.each([
    ['10.0.0.0/8', 'has 16777214 addresses, and at most 1024'],
    ['fritz.box', 'is no range'],
    ['192.168.1.300', 'is no range'],
    ['192.168.1.20-192.168.1.10', 'is no range'],
    ['192.168.1.0/33', 'is no range'],
    ['1.2.3.4-1.2.3.5-1.2.3.6', 'is no range'],
  ])('%s is refused', async (range, message) => {
    const { code, err } = await runCommand(temporaryFolder(), 'detect', range);
    expect([code, err.includes(message)]).toEqual([2, true]);
  });

  test('together they may not be too many either', () => {
    expect(addressesOf(['10.0.0.0/23', '10.0.2.0/23', '10.0.4.0/24'])).toContain('at most 1024 are looked at');
  });

  test('by default the home networks of this machine, no wider than 256 addresses', () => {
    const address = (cidr: string, more: object = {}) => ({
      address: cidr.split('/')[0],
      cidr,
      family: 'IPv4',
      internal: false,
      ...more,
    });
    const interfaces = {
      lo: [address('127.0.0.1/8', { internal: true })],
      eth0: [address('192.168.178.20/24'), address('fd00::2/64', { family: 'IPv6' })],
      wlan0: [address('10.3.4.5/8'), address('172.20.1.130/25')],
      ppp0: [address('84.12.3.4/32')],
    } as unknown as ReturnType<typeof networkInterfaces>;
    expect(ownRanges(interfaces)).toEqual(['192.168.178.1/24', '10.3.4.1/24', '172.20.1.129/25']);
  });
});

test('what was found is told with what to write', () => {
  const device = {
    kind: 'meter',
    type: 'victron',
    host: '10.0.0.9',
    options: { usage: 'grid', id: 100 },
    title: "Bob's",
  } as const;
  expect(described(device)).toEqual([
    "10.0.0.9: meter victron, Bob's",
    "  { type: 'victron', host: '10.0.0.9', usage: 'grid', id: 100 }",
  ]);
});

test('the command looks at what it is told and says that nothing is there', async () => {
  const { code, out } = await runCommand(temporaryFolder(), 'detect', '127.0.0.77');
  expect([code, out]).toEqual([0, 'Asking 1 addresses (127.0.0.77) …\nNothing was recognized.\n']);
});
