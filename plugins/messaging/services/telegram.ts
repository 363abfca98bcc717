import type { TelegramOptions } from '../options.ts';
import { fieldOf, post, type Service, type ServiceContext, shortened } from '../service.ts';

/** Characters of a message (Bot API, sendMessage) */
const LONGEST = 4_096;

/** A Telegram bot: https://core.telegram.org/bots/api#sendmessage. Plain text, so that nothing in it is taken for markup. */
export function createTelegram(options: TelegramOptions, context: ServiceContext): Service[] {
  const { token, chats, url = 'https://api.telegram.org', timeout = 10 } = options;
  return chats.map((chat, index) => {
    const name = chats.length === 1 ? context.name : `${context.name} (chat ${index + 1})`;
    return {
      name,
      timeout: timeout * 1_000,
      send: ({ title, text }, signal) =>
        post(
          { ...context, name },
          {
            url: `${url.replace(/\/+$/, '')}/bot${token}/sendMessage`,
            method: 'POST',
            body: { chat_id: chat, text: shortened(title === '' ? text : `${title}\n\n${text}`, LONGEST) },
          },
          signal,
          (answer) => fieldOf(answer, 'description'),
        ),
    };
  });
}
