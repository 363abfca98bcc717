import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'vitest';
import fritzDect from '../../../../plugins/chargers/fritz-dect/index.ts';
import { respond } from '../../../../plugins/chargers/fritz-dect/login.ts';
import { chargerContract } from '../../../contract/index.ts';
import { httpChargerPeer, type SimulatedHttpCharger, startHttpCharger } from '../../../helpers/http-charger.ts';
import { soon } from '../../../helpers/register-charger.ts';
import { isOn, powerOf } from '../switches.ts';

const PASSWORD = '1example!';
/** Few iterations: how many there are is said by the box. */
const CHALLENGE = '2$10$5A1711$20$5A1722';
const info = (sid: string, block = 0): string =>
  `<?xml version="1.0" encoding="utf-8"?><SessionInfo><SID>${sid}</SID><Challenge>${CHALLENGE}</Challenge>` +
  `<BlockTime>${block}</BlockTime><Rights></Rights></SessionInfo>`;

/** A FRITZ!Box with a socket; `session.id` is the one that is valid now. */
const box = (session: { id: string; logins: number } = { id: '', logins: 0 }): SimulatedHttpCharger => ({
  plugin: fritzDect,
  type: 'fritz-dect',
  options: { user: 'evcc', password: PASSWORD, ain: '08761 0000434' },
  secrets: [PASSWORD],
  statuses: ['B', 'C'],
  state: { power: 2_000, energy: 48_200 },
  serve: (box, model) => {
    const { state, command, complain } = model;
    let expected = '';
    void respond(CHALLENGE, PASSWORD).then((response) => {
      expected = response;
    });
    box.route('GET /login_sid.lua', ({ query }) => {
      if (query.get('version') !== '2') complain('version');
      if (!query.has('response')) return { text: info('0000000000000000') };
      const isRight = query.get('username') === 'evcc' && query.get('response') === expected;
      if (!isRight) return { text: info('0000000000000000', 16) };
      session.logins += 1;
      session.id = `9c977765016899f${session.logins}`;
      return { text: info(session.id) };
    });
    const answers: Readonly<Record<string, () => string | number>> = {
      getswitchstate: () => (isOn(model) ? 1 : 0),
      getswitchpower: () => powerOf(model) * 1_000,
      getswitchenergy: () => state.energy ?? 0,
      setswitchon: () => {
        command({ enabled: true });
        return 1;
      },
      setswitchoff: () => {
        command({ enabled: false });
        return 0;
      },
    };
    box.route('GET /webservices/homeautoswitch.lua', ({ query }) => {
      if (query.get('sid') !== session.id) return { status: 403, text: 'Forbidden' };
      if (query.get('ain') !== '087610000434') return { status: 400, text: '' };
      return { text: `${model.invalid ? 'inval' : answers[query.get('switchcmd') ?? '']?.()}\n` };
    });
  },
});

describe('fritz-dect', () => {
  for (const { title, run } of chargerContract(httpChargerPeer(box()))) test(title, run);
});

async function begin(t: TestContext, options: object = {}) {
  const session = { id: '', logins: 0 };
  const charger = await startHttpCharger(box(session), options);
  t.onTestFinished(charger.end);
  return { ...charger, session };
}

describe('login', () => {
  test('challenges are answered as the documentation says', async () => {
    assert.equal(
      await respond('2$10000$5A1711$2000$5A1722', PASSWORD),
      '5A1722$1798a1672bca7c6463d6b245f82b53703b0f50813401b03e4045a5861e689adb',
    );
    assert.equal(await respond('1234567z', 'äbc'), '1234567z-9e224a41eeefa284df7bb0f26c2913e2');
    assert.equal(await respond('1234567z', '€bc'), await respond('1234567z', '.bc'));
  });

  test('one session serves all, and another one is begun when it ended', async (t) => {
    const { device, session, asked } = await begin(t);
    await device.read(soon());
    assert.equal(asked().length, 5);
    await device.read(soon());
    assert.equal(asked().length, 3);
    session.id = 'over';
    await device.enable(true, soon());
    assert.equal(session.logins, 2);
  });

  test('two sockets of one box share a session', async (t) => {
    const { device, plugin, box, session } = await begin(t);
    const options = { host: box.url, user: 'evcc', password: PASSWORD, ain: '087610000434' };
    const other = await plugin.chargers.create('fritz-dect', options);
    await Promise.all([device.read(soon()), other.read(soon())]);
    assert.equal(session.logins, 1);
  });

  test('a refused password says for how long the box takes no other, and is not shown', async (t) => {
    const { device, asked } = await begin(t, { password: 'falsch' });
    const error = { code: 'EVCC_DEVICE_AUTH', message: /user or password were refused.*no login for another 16 s$/ };
    await assert.rejects(device.read(soon()), error);
    assert.equal(asked().length, 2);
  });

  test('a box that answers something else is an error', async (t) => {
    const { device, box } = await begin(t);
    box.route('GET /login_sid.lua', { text: '<html></html>' });
    await assert.rejects(device.read(soon()), {
      code: 'EVCC_DEVICE_PROTOCOL',
      message: /has no Challenge but is a web page/,
    });
  });
});

describe('answers', () => {
  const answer = async (t: TestContext, answers: Readonly<Record<string, string>>) => {
    const { device, box, session } = await begin(t);
    box.route('GET /webservices/homeautoswitch.lua', ({ query }) =>
      query.get('sid') === session.id
        ? { text: answers[query.get('switchcmd') ?? ''] ?? '0' }
        : { status: 403, text: '' },
    );
    return device;
  };

  test('a socket that does not say its power for a moment', async (t) => {
    const device = await answer(t, { getswitchstate: '1', getswitchpower: 'inval', getswitchenergy: '5' });
    assert.deepEqual(await device.read(soon()), { status: 'C', enabled: true, energy: 5 });
  });

  for (const [name, answers, code, text] of [
    ['a socket that is not connected', { getswitchstate: 'inval' }, 'UNAVAILABLE', /087610000434 is not connected/],
    ['a state that is none', { getswitchstate: 'on' }, 'PROTOCOL', /getswitchstate was answered with "on"/],
    ['a power that is none', { getswitchpower: '-' }, 'PROTOCOL', /getswitchpower was answered with "-"/],
  ] as const) {
    test(`${name} is an error with address and number`, async (t) => {
      const device = await answer(t, answers);
      await assert.rejects(device.read(soon()), { code: `EVCC_DEVICE_${code}`, message: text });
    });
  }

  test('a socket that does not switch is an error', async (t) => {
    const device = await answer(t, { setswitchon: '0' });
    await assert.rejects(device.enable(true, soon()), { message: /did not switch, it may be locked/ });
  });
});
