import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { FakeClock } from '../../../helpers/fake-clock.ts';
import { temporaryFolder } from '../../../helpers/folder.ts';
import { freePort } from '../../../helpers/free-port.ts';
import { startHouse } from '../../../helpers/house.ts';
import { runCommand, runCommandBy } from '../../../helpers/run-command.ts';

const health = (rest: object, ...args: readonly string[]) =>
  runCommand(temporaryFolder({ 'evcc.config.json': { rest } }), 'health', ...args);

const fixture = (name: string): string => join(import.meta.dirname, '../../mqtt/fixtures', name);

test.for([
  ['is open', {}],
  ['needs a login', { access: { password: 'correct horse' } }],
  [
    'has a certificate for another name',
    { rest: { tls: { cert: fixture('server.crt'), key: fixture('server.key') } } },
  ],
])('a house that %s is healthy while its cycles end', async ([, config]) => {
  const { rest = {}, ...others } = config as { readonly rest?: object };
  const own = { host: '127.0.0.1', port: await freePort(), ...rest };
  const house = await startHouse({ onTestFinished }, { config: { ...others, rest: own } as never });
  expect(await health(own)).toMatchObject({ code: 1, err: expect.stringMatching(/ is not healthy \(status 500\)\n$/) });
  await house.run(20);
  expect(await health(own)).toEqual({ code: 0, out: 'OK\n', err: '' });
});

test('a house that does not run is not healthy', async () => {
  const port = await freePort();
  const err = `no house answers at http://127.0.0.1:${port}\n`;
  expect(await health({ port })).toEqual({ code: 1, out: '', err });
});

test('neither is one that does not answer in time', async () => {
  const server = createServer(() => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close().closeAllConnections());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const clock = new FakeClock();
  const asking = runCommandBy(clock, temporaryFolder(), 'health', '--url', `${url}/`);
  expect(await clock.until(asking)).toMatchObject({ code: 1, err: expect.stringContaining('in time') });
  expect(clock.now() - new FakeClock().now()).toBeGreaterThanOrEqual(10_000);
});

test('an address that is none is wrong use', async () => {
  expect(await health({}, '--url', 'here')).toMatchObject({ code: 2, err: expect.stringContaining('--url must be') });
});
