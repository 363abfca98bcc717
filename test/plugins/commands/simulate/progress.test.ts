import assert from 'node:assert/strict';
import { test } from 'vitest';
import { time } from '../../../../core/clock.ts';
import type { CommandContext } from '../../../../core/index.ts';
import { createProgress } from '../../../../plugins/commands/simulate/progress.ts';

const FROM = Date.parse('2023-01-01T00:00:00Z');
const DAY = 86_400_000;

function show(columns: number | undefined): { lines: string[]; bar: string[]; at(day: number): void; end(): void } {
  const lines: string[] = [];
  const bar: string[] = [];
  const context = {
    time,
    complain: (line: string) => void lines.push(line),
    progress: (text: string) => void bar.push(text),
    ...(columns !== undefined && { columns }),
  } as unknown as CommandContext;
  const progress = createProgress(FROM, FROM + 10 * DAY, context);
  return { lines, bar, at: (day) => progress.show(FROM + day * DAY, day * 20_000, day * 1_000), end: progress.end };
}

test('a terminal gets a bar of its width, which is removed in the end', () => {
  const { bar, lines, at, end } = show(80);
  at(5);
  assert.match(bar[0] ?? '', /^\r\[█+·+\] {2}50 % {2}2023-01-06 {2}20,000 cycles\/s {2}0:05 left$/);
  assert.ok((bar[0] ?? '').length <= 80);
  const [done = '', left = ''] = [bar[0]?.match(/█+/)?.[0], bar[0]?.match(/·+/)?.[0]];
  assert.ok(Math.abs(done.length - left.length) <= 1 && done.length > 10, bar[0]);
  end();
  assert.match(bar[1] ?? '', /^\r +\r$/);
  assert.deepEqual(lines, []);
});

test('a narrow terminal gets the facts without bar', () => {
  const { bar, at } = show(30);
  at(1);
  assert.ok((bar[0] ?? '').length <= 30 && !bar[0]?.includes('['), bar[0]);
});

test('elsewhere there is a line every tenth', () => {
  const { bar, lines, at, end } = show(undefined);
  for (let day = 0; day <= 10; day += 0.25) at(day);
  end();
  assert.equal(lines.length, 10);
  assert.match(lines[0] ?? '', /^ 10 % {2}2023-01-02/);
  assert.match(lines[9] ?? '', /^100 % {2}2023-01-11 .* 0:00 left$/);
  assert.deepEqual(bar, []);
});
