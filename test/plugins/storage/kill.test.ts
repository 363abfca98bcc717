import assert from 'node:assert/strict';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { onTestFinished, test } from 'vitest';
import { openSqlite, startChild, temporaryFolder } from './sqlite.ts';

const SEED = 20_250_615;
const ROUNDS = 5;

const TITLE = 'a kill at any moment loses no acknowledged setting and no acknowledged state of a session';

// Starts as many processes as rounds, which takes its time on a busy machine.
test(TITLE, { timeout: 120_000 }, async () => {
  const folder = temporaryFolder();
  onTestFinished(() => folder.remove());
  const file = join(folder.path, 'evcc.db');
  const random = createRandom(SEED);
  let settings = 0;
  let energy = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const victim = startChild('write', file);
    onTestFinished(() => void victim.kill('SIGKILL'));
    const patience = 1 + Math.floor(random() * 150);
    let lines = 0;
    for await (const line of createInterface({ input: victim.stdout })) {
      const [kind, number] = line.split(' ');
      if (kind === 'setting') settings = Number(number) + 1;
      else energy = Number(number);
      lines += 1;
      // The kill meets the process somewhere in a later write; what it acknowledged until then is read, too.
      if (lines === patience) victim.kill('SIGKILL');
    }
    if (victim.exitCode === null && victim.signalCode === null) await once(victim, 'exit');
    assert.equal(victim.signalCode, 'SIGKILL', `seed ${SEED}, round ${round}`);

    const store = await openSqlite(file);
    const kept = await store.settings.all();
    for (let count = 0; count < settings; count += 1) {
      assert.equal(kept.get(`key ${count}`), String(count), `seed ${SEED}, round ${round}, setting ${count}`);
    }
    assert.ok(kept.size <= settings + 1, 'there is at most one setting more, which was not acknowledged any more');
    const [session, ...others] = await store.sessions.list();
    assert.ok(session && others.length === 0);
    assert.ok(session.energy >= energy && session.energy <= energy + 1, `seed ${SEED}, round ${round}, session`);
    await store.close();
  }
  assert.ok(settings > ROUNDS);
});

/** Uniform in [0, 1): a linear congruential generator with the constants of Numerical Recipes, 2nd edition, 7.1. */
function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
