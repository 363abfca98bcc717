import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import type { TestContext } from 'vitest';
import type { DeviceContext } from '../../../../core/index.ts';
import { createHttp, type HttpClient, type HttpOptions } from '../../../../plugins/shared/http/client.ts';
import { deviceContext } from '../../../contract/index.ts';
import { FakeClock } from '../../../helpers/fake-clock.ts';
import { type HttpDevice, startHttpDevice } from '../../../helpers/http-device.ts';

export interface Setup {
  readonly device: HttpDevice;
  readonly clock: FakeClock;
  readonly context: DeviceContext;
  readonly http: HttpClient;
}

/** A device and a client with a clock that stands still; both end with the test. */
export async function setUp(t: Pick<TestContext, 'onTestFinished'>, options: HttpOptions = {}): Promise<Setup> {
  const device = await startHttpDevice();
  const clock = new FakeClock();
  const context = deviceContext({ clock });
  const http = createHttp(context, options);
  t.onTestFinished(async () => {
    http.close();
    await device.close();
  });
  return { device, clock, context, http };
}

export const soon = (): AbortSignal => AbortSignal.timeout(5_000);

/** How a promise fails: code, message, and everything that the error shows. */
export async function failure(run: Promise<unknown>): Promise<{ code: unknown; message: string; shown: string }> {
  const error: unknown = await run.then(
    () => assert.fail('it should have failed'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof Error);
  return { code: (error as { code?: unknown }).code, message: error.message, shown: inspect(error, { depth: 8 }) };
}
