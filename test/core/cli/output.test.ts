import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { createOutput } from '../../../core/cli/output.ts';
import { FakeClock } from '../../helpers/fake-clock.ts';

/** A reader that takes what it is given when it is told to, or fails. */
function reader() {
  let taken = '';
  const waiting: (() => void)[] = [];
  let isAwake = false;
  let failure: Error | undefined;
  const stream = new Writable({
    decodeStrings: false,
    write(text: string, _encoding, done) {
      const take = (): void => {
        if (failure === undefined) taken += text;
        done(failure);
      };
      if (isAwake) take();
      else waiting.push(take);
    },
  });
  return {
    output: createOutput(stream, new FakeClock()),
    get taken() {
      return taken;
    },
    wake() {
      isAwake = true;
      for (const take of waiting.splice(0)) take();
    },
    fail(code: string) {
      failure = Object.assign(new Error(`write ${code}`), { code });
      this.wake();
    },
    waiting: () => stream.writableLength,
  };
}

const never = new AbortController().signal;
const TEXT = 'x'.repeat(3_000_000);

test('the end waits until a slow reader has everything, however long it is', async () => {
  const slow = reader();
  slow.output.write(TEXT);
  slow.output.write('end');
  const drained = slow.output.drained(never);
  slow.wake();
  expect(await drained).toBeUndefined();
  expect(slow.taken).toBe(`${TEXT}end`);
});

test('a log that nobody reads neither holds anything up nor fills the memory, and goes on when it is read', async () => {
  const stuck = reader();
  for (let line = 0; line < 1_000; line += 1) stuck.output.log(`${line} ${'x'.repeat(10_000)}\n`);
  expect(stuck.waiting()).toBeLessThan(1_100_000);
  stuck.wake();
  await stuck.output.drained(never);
  stuck.output.log('again\n');
  expect(stuck.taken.endsWith('\nagain\n')).toBe(true);
});

test('whoever is told to stop does not wait for a reader that takes nothing', async () => {
  const stop = new AbortController();
  const clock = new FakeClock();
  const output = createOutput(new Writable({ write() {} }), clock);
  output.write('text');
  const drained = output.drained(stop.signal);
  stop.abort();
  await clock.advance(1_000);
  expect(await drained).toBeUndefined();
});

test.each([
  ['EPIPE', undefined],
  ['ENOSPC', 'write ENOSPC'],
])('%s ends the output and nothing else', async (code, expected) => {
  const gone = reader();
  gone.output.write('lost');
  gone.fail(code);
  expect((await gone.output.drained(never))?.message).toBe(expected);
  gone.output.write('more');
  gone.output.log('line');
  expect((await gone.output.drained(never))?.message).toBe(expected);
  expect(gone.taken).toBe('');
});
