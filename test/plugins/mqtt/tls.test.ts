import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { Aedes } from 'aedes';
import { type TestContext, test } from 'vitest';
import mqtt, { type MqttOptions } from '../../../plugins/mqtt/index.ts';
import { createFakeEvcc, type FakeEvcc } from './fake-evcc.ts';

const FIXTURES = join(import.meta.dirname, 'fixtures');
const fixture = (name: string) => readFile(join(FIXTURES, name));

/** A broker with TLS; resolves `status` with what arrives on `evcc/status`. */
async function startTlsBroker(t: TestContext, options: { clientCertificates?: boolean } = {}) {
  const aedes = await Aedes.createBroker();
  const server = createServer(
    {
      cert: await fixture('server.crt'),
      key: await fixture('server.key'),
      ...(options.clientCertificates && { ca: await fixture('ca.crt'), requestCert: true, rejectUnauthorized: true }),
    },
    aedes.handle,
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  t.onTestFinished(() => {
    server.close();
    aedes.close();
  });
  const status = new Promise<string>((resolve) => {
    aedes.on('publish', ({ topic, payload }) => {
      if (topic === 'evcc/status') resolve(payload.toString());
    });
  });
  return { broker: `mqtts://127.0.0.1:${address.port}`, status };
}

async function begin(t: TestContext, section: MqttOptions): Promise<FakeEvcc> {
  const fake = createFakeEvcc({ directory: FIXTURES });
  const dispose = await mqtt.apply(fake.evcc, section);
  t.onTestFinished(async () => void (await dispose?.()));
  await fake.start();
  return fake;
}

async function warning(fake: FakeEvcc): Promise<string> {
  for (;;) {
    const entry = fake.logged.find(({ level }) => level === 'warn');
    if (entry) return entry.message;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

test('a certificate is trusted when its authority is named', async (t) => {
  const { broker, status } = await startTlsBroker(t);
  await begin(t, { broker, caCert: 'ca.crt' });
  assert.equal(await status, 'online');
});

test('a certificate of an unknown authority is refused, with what to do about it', async (t) => {
  const { broker } = await startTlsBroker(t);
  const fake = await begin(t, { broker });
  assert.match(
    await warning(fake),
    /name the authority of the broker's certificate in mqtt\.caCert, or set mqtt\.insecure/,
  );
});

test('any certificate will do where the user says so', async (t) => {
  const { broker, status } = await startTlsBroker(t);
  await begin(t, { broker, insecure: true });
  assert.equal(await status, 'online');
});

test('a broker that asks for certificates gets ours', async (t) => {
  const { broker, status } = await startTlsBroker(t, { clientCertificates: true });
  const stranger = await begin(t, { broker, caCert: 'ca.crt' });
  assert.match(await warning(stranger), /^cannot connect to mqtts:|^the connection to mqtts:/);
  await begin(t, { broker, caCert: 'ca.crt', clientCert: 'client.crt', clientKey: 'client.key' });
  assert.equal(await status, 'online');
});
