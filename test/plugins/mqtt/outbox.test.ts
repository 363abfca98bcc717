import assert from 'node:assert/strict';
import { test } from 'vitest';
import { createOutbox, type Send } from '../../../plugins/mqtt/outbox.ts';
import { settle } from '../../helpers/fake-clock.ts';

/** A broker that confirms when it is told to. */
function fakeBroker(confirm: 'at once' | 'later' = 'at once') {
  const sent: string[] = [];
  const open: (() => void)[] = [];
  const send: Send = (topic, payload, done) => {
    sent.push(`${topic}=${payload}`);
    if (confirm === 'at once') done();
    else open.push(done);
  };
  return {
    send,
    /** What was sent since the last call */
    take: () => sent.splice(0),
    confirm: (count = open.length) => {
      for (const done of open.splice(0, count)) done();
    },
  };
}

test('a payload is sent once and not repeated while it stays the same', async () => {
  const outbox = createOutbox();
  const broker = fakeBroker();
  outbox.attach(broker.send);
  outbox.set('a', '1');
  outbox.set('a', '1');
  await settle();
  outbox.set('a', '1');
  await settle();
  assert.deepEqual(broker.take(), ['a=1']);
});

test('of several changes in one go only the last is sent', async () => {
  const outbox = createOutbox();
  const broker = fakeBroker();
  outbox.attach(broker.send);
  outbox.set('a', '1');
  await settle();
  outbox.set('a', '2');
  outbox.set('a', '3');
  outbox.set('b', '1');
  await settle();
  assert.deepEqual(broker.take(), ['a=1', 'a=3', 'b=1']);
  outbox.set('a', '4');
  outbox.set('a', '3');
  await settle();
  assert.deepEqual(broker.take(), []);
});

test('what changed without connection is sent once, in its latest state, when there is one', async () => {
  const outbox = createOutbox();
  for (let value = 1; value <= 1_000; value += 1) outbox.set('a', String(value));
  outbox.set('b', 'x');
  const broker = fakeBroker();
  outbox.attach(broker.send);
  assert.deepEqual(broker.take(), ['a=1000', 'b=x']);
});

test('a new connection gets everything once, also what an older one had confirmed or not', async () => {
  const outbox = createOutbox();
  const first = fakeBroker('later');
  outbox.attach(first.send);
  outbox.set('a', '1');
  outbox.set('b', '1');
  await settle();
  first.confirm(1);
  outbox.detach();
  outbox.set('b', '2');
  const second = fakeBroker();
  outbox.attach(second.send);
  first.confirm();
  await settle();
  assert.deepEqual(second.take(), ['a=1', 'b=2']);
  outbox.set('b', '2');
  await settle();
  assert.deepEqual(second.take(), []);
});

test('no more than a hundred messages are on the way at the same time', async () => {
  const outbox = createOutbox();
  const broker = fakeBroker('later');
  for (let topic = 0; topic < 1_000; topic += 1) outbox.set(`t${topic}`, '1');
  outbox.attach(broker.send);
  assert.equal(broker.take().length, 100);
  broker.confirm(10);
  assert.equal(broker.take().length, 10);
  let sent = 110;
  while (sent < 1_000) {
    broker.confirm();
    sent += broker.take().length;
  }
  broker.confirm();
  await outbox.idle();
  assert.equal(sent, 1_000);
});

test('confirmations that come after the end of their connection count for nothing', async () => {
  const outbox = createOutbox();
  const first = fakeBroker('later');
  const second = fakeBroker('later');
  for (let topic = 0; topic < 1_000; topic += 1) outbox.set(`t${topic}`, '1');
  outbox.attach(first.send);
  outbox.detach();
  outbox.attach(second.send);
  assert.equal(second.take().length, 100);
  first.confirm();
  assert.deepEqual(second.take(), []);
});

test('tens of thousands of messages that are confirmed at once do not pile up calls', () => {
  const outbox = createOutbox();
  const broker = fakeBroker();
  for (let topic = 0; topic < 50_000; topic += 1) outbox.set(`t${topic}`, '1');
  outbox.attach(broker.send);
  assert.equal(broker.take().length, 50_000);
});

test('a value that changes while its topic waits for its turn goes out in its latest state only', () => {
  const outbox = createOutbox();
  const broker = fakeBroker('later');
  for (let topic = 0; topic < 101; topic += 1) outbox.set(`t${topic}`, 'old');
  outbox.attach(broker.send);
  outbox.set('t100', 'new');
  broker.take();
  broker.confirm(1);
  assert.deepEqual(broker.take(), ['t100=new']);
});

test('a cleared topic gets an empty payload once and is forgotten', async () => {
  const outbox = createOutbox();
  const first = fakeBroker();
  outbox.attach(first.send);
  outbox.set('a', '1');
  await settle();
  let confirmed = 0;
  outbox.clear('a', () => {
    confirmed += 1;
  });
  assert.equal(outbox.has('a'), false);
  await settle();
  assert.deepEqual(first.take(), ['a=1', 'a=']);
  assert.equal(confirmed, 1);
  const second = fakeBroker();
  outbox.detach();
  outbox.attach(second.send);
  await settle();
  assert.deepEqual(second.take(), []);
});

test('a topic that was cleared without connection is cleared by the next one', async () => {
  const outbox = createOutbox();
  outbox.set('a', '1');
  outbox.clear('a');
  const broker = fakeBroker();
  outbox.attach(broker.send);
  assert.deepEqual(broker.take(), ['a=']);
});

test('a clearing that the broker did not confirm is repeated by the next connection', async () => {
  const outbox = createOutbox();
  const first = fakeBroker('later');
  outbox.attach(first.send);
  outbox.clear('a');
  await settle();
  outbox.detach();
  const second = fakeBroker();
  outbox.attach(second.send);
  assert.deepEqual(second.take(), ['a=']);
});

test('a topic that comes back after it was cleared is sent', async () => {
  const outbox = createOutbox();
  const broker = fakeBroker('later');
  outbox.attach(broker.send);
  outbox.set('a', '1');
  outbox.clear('a');
  outbox.set('a', '1');
  await settle();
  broker.confirm();
  await settle();
  assert.equal(broker.take().at(-1), 'a=1');
  outbox.clear('a');
  await settle();
  outbox.set('a', '1');
  broker.confirm();
  await settle();
  assert.deepEqual(broker.take(), ['a=', 'a=1']);
  assert.equal(outbox.has('a'), true);
});

test('a value can be repeated on demand; an unknown topic cannot', async () => {
  const outbox = createOutbox();
  const broker = fakeBroker();
  outbox.attach(broker.send);
  outbox.set('a', '1');
  await settle();
  outbox.repeat('a');
  outbox.repeat('b');
  await settle();
  assert.deepEqual(broker.take(), ['a=1', 'a=1']);
});

test('waiting for the outbox ends when the connection is lost', async () => {
  const outbox = createOutbox();
  await outbox.idle();
  outbox.attach(fakeBroker('later').send);
  outbox.set('a', '1');
  const idle = outbox.idle();
  await settle();
  outbox.detach();
  await idle;
});
