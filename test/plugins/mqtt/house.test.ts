import assert from 'node:assert/strict';
import { type TestContext, test } from 'vitest';
import type { LoadedPlugin } from '../../../core/index.ts';
import type { EvccConfig } from '../../../plugins/types.ts';
import { freePort } from '../../helpers/free-port.ts';
import { type FakeHouse, startHouse } from '../../helpers/house.ts';
import { observe } from './network.ts';

/** A house with its own broker, and somebody who watches. */
async function begin(t: TestContext, config: Partial<EvccConfig> = {}, loadpoints = 1) {
  const port = await freePort();
  const sections: Partial<EvccConfig> = { broker: { port }, mqtt: { broker: `127.0.0.1:${port}` }, ...config };
  const house = await startHouse(t, {
    loadpoints: Array.from({ length: loadpoints }, () => ({})),
    config: sections,
  });
  const observer = await observe(`mqtt://127.0.0.1:${port}`);
  t.onTestFinished(() => observer.close());
  await seen(house, observer.sees('evcc/status', 'online'));
  return { house, observer, port };
}

/** Lets time pass in the house, ten times as fast as on the wire, until something happened. */
async function seen(house: FakeHouse, event: Promise<void>): Promise<void> {
  let over = false;
  const done = event.then(() => {
    over = true;
  });
  while (!over) {
    await house.clock.advance(10);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await done;
}

test('a house with its own broker is watched and steered over MQTT', async (t) => {
  const { house, observer } = await begin(t);
  await house.cycle();
  await observer.sees('evcc/loadpoints/1/connected', 'true');
  assert.equal(observer.values.get('evcc/site/siteTitle'), 'Test house');
  assert.equal(observer.values.get('evcc/loadpoints/1/mode'), 'off');
  house.commands();

  await observer.send('evcc/loadpoints/1/mode/set', 'now');
  await observer.sees('evcc/loadpoints/1/mode', 'now');
  await house.cycle();
  assert.deepEqual(house.commands(), [{ setMaxCurrent: 16 }, { enable: true }]);
  await house.cycle();
  await observer.sees('evcc/loadpoints/1/chargePower', '11040');
  await observer.sees('evcc/loadpoints/1/chargeCurrents', '48');
  assert.equal(observer.values.get('evcc/loadpoints/1/chargeCurrents/l3'), '16');

  await observer.send('evcc/site/prioritySoc/set', '50');
  await observer.sees('evcc/site/prioritySoc', '0');
  await observer.until(() => observer.on('evcc/site/prioritySoc').length === 2);
  assert.ok(house.log.some(({ message }) => message.startsWith('set evcc/site/prioritySoc: battery not configured')));
});

test('a demand from outside arrives with who asks, and is seen', async (t) => {
  const { house, observer } = await begin(t);
  await house.cycle();
  await observer.send('evcc/loadpoints/1/remoteDemand/set', 'soft/grid');
  await observer.sees('evcc/loadpoints/1/remoteDisabled', 'soft');
  await house.cycle();
  await observer.sees('evcc/loadpoints/1/remoteDisabledSource', 'grid');
  assert.equal(observer.values.get('evcc/loadpoints/1/remoteDemand'), 'soft');
  await observer.send('evcc/loadpoints/1/remoteDemand/set', 'enable');
  await observer.sees('evcc/loadpoints/1/remoteDisabled', '');
});

test('a stop publishes the last state and then offline, to everybody who watches the embedded broker', async (t) => {
  const { house, observer } = await begin(t);
  await house.command('mode', 'now');
  await house.cycle();
  await seen(house, house.runtime.stop());
  await observer.sees('evcc/status', 'offline');
  assert.equal(observer.values.get('evcc/loadpoints/1/mode'), 'now');
  assert.deepEqual(
    house.log.filter(({ level }) => level === 'warn' || level === 'error'),
    [],
  );
});

test('another topic in the configuration moves everything there', async (t) => {
  const { house, observer, port } = await begin(t);
  await house.cycle();
  const changed = { ...house.config, mqtt: { broker: `127.0.0.1:${port}`, topic: 'home' } };
  const problems = house.runtime.reconfigure(changed);
  await seen(house, observer.sees('evcc/status', 'offline'));
  await seen(house, observer.sees('home/status', 'online'));
  assert.deepEqual(await problems, []);
  await observer.sees('home/loadpoints/1/mode', 'off');
  await observer.send('evcc/loadpoints/1/mode/set', 'pv');
  await observer.send('home/loadpoints/1/mode/set', 'now');
  await observer.sees('home/loadpoints/1/mode', 'now');
});

test('a loadpoint that is taken out of the configuration takes its topics along', async (t) => {
  const { house, observer } = await begin(t, {}, 2);
  await house.cycle();
  await observer.sees('evcc/loadpoints', '2');
  await observer.sees('evcc/loadpoints/2/connected', 'true');
  const loadpoints = [{ charger: 'charger1' }];
  assert.deepEqual(await house.runtime.reconfigure({ ...house.config, loadpoints }), []);
  await house.cycle();
  await observer.sees('evcc/loadpoints', '1');
  await observer.until(() => ![...observer.values.keys()].some((topic) => topic.startsWith('evcc/loadpoints/2/')));
  assert.equal(observer.values.get('evcc/loadpoints/1/connected'), 'true');
});

test('a house without broker runs its cycles as if nothing were missing', async (t) => {
  const house = await startHouse(t, { config: { mqtt: { broker: `127.0.0.1:${await freePort()}` } } });
  await house.command('mode', 'now');
  await house.run(60);
  assert.equal(house.loadpoint('charging'), true);
});

test('mistakes in the sections are told before anything starts', async (t) => {
  const bad: readonly (readonly [Record<string, unknown>, RegExp])[] = [
    [{ mqtt: {} }, /mqtt.broker/],
    [{ mqtt: { broker: 'http://x' } }, /mqtt\.broker: not an address of a broker; use host, host:port/],
    [{ mqtt: { broker: 'x', topic: 'a/#' } }, /mqtt.topic/],
    [{ mqtt: { broker: 'x', pasword: 'y' } }, /mqtt.pasword.*password/],
    [{ mqtt: { broker: 'x', qos: 3 } }, /mqtt.qos/],
    [{ broker: { port: 70_000 } }, /broker.port/],
    [{ broker: { user: 'x' } }, /broker.password/],
  ];
  for (const [config, message] of bad) {
    await assert.rejects(startHouse(t, { config: config as Partial<EvccConfig> }), {
      code: 'EVCC_CONFIG_INVALID',
      message,
    });
  }
});

test('other options take effect on the same topic, whose last word is online', async (t) => {
  const { house, observer, port } = await begin(t);
  await house.cycle();
  const before = observer.on('evcc/status').length;
  const changed = { ...house.config, mqtt: { broker: `127.0.0.1:${port}`, qos: 0 } } as EvccConfig;
  let problems: unknown;
  await seen(
    house,
    house.runtime.reconfigure(changed).then((found) => {
      problems = found;
    }),
  );
  assert.deepEqual(problems, []);
  await seen(
    house,
    observer.until(() => observer.on('evcc/status').length >= before + 2),
  );
  assert.deepEqual(observer.on('evcc/status').slice(before), ['offline', 'online']);
});

test('what changes while a new connection waits for other plugins is told as soon as it takes over', async (t) => {
  const { house, observer, port } = await begin(t);
  await house.runtime.start();
  const before = observer.on('evcc/status').length;
  let release = (): void => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const slow: LoadedPlugin = { name: 'slow', apply: ({ hooks }) => hooks.setup.tapPromise('slow', () => held) };
  const changing = house.runtime.reconfigure({
    ...house.config,
    mqtt: { broker: `127.0.0.1:${port}`, qos: 0 },
    plugins: [...(house.config.plugins ?? []), slow],
  });
  await seen(
    house,
    observer.until(() => observer.on('evcc/status').length >= before + 2),
  );
  await house.command('mode', 'pv');
  release();
  assert.deepEqual(await changing, []);
  await seen(house, observer.sees('evcc/loadpoints/1/mode', 'pv'));
});

test('why a loadpoint charges as it does is retained, and told only when it changes', async (t) => {
  const { house, observer } = await begin(t);
  await house.cycle();
  await observer.until(() => observer.on('evcc/loadpoints/1/decision').length > 0);
  await house.run(50);
  await house.command('mode', 'now');
  await house.cycle();
  const decisions = () =>
    observer.on('evcc/loadpoints/1/decision').map((text) => JSON.parse(text) as { binding: { code: string } });
  await observer.until(() => decisions().at(-1)?.binding.code === 'mode-now');
  assert.deepEqual(new Set(decisions().map(({ binding }) => binding.code)), new Set(['mode-off', 'mode-now']));
  assert.ok(decisions().length <= 4, `${decisions().length} messages`);
});
