import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'vitest';
import type { Setting } from '../../../core/index.ts';
import mqtt from '../../../plugins/mqtt/index.ts';
import { startMosquitto } from '../../helpers/mosquitto.ts';
import { BROKERS, type TestBroker } from './brokers.ts';
import { createFakeEvcc, type FakeEvcc, type FakeEvccOptions } from './fake-evcc.ts';
import { type Observer, observe, retained, startWire } from './network.ts';

/** A valid payload for every writable topic of the API document, and what is readable afterwards. */
const ACCEPTED: readonly (readonly [topic: string, payload: string, shown: string])[] = [
  ['site/prioritySoc', '20', '20'],
  ['site/bufferSoc', '50.5', '50.5'],
  ['site/bufferStartSoc', '80', '80'],
  ['site/residualPower', '-150.5', '-150.5'],
  ['site/smartCostLimit', '0.19', '0.19'],
  ['site/smartCostLimit', 'null', '0'],
  ['loadpoints/2/mode', 'minpv', 'minpv'],
  ['loadpoints/2/minSoc', '15', '15'],
  ['loadpoints/2/targetSoc', '80', '80'],
  ['loadpoints/2/targetEnergy', '12.5', '12.5'],
  ['loadpoints/2/targetTime', '2099-08-17T19:30:00Z', '4090678200'],
  ['loadpoints/2/phases', '3', '3'],
  ['loadpoints/2/minCurrent', '8', '8'],
  ['loadpoints/2/maxCurrent', '12.5', '12.5'],
  ['loadpoints/2/enableThreshold', '-500', '-500'],
  ['loadpoints/2/disableThreshold', '1e3', '1000'],
];

describe.each(BROKERS)('with $name', ({ start }) => {
  let broker: TestBroker;
  let observer: Observer;
  let fake: FakeEvcc;
  let ends: (() => Promise<void> | void)[];

  beforeEach(async () => {
    ends = [];
    broker = await start();
    observer = await observe(broker.url);
  });
  afterEach(async () => {
    for (const end of ends.reverse()) await end();
    await observer.close();
    await broker.stop();
  });

  async function begin(options: FakeEvccOptions = {}): Promise<void> {
    fake = createFakeEvcc({ loadpoints: 2, ...options });
    const dispose = await mqtt.apply(fake.evcc, { broker: broker.url });
    ends.push(async () => void (await dispose?.()));
    await fake.start();
    await observer.sees('evcc/loadpoints/2/mode', 'off');
  }

  let last = 10_000;
  const warnings = () => fake.logged.filter(({ level }) => level === 'warn').map(({ message }) => message);

  /** Everything sent before has been dealt with: commands are carried out in order. */
  async function settled(): Promise<void> {
    last += 1;
    const value = String(last);
    await observer.send('evcc/site/residualPower/set', value);
    await observer.sees('evcc/site/residualPower', value);
  }

  test('every writable topic of the API document takes a value and shows it', async () => {
    await begin();
    for (const [topic, payload, shown] of ACCEPTED) {
      await observer.send(`evcc/${topic}/set`, payload);
      await observer.sees(`evcc/${topic}`, shown);
    }
    assert.deepEqual(warnings(), []);
  });

  test('white space, line ends and upper case do no harm', async () => {
    await begin();
    await observer.send('evcc/loadpoints/1/mode/set', '  PV\r\n');
    await observer.sees('evcc/loadpoints/1/mode', 'pv');
    await observer.send('evcc/loadpoints/1/mode/set', '\ufeffMinPV');
    await observer.sees('evcc/loadpoints/1/mode', 'minpv');
    await observer.send('evcc/loadpoints/1/targetSoc/set', ' +80.0 ');
    await observer.sees('evcc/loadpoints/1/targetSoc', '80');
    await observer.send('evcc/loadpoints/1/phases/set', '1.0');
    await observer.sees('evcc/loadpoints/1/phases', '1');
    await observer.send('evcc/site/telemetry/set', 'TRUE');
    await observer.sees('evcc/site/telemetry', 'true');
    assert.deepEqual(warnings(), []);
  });

  test('"null" and its like clear a target time, other offsets than UTC are understood', async () => {
    await begin();
    for (const nothing of ['null', 'None', '-', 'nil']) {
      await observer.send('evcc/loadpoints/1/targetTime/set', '2099-08-17T21:30:00+02:00');
      await observer.sees('evcc/loadpoints/1/targetTime', '4090678200');
      await observer.send('evcc/loadpoints/1/targetTime/set', nothing);
      await observer.sees('evcc/loadpoints/1/targetTime', '');
    }
    assert.deepEqual(warnings(), []);
  });

  test('a value that is not allowed changes nothing, says why, and shows the value in force again', async () => {
    await begin();
    const refused: readonly (readonly [string, string | Buffer, RegExp])[] = [
      ['loadpoints/1/mode', 'turbo', /^set evcc\/loadpoints\/1\/mode: invalid value for mode: "turbo"; allowed is off/],
      ['loadpoints/1/mode', '1', /allowed is off, pv, minpv, now/],
      ['loadpoints/1/minSoc', '101', /a whole number from 0 to 100/],
      ['loadpoints/1/minSoc', '-5', /a whole number from 0 to 100/],
      ['loadpoints/1/minSoc', '80.5', /a whole number/],
      ['loadpoints/1/minSoc', '80 %', /a whole number/],
      ['loadpoints/1/maxCurrent', 'NaN', /maxCurrent/],
      ['loadpoints/1/maxCurrent', 'Infinity', /maxCurrent/],
      ['loadpoints/1/maxCurrent', '1e309', /maxCurrent/],
      ['loadpoints/1/maxCurrent', '0x10', /maxCurrent/],
      ['loadpoints/1/maxCurrent', '16,5', /maxCurrent/],
      ['loadpoints/1/maxCurrent', '33', /must not be above 32 A/],
      ['loadpoints/1/minCurrent', '20', /must not be above maxCurrent/],
      ['loadpoints/1/phases', '2', /allowed is 0, 1, 3/],
      ['loadpoints/1/targetTime', '2020-01-01T00:00:00Z', /in the past/],
      ['loadpoints/1/targetTime', 'tomorrow', /targetTime/],
      ['loadpoints/1/targetTime', '2099-02-30T00:00:00Z', /targetTime/],
      ['site/smartCostLimit', 'free', /smartCostLimit/],
      ['loadpoints/1/mode', '__proto__', /allowed is/],
      ['loadpoints/1/mode', 'constructor', /allowed is/],
      ['loadpoints/1/mode', Buffer.from([0x70, 0x76, 0xff]), /the payload is no UTF-8 text/],
      ['loadpoints/1/mode', 'pv'.padEnd(5_000, ' '), /the payload is larger than 4096 bytes/],
      ['loadpoints/1/mode', '\u0000', /"\\u0000"/],
      ['loadpoints/1/mode', 'pv\nInjected: line \u001b[31m', /"pv\\u000aInjected: line \\u001b\[31m"/],
    ];
    for (const [topic, payload, reason] of refused) {
      const known = observer.values.get(`evcc/${topic}`);
      observer.messages.length = 0;
      await observer.send(`evcc/${topic}/set`, payload);
      await settled();
      const warned = fake.logged.splice(0).filter(({ level }) => level !== 'info');
      assert.equal(warned.length, 1, `${topic} ${payload}`);
      assert.equal(warned[0]?.level, 'warn');
      assert.match(warned[0]?.message ?? '', reason);
      assert.ok(warned[0]?.message.startsWith(`set evcc/${topic}: `));
      assert.deepEqual(observer.on(`evcc/${topic}`), [known ?? ''], `${topic} ${payload}`);
    }
    assert.equal(
      fake.commands.every(({ name }) => name === 'residualPower'),
      true,
    );
  });

  test('an empty payload is ignored', async () => {
    await begin();
    await observer.send('evcc/loadpoints/1/mode/set', '');
    await observer.send('evcc/loadpoints/1/mode/set', ' \n');
    await settled();
    assert.deepEqual(warnings(), []);
    assert.equal(fake.commands.length, 1);
  });

  test('commands are carried out one after the other, in the order in which they came', async () => {
    let underway = 0;
    await begin({
      approve: async () => {
        underway += 1;
        assert.equal(underway, 1);
        await new Promise((resolve) => setImmediate(resolve));
        underway -= 1;
      },
    });
    const values = Array.from({ length: 200 }, (_, index) => String(index));
    await Promise.all(values.map((value) => observer.send('evcc/site/residualPower/set', value)));
    await observer.sees('evcc/site/residualPower', '199');
    assert.deepEqual(
      fake.commands.map(({ value }) => String(value)),
      values,
    );
    assert.deepEqual(new Set(fake.commands.map(({ source }) => source)), new Set(['mqtt']));
  });

  test('a command that fails in an unexpected way is logged with its stack, and the next one is carried out', async () => {
    await begin({
      approve: async ({ name }) => {
        if (name === 'mode') throw new TypeError('a bug');
      },
    });
    await observer.send('evcc/loadpoints/1/mode/set', 'pv');
    await settled();
    assert.deepEqual(
      fake.logged.filter(({ level }) => level === 'error').map(({ message }) => message),
      ['set evcc/loadpoints/1/mode: a bug'],
    );
    assert.deepEqual(observer.on('evcc/loadpoints/1/mode'), ['off', 'off']);
  });

  test('a retained command is carried out once, when the house connects, and then removed', async () => {
    await observer.send('evcc/loadpoints/1/mode/set', 'now', true);
    await observer.send('evcc/loadpoints/1/minSoc/set', 'nonsense', true);
    await begin();
    await observer.sees('evcc/loadpoints/1/mode', 'now');
    await observer.sees('evcc/loadpoints/1/mode/set', '');
    await observer.sees('evcc/loadpoints/1/minSoc/set', '');
    await settled();
    assert.deepEqual(
      fake.commands.map(({ name }) => name),
      ['mode', 'residualPower'],
    );
    const all = await retained(broker.url);
    assert.deepEqual(
      [...all.keys()].filter((topic) => topic.endsWith('/set')),
      [],
    );
  });

  test('a command that is sent as retained while the house listens is not carried out again by the next start', async () => {
    await begin();
    await observer.send('evcc/loadpoints/1/mode/set', 'pv', true);
    await observer.sees('evcc/loadpoints/1/mode', 'pv');
    await observer.sees('evcc/loadpoints/1/mode/set', '');
    assert.equal((await retained(broker.url)).has('evcc/loadpoints/1/mode/set'), false);
  });

  test('an unknown topic is named once, with the one that was probably meant, and removed', async () => {
    await begin();
    const unknown: readonly (readonly [string, RegExp])[] = [
      ['loadpoints/1/minsoc', /did you mean evcc\/loadpoints\/1\/minSoc\/set\?/],
      ['loadpoints/2/target/soc', /did you mean evcc\/loadpoints\/2\/targetSoc\/set\?/],
      ['site/residual', /no such setting/],
      ['loadpoints/3/mode', /there is no loadpoint 3/],
      ['loadpoints/0/mode', /did you mean evcc\/loadpoints\/1\/mode\/set\?/],
      ['loadpoints/01/mode', /no such setting/],
      ['loadpoints/99999999999999999999/mode', /there is no loadpoint/],
      ['mode', /no such setting/],
      ['site/__proto__', /no such setting/],
      ['site/mode', /no such setting/],
    ];
    for (const [topic, reason] of unknown) {
      await observer.send(`evcc/${topic}/set`, 'pv', true);
      await observer.send(`evcc/${topic}/set`, 'pv');
      await settled();
      const [warning, ...more] = warnings();
      fake.logged.length = 0;
      assert.ok(warning?.startsWith(`set evcc/${topic}: `), topic);
      assert.match(warning ?? '', reason);
      assert.deepEqual(more, []);
      assert.equal(observer.values.has(`evcc/${topic}/set`), false);
    }
    assert.equal(
      fake.commands.every(({ name }) => name === 'residualPower'),
      true,
    );
  });

  test('a flood of unknown topics does not fill the log', async () => {
    await begin();
    for (let index = 0; index < 200; index += 1) await observer.send(`evcc/site/x${index}/set`, '1');
    await settled();
    assert.equal(warnings().length, 50);
  });

  test('a flood of commands is cut off and does not stop the house', async () => {
    let release = (): void => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    await begin({ approve: () => gate });
    for (let hundred = 0; hundred < 1_500; hundred += 100) {
      const values = Array.from({ length: 100 }, (_, index) => String(hundred + index));
      await Promise.all(values.map((value) => observer.send('evcc/site/residualPower/set', value)));
    }
    while (warnings().length === 0) await new Promise((resolve) => setImmediate(resolve));
    release();
    while (fake.commands.length < 1_001) await new Promise((resolve) => setImmediate(resolve));
    await settled();
    assert.ok(fake.commands.length < 1_500);
    assert.equal(warnings().length, 1);
    assert.match(warnings().join(), /more commands than can be carried out/);
  });

  test('a setting that a plugin adds can be written without further ado', async () => {
    await begin();
    const row: Setting = {
      scope: 'loadpoint',
      name: 'priceLimit',
      description: 'Price limit',
      schema: { type: 'number', minimum: 0, maximum: 1, default: 0.5 } as Setting['schema'],
      mqtt: 'price/limit',
      cleared: 0,
    };
    fake.settings.define(row);
    fake.publish({ gridPower: 1 });
    await observer.send('evcc/loadpoints/1/price/limit/set', '0.25');
    await observer.sees('evcc/loadpoints/1/price/limit', '0.25');
    await observer.sees('evcc/loadpoints/1/priceLimit', '0.25');
    await observer.send('evcc/loadpoints/1/price/limit/set', 'null');
    await observer.sees('evcc/loadpoints/1/price/limit', '0');
  });

  test('after the stop nothing is carried out any more', async () => {
    await begin();
    await fake.stop();
    await observer.send('evcc/loadpoints/1/mode/set', 'now');
    assert.deepEqual(fake.commands, []);
    assert.equal(observer.values.get('evcc/loadpoints/1/mode'), 'off');
  });
});

test('a retained command is not repeated when the connection breaks before the broker has removed it', async () => {
  const broker = await startMosquitto();
  const wire = await startWire(broker.port);
  const observer = await observe(broker.url);
  let release = (): void => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  let arrived = false;
  const approve = () => {
    arrived = true;
    return gate;
  };
  const fake = createFakeEvcc({ approve });
  const dispose = await mqtt.apply(fake.evcc, { broker: wire.url });
  try {
    await observer.send('evcc/loadpoints/1/mode/set', 'pv', true);
    await fake.start();
    await observer.sees('evcc/loadpoints/1/mode', 'off');
    while (!arrived) await new Promise((resolve) => setImmediate(resolve));
    // Its removal gets lost.
    wire.freeze();
    release();
    while (fake.commands.length === 0) await new Promise((resolve) => setImmediate(resolve));
    observer.messages.length = 0;
    wire.cut();
    await observer.sees('evcc/loadpoints/1/mode/set', '');
    await observer.sees('evcc/loadpoints/1/mode', 'pv');
    await observer.send('evcc/site/residualPower/set', '7');
    await observer.sees('evcc/site/residualPower', '7');
    assert.deepEqual(
      fake.commands.map(({ name }) => name),
      ['mode', 'residualPower'],
    );
  } finally {
    await dispose?.();
    await observer.close();
    await wire.close();
    await broker.stop();
  }
});
