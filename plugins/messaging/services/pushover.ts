import type { PushoverOptions } from '../options.ts';
import { fieldOf, post, type Service, type ServiceContext, shortened } from '../service.ts';

/** Characters of message and title (https://pushover.net/api, limits) */
const LONGEST_MESSAGE = 1_024;
const LONGEST_TITLE = 250;

/** Pushover: https://pushover.net/api */
export function createPushover(options: PushoverOptions, context: ServiceContext): Service[] {
  const { app, recipients, devices = [], url = 'https://api.pushover.net', timeout = 10 } = options;
  return recipients.map((recipient, index) => {
    const name = recipients.length === 1 ? context.name : `${context.name} (recipient ${index + 1})`;
    return {
      name,
      timeout: timeout * 1_000,
      send: ({ title, text }, signal) =>
        post(
          { ...context, name },
          {
            url: `${url.replace(/\/+$/, '')}/1/messages.json`,
            method: 'POST',
            body: {
              token: app,
              user: recipient,
              message: shortened(text, LONGEST_MESSAGE),
              ...(title !== '' && { title: shortened(title, LONGEST_TITLE) }),
              ...(devices.length > 0 && { device: devices.join(',') }),
            },
          },
          signal,
          (answer) => [fieldOf(answer, 'errors')].flat().join(', '),
        ),
    };
  });
}
