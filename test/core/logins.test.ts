import { expect, onTestFinished, test } from 'vitest';
import type { DeviceLogin, Evcc, LoadedPlugin, Login } from '../../core/index.ts';
import { type FakeHouse, startHouse } from '../helpers/house.ts';
import { probe } from '../helpers/probe.ts';

const STEP = { url: 'https://login.example/go', code: 'ABCD', until: 1_000 };
const schema = { type: 'object', properties: {} } as const;

/** A house with two cars of one account, that are there as soon as somebody logged in. */
async function start(
  t: Parameters<typeof startHouse>[0],
  login: Partial<Login> = {},
): Promise<{
  house: FakeHouse;
  logins(): readonly DeviceLogin[];
  logIn(): void;
  reads(): number;
  listeners(): number;
  /** Ids of all logins that there were */
  readonly announced: ReadonlySet<string>;
}> {
  let isLoggedIn = false;
  let reads = 0;
  let system: Evcc['system'] | undefined;
  const told = new Set<() => void>();
  const announced = new Set<string>();
  const tell = (): void => {
    for (const changed of told) changed();
  };
  const shared: Login = {
    get authenticated() {
      return isLoggedIn;
    },
    begin: async () => (isLoggedIn ? undefined : STEP),
    end: async () => {
      isLoggedIn = false;
      tell();
    },
    onChange: (listener) => {
      told.add(listener);
      return () => void told.delete(listener);
    },
  };
  Object.defineProperties(shared, Object.getOwnPropertyDescriptors(login));
  const account: LoadedPlugin = {
    name: 'account',
    apply(evcc) {
      evcc.vehicles.define('account', {
        schema,
        create: (_, context) => {
          context.login?.(shared);
          for (const { id } of system?.logins() ?? []) announced.add(id);
          const refuse = (): never => evcc.fail('EVCC_DEVICE_UNAVAILABLE', 'somebody has to log in');
          if (!isLoggedIn) refuse();
          return {
            traits: { streaming: true },
            read: async () => {
              reads += 1;
              return isLoggedIn ? { soc: 50 } : refuse();
            },
          };
        },
      });
    },
  };
  const house = await startHouse(t, {
    plugins: [
      account,
      probe((evcc) => {
        system = evcc.system;
      }),
    ],
    loadpoints: [{ vehicle: 'one' }],
    config: {
      vehicles: {
        plain: { type: 'fake', title: 'Plain' },
        one: { type: 'account', title: 'i4' },
        another: { type: 'account', title: 'i4' },
      } as never,
    },
  });
  return {
    house,
    logins: () => system?.logins() ?? [],
    logIn: () => {
      isLoggedIn = true;
      tell();
    },
    reads: () => reads,
    listeners: () => told.size,
    announced,
  };
}

test('logins that devices need are published, and cars are there as soon as somebody logged in', async (t) => {
  const { house, logins, logIn, reads, listeners } = await start(t);
  expect(house.site('auth')).toEqual({ vehicles: {} });
  await house.cycle();
  const shown = (authenticated: boolean) => ({
    vehicles: {
      i4: { uri: 'oauth/vehicles/2', authenticated },
      'i4 (vehicles/1)': { uri: 'oauth/vehicles/1', authenticated },
    },
  });
  expect(house.site('auth')).toEqual(shown(false));
  // Failed thrice, so that it pauses.
  await house.run(60);
  logIn();
  expect(house.site('auth')).toEqual(shown(true));
  await house.cycle();
  await house.cycle();
  expect(reads()).toBeGreaterThan(0);
  expect(house.loadpoint('vehicleSoc')).toBe(50);
  await logins()
    .find(({ id }) => id === 'vehicles/2')
    ?.end();
  expect(house.site('auth')).toEqual(shown(false));
  expect(listeners()).toBe(2);
  await house.stop();
  expect(listeners()).toBe(0);
});

test('a login is begun for whoever asks, and says when it is done already', async (t) => {
  const { house, logins, logIn } = await start(t);
  await house.cycle();
  const [first] = logins();
  expect(first).toMatchObject({ title: 'i4', authenticated: false });
  expect(await first?.begin()).toEqual(STEP);
  logIn();
  expect(await first?.begin()).toBeUndefined();
});

test.each<[string, Partial<Login>, RegExp]>([
  [
    'throws',
    {
      begin: () => {
        throw new Error('no service');
      },
    },
    /no service/,
  ],
  [
    'fails',
    {
      begin: async () => {
        throw new Error('no service');
      },
    },
    /no service/,
  ],
  ['leads to no page', { begin: async () => ({ url: 'javascript:alert(1)' }) }, /names no web page/],
  ['never ends', { begin: () => new Promise(() => {}) }, /took longer than 10 s/],
])('a login that %s is refused with the reason', async (_, login, reason) => {
  const { house, logins } = await start({ onTestFinished }, login);
  await house.cycle();
  const begun = expect(logins()[0]?.begin()).rejects.toMatchObject({
    code: 'EVCC_NOT_SUPPORTED',
    message: expect.stringMatching(reason) as string,
  });
  await house.clock.advance(10_000);
  await begun;
});

test('a device that is tried out has no login for anybody', async (t) => {
  const { house, listeners, announced } = await start(t);
  await house.cycle();
  const trial = await house.clock.until(house.runtime.evcc.configuration.test('vehicle', { type: 'account' }));
  expect(trial.error).toContain('somebody has to log in');
  expect([...announced].sort()).toEqual(['vehicles/1', 'vehicles/2']);
  expect(listeners()).toBe(2);
});

test('a driver that does not know whether somebody logged in does no harm', async (t) => {
  const login = {
    get authenticated(): boolean {
      throw new Error('mistake');
    },
  };
  const { house } = await start(t, login);
  await house.cycle();
  expect(house.site('auth')).toMatchObject({ vehicles: { i4: { authenticated: false } } });
});
