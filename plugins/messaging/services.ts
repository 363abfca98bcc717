import type { Evcc } from '../../core/index.ts';
import type { HttpClient } from '../shared/http/client.ts';
import type { ServiceOptions } from './options.ts';
import type { Service, ServiceContext } from './service.ts';
import { createEmail } from './services/email.ts';
import { createNtfy } from './services/ntfy.ts';
import { createPushover } from './services/pushover.ts';
import { createScript } from './services/script.ts';
import { createTelegram } from './services/telegram.ts';
import { createWebhook } from './services/webhook.ts';

/** All services that are configured. Errors: `EVCC_CONFIG_INVALID`. */
export function createServices(
  all: readonly ServiceOptions[],
  { time, directory, fail }: Pick<Evcc, 'time' | 'directory' | 'fail'>,
  http: HttpClient,
): Service[] {
  return all.flatMap((options, index) => {
    const { type } = options;
    const alike = all.filter((other) => other.type === type);
    const context: ServiceContext = {
      name: alike.length === 1 ? type : `${type} ${alike.indexOf(options) + 1}`,
      time,
      directory,
      http,
      invalid: (why) => fail('EVCC_CONFIG_INVALID', `messaging.services[${index}]: ${why}`),
    };
    return create(options, context);
  });
}

function create(options: ServiceOptions, context: ServiceContext): Service[] {
  switch (options.type) {
    case 'ntfy':
      return createNtfy(options, context);
    case 'telegram':
      return createTelegram(options, context);
    case 'pushover':
      return createPushover(options, context);
    case 'email':
      return createEmail(options, context);
    case 'webhook':
      return createWebhook(options, context);
    case 'script':
      return createScript(options, context);
  }
}
