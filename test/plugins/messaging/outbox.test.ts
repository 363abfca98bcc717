import { describe, expect, test } from 'vitest';
import { type LogEntry, silentLogger } from '../../../core/log.ts';
import { createOutbox } from '../../../plugins/messaging/outbox.ts';
import { type Message, Refused, type Service } from '../../../plugins/messaging/service.ts';
import { FakeClock } from '../../helpers/fake-clock.ts';
import { message } from './sending.ts';

/** A service that does what it is told, and what became of it. */
function bench(more: Partial<Service> = {}) {
  const clock = new FakeClock();
  const log: string[] = [];
  const note = (level: LogEntry['level']) => (text: string) => void log.push(`${level}: ${text}`);
  const logger = { ...silentLogger, info: note('info'), warn: note('warn') };
  const attempts: string[] = [];
  const state: { failure?: Error | 'hang' } = {};
  const service: Service = {
    name: 'pigeon',
    timeout: 10_000,
    async send({ text }: Message) {
      attempts.push(text);
      if (state.failure === 'hang') await new Promise(() => {});
      if (state.failure) throw state.failure;
    },
    ...more,
  };
  const outbox = createOutbox(service, clock, logger);
  const put = (text: string): void => outbox.put(message({ text }));
  /** Texts that were tried since the last call */
  const tried = (): string[] => attempts.splice(0);
  return { clock, log, outbox, put, tried, state };
}

describe('an outbox', () => {
  test('sends one message after the other', async () => {
    const { clock, log, put, tried } = bench();
    put('one');
    put('two');
    await clock.advance(0);
    expect(tried()).toEqual(['one', 'two']);
    expect([log, clock.pending]).toEqual([[], 0]);
  });

  test('tries again with growing pauses, then goes on with the next one', async () => {
    const { clock, log, put, tried, state } = bench();
    state.failure = new Error('no wind');
    put('one');
    put('two');
    await clock.advance(4_999);
    expect(tried()).toEqual(['one']);
    await clock.advance(1);
    expect(tried()).toEqual(['one']);
    await clock.advance(30_000);
    expect(tried()).toEqual(['one']);
    await clock.advance(180_000);
    expect(tried()).toEqual(['one', 'two']);
    delete state.failure;
    await clock.advance(5_000);
    expect(tried()).toEqual(['two']);
    expect(log).toEqual([
      'warn: pigeon does not take messages: no wind; trying again',
      'info: pigeon takes messages again; 1 were not sent',
    ]);
  });

  test('does not try again what is refused, or must not be done twice', async () => {
    const refused = bench();
    refused.state.failure = new Refused('wrong address');
    const script = bench({ once: true });
    script.state.failure = new Error('it ended with code 1');
    for (const { put, clock, tried, log, state } of [refused, script]) {
      put('one');
      put('two');
      await clock.advance(600_000);
      expect(tried()).toEqual(['one', 'two']);
      expect(log).toEqual([`warn: pigeon does not take messages: ${(state.failure as Error).message}`]);
    }
  });

  test('gives up an attempt that takes too long, whether that is heeded or not', async () => {
    const { clock, log, put, tried, state } = bench();
    state.failure = 'hang';
    put('one');
    await clock.advance(14_999);
    expect(tried()).toEqual(['one']);
    delete state.failure;
    await clock.advance(1);
    expect(tried()).toEqual(['one']);
    expect(log[0]).toBe('warn: pigeon does not take messages: it took too long; trying again');
    expect(clock.pending).toBe(0);
  });

  test('keeps the latest twenty messages', async () => {
    const { clock, log, put, tried, state } = bench();
    state.failure = 'hang';
    for (let number = 0; number <= 25; number += 1) put(`${number}`);
    delete state.failure;
    await clock.advance(20_000);
    const sent = tried();
    expect(sent.slice(0, 2)).toEqual(['0', '0']);
    expect(sent.slice(2)).toEqual(Array.from({ length: 20 }, (_, index) => `${index + 6}`));
    expect(log.filter((line) => line.startsWith('warn'))).toHaveLength(1);
    expect(log.at(-1)).toContain('5 were not sent');
  });

  test('tries what is left once more at the end, and takes nothing after it', async () => {
    const { clock, put, tried, outbox, state } = bench();
    state.failure = new Error('no wind');
    put('one');
    put('two');
    await clock.advance(0);
    const { signal } = new AbortController();
    await outbox.close(signal);
    expect(tried()).toEqual(['one', 'one', 'two']);
    put('three');
    await clock.advance(600_000);
    expect([tried(), clock.pending]).toEqual([[], 0]);
  });

  test('ends in the middle where there is no time left', async () => {
    const { clock, put, tried, outbox, state } = bench();
    state.failure = 'hang';
    put('one');
    put('two');
    await clock.advance(0);
    const end = new AbortController();
    const closing = outbox.close(end.signal);
    await clock.advance(1_000);
    end.abort();
    await closing;
    expect([tried(), clock.pending]).toEqual([['one'], 0]);
  });
});
