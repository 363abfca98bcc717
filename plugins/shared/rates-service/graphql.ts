import type { Answer } from '../answer.ts';
import type { Ask } from './service.ts';

/** Codes and words of errors that mean the credentials; there is no standard. */
const CREDENTIALS = /unauthenticated|unauthorized|forbidden|authorization|invalid token|no valid session|KT-CT-11/i;

/**
 * The `data` of an answer to GraphQL, whose errors come with status 200. Errors: `EVCC_DEVICE_AUTH`,
 * `EVCC_DEVICE_UNAVAILABLE` with what the service says. Who is `loggedIn` knows that the credentials are right: a token that
 * the service does not take any more is only that.
 */
export async function askGraphql(
  { json, fail }: Pick<Ask, 'json' | 'fail'>,
  path: string,
  body: { readonly query: string; readonly variables?: Readonly<Record<string, unknown>> },
  { loggedIn = false }: { readonly loggedIn?: boolean } = {},
): Promise<Answer> {
  const answer = await json(path, { method: 'POST', body });
  const errors = answer.at('errors');
  const [first] = errors.absent ? [] : errors.items();
  if (!first) return answer.at('data');
  const extensions = first.at('extensions');
  const code = extensions.absent ? '' : [extensions.at('code').shown, extensions.at('errorCode').shown].join(' ');
  const message = first.at('message').shown;
  const refused = !loggedIn && CREDENTIALS.test(`${code} ${message}`);
  return fail(
    refused ? 'EVCC_DEVICE_AUTH' : 'EVCC_DEVICE_UNAVAILABLE',
    `${answer.source}: the service says: ${message}`,
  );
}
