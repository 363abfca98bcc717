import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../helpers/folder.ts';
import { message, send, servicesOf, until } from './sending.ts';

describe('a script', () => {
  test('gets its arguments, title and message, also as environment, and no shell reads them', async (t) => {
    const out = join(temporaryFolder({}), 'out');
    const code = `require('fs').writeFileSync(${JSON.stringify(out)}, JSON.stringify([process.argv.slice(1), process.env.EVCC_TITLE, process.env.EVCC_MESSAGE, process.env.EVCC_EVENT, process.env.EVCC_LOADPOINT]))`;
    const services = servicesOf(t, { type: 'script', command: process.execPath, args: ['-e', code, '--', '-x y'] });
    const [title, text] = ['"; touch /tmp/evil; $(id)', '`id` $HOME\n\0* | & >'];
    expect(await send(services, message({ title, text }))).toEqual(['sent']);
    const clean = text.replace('\0', '');
    expect(JSON.parse(readFileSync(out, 'utf8'))).toEqual([['-x y', title, clean], title, clean, 'connect', '2']);
  });

  test('is read by the shell where that is wanted, but messages are not', async (t) => {
    const folder = temporaryFolder({});
    const command = `printf '%s|%s' "$1" "$2" | cat > ${folder}/out`;
    const services = servicesOf(t, { type: 'script', command, shell: true });
    expect(await send(services, message({ title: `$(touch ${folder}/evil)`, text: '"; exit 3; "' }))).toEqual(['sent']);
    expect(readFileSync(`${folder}/out`, 'utf8')).toBe(`$(touch ${folder}/evil)|"; exit 3; "`);
    expect(existsSync(`${folder}/evil`)).toBe(false);
  });

  test('says how it ended, and the last of what it said', async (t) => {
    const sh = (command: string) => servicesOf(t, { type: 'script', command, shell: true });
    expect(await send(sh('echo some output; echo what went wrong >&2; exit 3'))).toEqual([
      'Error: it ended with code 3: what went wrong',
    ]);
    expect(await send(sh('kill -9 $$'))).toEqual(['Error: it was ended by SIGKILL']);
    const [much = ''] = await send(sh('i=0; while [ $i -lt 20000 ]; do echo "line $i" >&2; i=$((i+1)); done; exit 1'));
    expect(much).toContain('line 19999');
    expect(much.length).toBeLessThan(400);
    const [missing] = await send(servicesOf(t, { type: 'script', command: './not-there' }));
    expect(missing).toBe('Error: it cannot be run (ENOENT)');
  });

  test('may write as much as it likes, and leave something running', async (t) => {
    const folder = temporaryFolder({});
    const command = `head -c 3000000 /dev/zero; sleep 60 & echo $! > ${folder}/child`;
    expect(await send(servicesOf(t, { type: 'script', command, shell: true }))).toEqual(['sent']);
    process.kill(Number(readFileSync(`${folder}/child`, 'utf8')));
  });

  test('is killed with all that it started when it takes too long', async (t) => {
    const folder = temporaryFolder({});
    const command = `sleep 60 & echo $! > ${folder}/child; echo $$ > ${folder}/own; wait`;
    const [service] = servicesOf(t, { type: 'script', command, shell: true });
    const late = new AbortController();
    const sending = service?.send(message(), late.signal);
    await until(() => existsSync(`${folder}/own`) && readFileSync(`${folder}/own`, 'utf8').endsWith('\n'));
    late.abort();
    await expect(sending).rejects.toThrow('it was ended by SIGKILL');
    const runs = (name: string): boolean => {
      const pid = Number(readFileSync(`${folder}/${name}`, 'utf8'));
      return existsSync(`/proc/${pid}`) && !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
    };
    await until(() => !runs('own') && !runs('child'));
  });
});
