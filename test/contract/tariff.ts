import assert from 'node:assert/strict';
import type { Rate, TariffDevice } from '../../core/index.ts';
import { type ContractCase, caseOf, commonCases, eventually, inTime, type Peer } from './peer.ts';

/** A tariff and its simulated service. */
export interface TariffPeer extends Peer<TariffDevice> {
  /** ms since the epoch, the time of the device's clock */
  now(): number;
  /** What `rates` should answer now, charges and tax included; absent: not compared */
  expected?(): readonly Rate[];
  /** Lets the service have these prices, one for each hour from the present one; false: its prices are its own */
  set?(prices: readonly number[]): Promise<boolean> | boolean;
  /** There may be times without price between two rates; absent: there are none */
  readonly gaps?: boolean;
}

/** What every tariff has to do, as cases for any test runner. Each case sets up a tariff of its own. */
export function tariffContract(setup: () => Promise<TariffPeer>): ContractCase[] {
  const contract = (title: string, body: (peer: TariffPeer) => Promise<void>) =>
    caseOf(setup, `tariff: ${title}`, body);

  return [
    contract('its kind is one of those known', async ({ device }) => {
      const kinds = ['pricestatic', 'pricedynamic', 'priceforecast', 'co2', 'solar', 'temperature'];
      assert.ok(kinds.includes(device.kind), device.kind);
    }),

    contract('rates are sorted, without overlap or gap, and have a finite price', async (peer) => {
      assertOrdered(await rates(peer), peer.gaps ?? false);
    }),

    contract('one rate is valid now', async (peer) => {
      const now = peer.now();
      const valid = (await rates(peer)).filter((rate) => rate.start <= now && now < rate.end);
      assert.equal(valid.length, 1, `${valid.length} rates are valid now`);
    }),

    contract('rates are what the service says', async (peer) => {
      await eventually(async () => assertSame(await rates(peer), peer.expected?.()));
    }),

    contract('prices of zero and below are prices', async (peer) => {
      if (!(await peer.set?.([0.31, 0, -0.05, 0.28]))) return;
      await eventually(async () => {
        const answer = await rates(peer);
        assertOrdered(answer, peer.gaps ?? false);
        assertSame(answer, peer.expected?.());
      });
    }),

    contract('asking twice gives the same', async (peer) => {
      assertSame(await rates(peer), await rates(peer));
    }),

    ...commonCases('tariff', setup, (peer, signal) => peer.device.rates(signal)),
  ];
}

function assertOrdered(list: readonly Rate[], gaps: boolean): void {
  assert.ok(list.length > 0, 'there is no rate');
  for (const [index, rate] of list.entries()) {
    assert.ok(Number.isFinite(rate.price), `rate ${index} has the price ${rate.price}`);
    assert.ok(Number.isInteger(rate.start) && Number.isInteger(rate.end), `rate ${index} has times in ms`);
    assert.ok(rate.start > 1e12 && rate.end > rate.start, `rate ${index} lasts from ${rate.start} to ${rate.end}`);
    const before = list[index - 1];
    if (!before) continue;
    assert.ok(rate.start >= before.end, `rate ${index} begins before the one before it ends`);
    assert.ok(gaps || rate.start === before.end, `there is a gap before rate ${index}`);
  }
}

function assertSame(actual: readonly Rate[], expected: readonly Rate[] | undefined): void {
  if (!expected) return;
  assert.deepEqual(
    actual.map((rate) => ({ start: rate.start, end: rate.end, price: rounded(rate.price) })),
    expected.map((rate) => ({ start: rate.start, end: rate.end, price: rounded(rate.price) })),
  );
}

function rounded(price: number): number {
  return Math.round(price * 1e6) / 1e6;
}

function rates(peer: TariffPeer): Promise<readonly Rate[]> {
  return peer.device.rates(inTime());
}
