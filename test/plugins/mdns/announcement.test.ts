import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { Bonjour, type Service } from 'bonjour-service';
import { expect, type TestContext, test, vi } from 'vitest';
import type { Logger } from '../../../core/index.ts';
import { silentLogger } from '../../../core/log.ts';
import { type Announced, announce } from '../../../plugins/mdns/announcement.ts';
import type { EvccConfig } from '../../../plugins/types.ts';
import { FakeClock } from '../../helpers/fake-clock.ts';
import { startHouse } from '../../helpers/house.ts';
import { createLineClock } from '../../helpers/line-clock.ts';
import { logged } from '../../helpers/probe.ts';

/** A UDP port of this test alone, so that nothing of it is seen in the network. */
async function udpPort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  return port;
}

const WHAT: Announced = {
  name: 'evcc',
  secure: false,
  port: 7070,
  host: 'test.local',
  txt: { path: '/', internal_url: 'http://test.local:7070' },
};

/** Multicast on loopback, with a real querier. */
async function begin(t: TestContext) {
  const options = { port: await udpPort(), interface: '127.0.0.1', bind: '0.0.0.0', loopback: true };
  const querier = new Bonjour(options as never);
  t.onTestFinished(() => new Promise<void>((resolve) => querier.destroy(() => resolve())));
  const up: Service[] = [];
  const down: string[] = [];
  const browser = querier.find({ type: 'http' }, (service) => void up.push(service));
  browser.on('down', (service: Service) => void down.push(service.name));
  const said: string[] = [];
  const log: Logger = {
    ...silentLogger,
    info: (message) => void said.push(message),
    warn: (message) => void said.push(message),
  };
  const start = (what: Announced = WHAT) => {
    const announcement = announce(new Bonjour(options as never), what, createLineClock(1), log);
    let over: Promise<void> | undefined;
    const end = (): Promise<void> => {
      over ??= announcement.end();
      return over;
    };
    t.onTestFinished(end);
    return end;
  };
  return { querier, up, down, said, start };
}

test('a house is found in the network with name, port and addresses, and forgotten when it says goodbye', async (t) => {
  const { up, down, start } = await begin(t);
  const end = start();
  await expect.poll(() => up).toHaveLength(1);
  const [service] = up;
  expect(service).toMatchObject({
    name: 'evcc',
    fqdn: 'evcc._http._tcp.local',
    host: 'test.local',
    port: 7070,
    txt: { path: '/', internal_url: 'http://test.local:7070' },
  });
  await end();
  await expect.poll(() => down).toEqual(['evcc']);
});

test('a second house takes another name that apps find, too', async (t) => {
  const { up, said, start } = await begin(t);
  start();
  await expect.poll(() => up.map(({ name }) => name)).toEqual(['evcc']);
  start({ ...WHAT, port: 7071 });
  await expect.poll(() => up.map(({ name }) => name)).toEqual(['evcc', 'evcc-2']);
  expect(said).toEqual(['evcc is the name of another house in the network; this one is evcc-2']);
});

test('a name that is told while the process is busy counts as well', async (t) => {
  const clock = new FakeClock();
  const responder = new Bonjour({ port: await udpPort(), interface: '127.0.0.1', bind: '0.0.0.0' } as never);
  let told: ((service: Service) => void) | undefined;
  vi.spyOn(responder, 'find').mockImplementation((_, found) => {
    told = found;
    return { stop() {} } as never;
  });
  const publish = vi.spyOn(responder, 'publish');
  const announcement = announce(responder, WHAT, clock, silentLogger);
  t.onTestFinished(announcement.end);
  // The time is up before the answer is read, which is there.
  clock.after(1_000, () => void setImmediate(() => told?.({ name: 'evcc' } as Service)));
  await clock.advance(1_000);
  expect(publish.mock.calls).toEqual([[expect.objectContaining({ name: 'evcc-2' })]]);
});

test('a port that another program keeps for itself is said once and disturbs nobody', async (t) => {
  const blocker = createSocket('udp4').bind(0);
  await once(blocker, 'listening');
  t.onTestFinished(() => void blocker.close());
  const said: string[] = [];
  const log: Logger = { ...silentLogger, warn: (message) => void said.push(message) };
  const options = { port: blocker.address().port, reuseAddr: false };
  const announcement = announce(new Bonjour(options as never), WHAT, new FakeClock(), log);
  await expect
    .poll(() => said)
    .toEqual([expect.stringMatching(/cannot announce the house in the network: .*EADDRINUSE/)]);
  await announcement.end();
});

test('who ends before the name was found free has announced nothing', async () => {
  const clock = new FakeClock();
  const responder = new Bonjour({ port: await udpPort(), interface: '127.0.0.1', bind: '0.0.0.0' } as never);
  const published: unknown[] = [];
  responder.publish = (config) => {
    published.push(config);
    throw new Error('closed');
  };
  const announcement = announce(responder, WHAT, clock, silentLogger);
  await announcement.end();
  await clock.advance(5_000);
  expect(published).toEqual([]);
});

test('a server that only this machine can reach is not announced', async (t) => {
  const config = { rest: { port: 0, host: '127.0.0.1' }, mdns: {} } as Partial<EvccConfig>;
  const house = await startHouse(t, { config });
  expect(house.log).toContainEqual(
    expect.objectContaining({ area: 'mdns', message: expect.stringMatching(/not announced.*this machine only/) }),
  );
});

test('without a web server there is nothing to announce, which is said', async (t) => {
  const house = await startHouse(t, { config: { rest: false, mdns: {} } as never });
  await house.runtime.start();
  expect(logged(house, 'announced')).toEqual(['warn: not announced: there is no web server, see rest']);
});

test.each([{ name: 'a.b' }, { host: 'a b' }, { externalUrl: 'evcc.example' }, { nam: 'evcc' }])(
  '%j is refused before anything starts',
  async (own) => {
    const house = startHouse({ onTestFinished: () => {} }, { config: { mdns: own } as Partial<EvccConfig> });
    await expect(house).rejects.toMatchObject({ code: 'EVCC_CONFIG_INVALID' });
  },
);
