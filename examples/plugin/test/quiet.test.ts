import assert from 'node:assert/strict';
import { applyPlugin } from 'evcc/testing';
import { describe, test } from 'vitest';
import quiet, { type QuietOptions } from '../src/quiet.ts';

type Limit = Awaited<ReturnType<typeof applyPlugin>>['evcc']['hooks']['limit'];

/** What is left of 16 A at a time of day. */
async function limited(options: QuietOptions, hour: number, minute = 0) {
  const { evcc } = await applyPlugin(quiet, options);
  const site = { now: new Date(2025, 5, 15, hour, minute).getTime() } as Parameters<Limit['call']>[2];
  const setpoint = { current: 16, reasons: [] } as unknown as Parameters<Limit['call']>[0];
  return evcc.hooks.limit.call(setpoint, {} as Parameters<Limit['call']>[1], site);
}

const NIGHT = { from: '22:00', to: '06:30', current: 8 };

describe('quiet hours', () => {
  test.each([
    [21, 59, 16],
    [22, 0, 8],
    [0, 0, 8],
    [6, 29, 8],
    [6, 30, 16],
    [12, 0, 16],
  ])('over midnight: at %d:%d up to %d A', async (hour, minute, current) => {
    assert.equal((await limited(NIGHT, hour, minute)).current, current);
  });

  test('within a day', async () => {
    const noon = { from: '12:00', to: '14:00' };
    assert.deepEqual(
      await Promise.all([11, 12, 13, 14].map(async (hour) => (await limited(noon, hour)).current)),
      [16, 10, 10, 16],
    );
  });

  test('say why, and until when', async () => {
    const { reasons } = await limited(NIGHT, 23);
    assert.deepEqual(reasons, [
      { code: 'quiet-hours', text: 'no more than 8 A from 22:00 to 06:30', change: 'ends at 06:30' },
    ]);
  });

  test('leave what is lower as it is', async () => {
    assert.deepEqual((await limited({ ...NIGHT, current: 20 }, 23)).reasons, []);
  });
});
