import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { CustomScriptSource, CustomSource, CustomTarget } from '../../../plugins/custom/index.ts';
import custom from '../../../plugins/custom/index.ts';
import { applyPlugin } from '../../contract/index.ts';
import { inTime } from '../../contract/peer.ts';
import { FakeClock } from '../../helpers/fake-clock.ts';
import { temporaryFolder } from '../../helpers/folder.ts';

const shell = (command: string, more: Partial<CustomScriptSource> = {}): CustomScriptSource => ({
  source: 'script',
  command,
  shell: true,
  ...more,
});

async function meter(power: CustomSource, setBatteryMode?: CustomTarget, directory = '/') {
  const plugin = await applyPlugin(custom);
  return plugin.meters.create('custom', { power, ...(setBatteryMode && { setBatteryMode }) }, { directory });
}
const read = async (power: CustomSource, directory?: string) =>
  (await meter(power, undefined, directory)).read(inTime());
const unavailable = (message: string | RegExp) =>
  expect.objectContaining({ code: 'EVCC_DEVICE_UNAVAILABLE', message: expect.stringMatching(message) });

describe('a program as source', () => {
  test('gives its output, or what stands in it, from the folder of the configuration', async () => {
    const directory = temporaryFolder({ 'value.json': '{"meter":{"kw":"1.25"}}' });
    expect(await read(shell('echo 42'))).toEqual({ power: 42 });
    const power: CustomSource = {
      source: 'script',
      command: 'cat',
      args: ['value.json'],
      path: 'meter.kw',
      scale: 1_000,
    };
    expect(await read(power, directory)).toEqual({ power: 1_250 });
  });

  test('gets its arguments as they are, and no shell reads them', async () => {
    const directory = temporaryFolder({});
    const args = ['-e', 'console.log(process.argv[1].length)', '--', '$(touch evil); `touch evil`'];
    expect(await read({ source: 'script', command: process.execPath, args }, directory)).toEqual({ power: 27 });
    expect(await read(shell('echo $(printf %s "$1" | wc -c)', { args: ['"; touch evil; "'] }), directory)).toEqual({
      power: 16,
    });
    expect(existsSync(`${directory}/evil`)).toBe(false);
  });

  test.each([
    [shell('echo no such device >&2; exit 3'), 'power: script echo: it ended with code 3: no such device'],
    [shell('kill -9 $$'), 'power: script kill: it was ended by SIGKILL'],
    [{ source: 'script', command: './not-there' } as const, 'power: script ./not-there: it cannot be run \\(ENOENT\\)'],
    [shell('cat /dev/zero'), 'power: script cat: it wrote more than 65536 bytes'],
  ])('%j is an error that says why', async (source, message) => {
    await expect(read(source)).rejects.toEqual(unavailable(`^${message}$`));
  });

  test('that gives no number is an error that quotes it', async () => {
    await expect(read(shell('echo lots'))).rejects.toMatchObject({ code: 'EVCC_DEVICE_PROTOCOL', message: /"lots"/ });
    await expect(read(shell('echo lots', { path: 'a' }))).rejects.toMatchObject({
      message: 'power from a script, path a: the answer is not JSON but "lots"',
    });
  });

  test('is killed with all that it started when it takes too long', async () => {
    const directory = temporaryFolder({});
    const clock = new FakeClock();
    const source = shell('sleep 60 & echo $! > child; echo $$ > own; wait');
    const device = await (await applyPlugin(custom)).meters.create('custom', { power: source }, { directory, clock });
    const reading = device.read(inTime());
    const text = (name: string): string =>
      existsSync(`${directory}/${name}`) ? readFileSync(`${directory}/${name}`, 'utf8') : '';
    await expect.poll(() => text('own').endsWith('\n')).toBe(true);
    void clock.advance(5_000);
    await expect(reading).rejects.toEqual(unavailable('^power: script sleep: it takes longer than 5 s$'));
    const runs = (name: string): boolean => {
      const pid = Number(text(name));
      return existsSync(`/proc/${pid}`) && !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
    };
    await expect.poll(() => runs('own') || runs('child')).toBe(false);
  });

  test('ends with the reading that wanted it', async () => {
    const device = await meter(shell('sleep 60'));
    await expect(device.read(AbortSignal.timeout(20))).rejects.toEqual(unavailable('there was no answer in time$'));
    await expect(device.read(AbortSignal.abort())).rejects.toEqual(unavailable('there was no time left to ask$'));
  });

  test('runs once for all who want it at the same time, and is kept as long as configured', async () => {
    const directory = temporaryFolder({});
    const plugin = await applyPlugin(custom);
    const at = (path: string, cache: number) => shell('echo x >> runs; echo \'{"a":1,"b":2}\'', { path, cache });
    const runs = () => readFileSync(`${directory}/runs`, 'utf8').length / 2;
    const create = (cache: number) =>
      plugin.meters.create(
        'custom',
        { power: at('a', cache), soc: at('b', cache), setBatteryMode: { target: 'script', command: 'true' } },
        { directory },
      );
    const fresh = await create(0);
    expect(await fresh.read(inTime())).toEqual({ power: 1, soc: 2 });
    expect(runs()).toBe(1);
    await fresh.read(inTime());
    expect(runs()).toBe(2);
    const kept = await create(60);
    await kept.read(inTime());
    await kept.read(inTime());
    expect(runs()).toBe(3);
    await kept.setBatteryMode?.('hold', inTime());
    await kept.read(inTime());
    expect(runs()).toBe(4);
  });
});

describe('a program as target', () => {
  const power = { source: 'constant', value: 0 } as const;

  test('gets the value as argument and in its environment', async () => {
    const directory = temporaryFolder({});
    writeFileSync(`${directory}/write`, '#!/bin/sh\necho "$1|$2|$EVCC_VALUE" > told\n', { mode: 0o700 });
    const map = { hold: '$(touch evil)' };
    const target: CustomTarget = { target: 'script', command: './write', args: ['mode={value}', '{value}'], map };
    const device = await meter(power, target, directory);
    await device.setBatteryMode?.('hold', inTime());
    expect(readFileSync(`${directory}/told`, 'utf8')).toBe('mode=$(touch evil)|$(touch evil)|$(touch evil)\n');
    expect(existsSync(`${directory}/evil`)).toBe(false);
  });

  test('that fails is a command that failed', async () => {
    const device = await meter(power, { target: 'script', command: 'echo refused >&2; exit 1', shell: true });
    await expect(device.setBatteryMode?.('hold', inTime())).rejects.toEqual(unavailable('ended with code 1: refused$'));
  });
});
