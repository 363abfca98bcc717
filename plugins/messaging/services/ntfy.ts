import type { NtfyOptions } from '../options.ts';
import { fieldOf, post, type Service, type ServiceContext } from '../service.ts';

/** ntfy.sh or an own server: https://docs.ntfy.sh/publish/ */
export function createNtfy(options: NtfyOptions, context: ServiceContext): Service[] {
  const {
    topic,
    url = 'https://ntfy.sh',
    token,
    user,
    password,
    priority,
    tags = [],
    insecure,
    timeout = 10,
  } = options;
  if (token !== undefined && user !== undefined) context.invalid('token and user exclude each other');
  if ((user === undefined) !== (password === undefined)) context.invalid('user and password need each other');
  const headers = {
    ...(priority !== undefined && { priority }),
    ...(tags.length > 0 && { tags: encodedWords(tags.join(',')) }),
  };
  const login = user !== undefined && password !== undefined ? ({ type: 'basic', user, password } as const) : undefined;
  const auth = token === undefined ? login : ({ type: 'bearer', token } as const);
  const send: Service['send'] = ({ title, text }, signal) =>
    post(
      context,
      {
        url: `${url.replace(/\/+$/, '')}/${topic}`,
        method: 'POST',
        headers: { ...headers, ...(title !== '' && { title: encodedWords(title) }) },
        body: text,
        ...(auth && { auth }),
        ...(insecure !== undefined && { insecure }),
      },
      signal,
      (answer) => fieldOf(answer, 'error'),
    );
  return [{ name: context.name, timeout: timeout * 1_000, send }];
}

/** Bytes of text in an encoded word, which must not be longer than 75 characters (RFC 2047, section 2) */
const LONGEST_WORD = 42;

/** A text as it may stand in a header: other characters than ASCII as encoded words, which ntfy understands. */
export function encodedWords(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text) && !text.includes('=?')) return text;
  const words: string[] = [];
  let word = '';
  for (const character of text.toWellFormed()) {
    if (Buffer.byteLength(word + character) > LONGEST_WORD) {
      words.push(word);
      word = '';
    }
    word += character;
  }
  words.push(word);
  return words.map((part) => `=?UTF-8?B?${Buffer.from(part).toString('base64')}?=`).join(' ');
}
