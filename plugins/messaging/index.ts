import type { Plugin } from '../../core/index.ts';
import { createHttp } from '../shared/http/client.ts';
import type { MessagingService } from '../shared/messaging-service.ts';
import { createMoments } from './moments.ts';
import type { MessagingOptions } from './options.ts';
import { attemptOf, createOutbox } from './outbox.ts';
import { SCHEMA } from './schema.ts';
import type { Message } from './service.ts';
import { createServices } from './services.ts';
import { valuesOf } from './values.ts';
import { createWriter, eventNamed } from './writer.ts';

export type { MessagingOptions } from './options.ts';

/** Tells people what happens, as `docs/messaging.md` describes it. */
const messaging: Plugin<MessagingOptions> = {
  name: 'messaging',
  section: { key: 'messaging', schema: SCHEMA },
  apply(evcc, options) {
    const { hooks, clock, log, fail } = evcc;
    const http = createHttp(evcc);
    const writer = createWriter(options.events, evcc);
    const services = createServices(options.services, evcc, http);
    const outboxes = services.map((service) => createOutbox(service, clock, log));
    const moments = createMoments(evcc, (event, values) => {
      const message = writer.write(event.kind, values);
      if (message) for (const outbox of outboxes) outbox.put(message);
    });

    /** The message of an event as if it happened now, at the first loadpoint. */
    const example = (event: string): Message => {
      const kind = eventNamed(event);
      const message = kind && writer.write(kind, valuesOf({ kind, ...EXAMPLE }, evcc), true);
      const known = [...writer.events].join(', ') || 'none';
      return message ?? fail('EVCC_COMMAND_INVALID', `no message is configured for "${event}", but for: ${known}`);
    };
    const service: MessagingService = {
      try: (event) => {
        const message = event === undefined ? TEST : example(event);
        const { signal } = new AbortController();
        return Promise.all(
          services.map((each) =>
            attemptOf(each, message, clock, signal).then(
              () => ({ service: each.name }),
              (error: unknown) => ({
                service: each.name,
                problem: error instanceof Error ? error.message : String(error),
              }),
            ),
          ),
        );
      },
    };
    evcc.services.provide('messaging', service);

    hooks.event.tap('messaging', (event) => {
      if (writer.events.has(event.kind) || event.kind === 'connect') moments.happened(event);
    });
    hooks.publish.tap('messaging', () => moments.published());
    hooks.started.tap('messaging', () => writer.check());
    hooks.stop.tapPromise('messaging', async (signal) => {
      await Promise.all(outboxes.map((outbox) => outbox.close(signal)));
    });
    return async () => {
      await Promise.all(outboxes.map((outbox) => outbox.close(AbortSignal.abort())));
      http.close();
    };
  },
};

export default messaging;

/** What an event brings along that is made up to try its message out */
const EXAMPLE = { loadpoint: 1, soc: 80, device: 'example', deviceKind: 'charger', reason: 'this is a test' } as const;

/** What is sent to try the services out */
const TEST: Message = {
  event: 'test',
  title: 'Test',
  text: 'This is a test. Messages of your house will arrive here.',
  values: new Map(),
};
