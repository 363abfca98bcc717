import assert from 'node:assert/strict';
import { applyPlugin } from 'evcc/testing';
import { onTestFinished, test } from 'vitest';
import { startPrices } from '../src/contract/prices.ts';
import acme from '../src/index.ts';

const NOON = Date.parse('2025-06-15T12:00:00Z');

test('a price list that does not exist is an error without what stands in its query', async () => {
  const prices = await startPrices([30], NOON);
  onTestFinished(() => prices.close());
  const { tariffs } = await applyPlugin(acme);
  const device = await tariffs.create('acme-spot', { url: `http://${prices.host}/gone?key=s3cret` });
  const error: unknown = await device.rates(AbortSignal.timeout(5_000)).catch((reason: unknown) => reason);
  assert.match(String(error), /GET http:\/\/127\.0\.0\.1:\d+\/gone: answered with status 404/);
  assert.doesNotMatch(String(error), /s3cret/);
});
