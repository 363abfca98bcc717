import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Evcc } from '../../core/index.ts';
import type { Denial, Guard, Ticket, TokenInfo } from '../shared/access.ts';
import { Attempts } from './attempts.ts';
import { type Kept, nothingKept, readKept, writeKept } from './kept.ts';
import { type AccessOptions, LONGEST_PASSWORD, SHORTEST_PASSWORD, TOKEN_NAME } from './options.ts';
import { hashPassword, isPassword } from './password.ts';
import { createQueue } from './queue.ts';
import { issueTicket, readTicket, ticketKey, ticketOfToken, tokenInTicket } from './tickets.ts';

const MOST_TOKENS = 100;
/** Passwords that may wait to be hashed, which is made to be expensive; further ones are turned away */
const MOST_WAITING = 8;

interface KnownToken extends TokenInfo {
  /** SHA-256 */
  readonly digest: Buffer;
}

/** The guard, and what reads in `setup` what is kept for it. */
export function createGuard(
  { password: configured, tokens: named = {}, protect = 'all', hosts = [] }: AccessOptions,
  evcc: Evcc,
): Guard & { load(): Promise<void> } {
  const { clock, log } = evcc;
  const attempts = new Attempts(clock);
  const hashing = createQueue();
  const changes = createQueue();
  const listeners = new Set<() => void>();
  const start = Promise.withResolvers<void>();
  // Whoever waits for it hears of a failure; often nobody does.
  start.promise.catch(() => {});

  const configuredTokens = Object.entries(named).map(([name, value]): KnownToken => {
    const { token, readOnly = false } = typeof value === 'string' ? { token: value } : value;
    return { name, right: readOnly ? 'read' : 'full', digest: sha256(token) };
  });
  let kept = nothingKept();
  let condition: 'new' | 'none' | 'stored' | 'damaged' = 'new';
  let tokens: readonly KnownToken[] = configuredTokens;
  let key = ticketKey(kept.secret, '');

  const hasPassword = (): boolean => configured !== undefined || kept.password !== undefined;
  /** Nobody knows what was kept when it is damaged, so that it must not count as open. */
  const isOpen = (): boolean => condition !== 'damaged' && !hasPassword() && tokens.length === 0;

  const tokenOf = (text: string | undefined): KnownToken | undefined => {
    const digest = text === undefined ? undefined : sha256(text);
    return digest && tokens.find((each) => timingSafeEqual(each.digest, digest));
  };

  const use = (next: Kept): void => {
    kept = next;
    key = ticketKey(next.secret, configured === undefined ? (next.password ?? '') : `configured ${configured}`);
    const made = next.tokens.map(({ hash, ...info }) => ({ ...info, digest: Buffer.from(hash, 'hex') }));
    tokens = [...configuredTokens, ...made];
  };
  const store = async (next: Kept): Promise<void> => {
    await writeKept(evcc, next);
    condition = 'stored';
    use(next);
    for (const listener of listeners) listener();
  };
  const issue = async (): Promise<Ticket> => {
    // What signs it must still be there after a restart.
    if (condition !== 'stored') await changes.run(() => store(kept));
    return issueTicket(key, clock.now());
  };
  /** Why a password does not count; `undefined`: it is the right one. */
  const check = async (password: string, from: string): Promise<Denial | undefined> => {
    if (hashing.length > MOST_WAITING) return slow(1_000);
    const pause = attempts.begin(from);
    if (pause > 0) return slow(pause);
    const right =
      configured === undefined
        ? await hashing.run(() => isPassword(password, kept.password ?? ''))
        : timingSafeEqual(sha256(password.normalize('NFKC')), sha256(configured.normalize('NFKC')));
    if (right) attempts.succeeded(from);
    else log.warn(`somebody at ${from} tried a wrong password`);
    return right ? undefined : { denied: 'wrong', message: 'the password is wrong' };
  };

  return {
    ready: start.promise,
    hosts: hosts.map((host) => host.toLowerCase()),
    get hasPassword() {
      return hasPassword();
    },
    async load() {
      try {
        const found = await readKept(evcc);
        condition = typeof found === 'string' ? found : 'stored';
        use(typeof found === 'string' ? kept : found);
        if (found === 'damaged') {
          log.error('what is stored of passwords and tokens is unreadable: set access.password in the configuration');
        }
        start.resolve();
      } catch (error) {
        start.reject(error);
        throw error;
      }
    },
    identify({ ticket, token }) {
      if (condition === 'new') return { right: 'none' };
      if (isOpen()) return { right: 'full' };
      const found = tokenOf(token) ?? tokenOf(ticket && tokenInTicket(ticket));
      if (found) return { right: found.right, known: 'token' };
      const login = ticket === undefined || !hasPassword() ? undefined : readTicket(key, ticket, clock.now());
      if (login && !Object.hasOwn(kept.loggedOut, login.id)) return { right: 'full', known: 'login' };
      return { right: protect === 'changes' ? 'read' : 'none' };
    },
    async login(password, from) {
      if (tokenOf(password)) return ticketOfToken(password, clock.now());
      if (!hasPassword()) return unfit('there is no password to log in with');
      return (await check(password, from)) ?? (await issue());
    },
    async logout(text) {
      const now = clock.now();
      const ticket = readTicket(key, text, now);
      if (!ticket) return;
      await changes.run(() => {
        const others = Object.entries(kept.loggedOut).filter(([, expires]) => expires > now);
        return store({ ...kept, loggedOut: { ...Object.fromEntries(others), [ticket.id]: ticket.expires } });
      });
    },
    async setPassword(current, next, from) {
      if (configured !== undefined) return unfit('the password stands in the configuration; change it there');
      if (condition === 'damaged')
        return unfit('what is stored is unreadable; set access.password in the configuration');
      if (next.length < SHORTEST_PASSWORD || next.length > LONGEST_PASSWORD) {
        return unfit(`a password has ${SHORTEST_PASSWORD} to ${LONGEST_PASSWORD} characters`);
      }
      const { password: before } = kept;
      if (before !== undefined) {
        const denial = await check(current, from);
        if (denial) return denial;
      }
      const password = await hashing.run(() => hashPassword(next));
      return changes.run(async () => {
        if (kept.password !== before) return unfit('somebody else set a password at the same time');
        await store({ ...kept, password, loggedOut: {} });
        log.info(`the password was ${before === undefined ? 'set' : 'changed'} by somebody at ${from}`);
        return issueTicket(key, clock.now());
      });
    },
    tokens: () => tokens.map(({ digest, ...info }) => info),
    createToken: (name, right) =>
      changes.run(async () => {
        if (!hasPassword()) return unfit('a token alone would lock everybody else out: set a password first');
        if (!new RegExp(TOKEN_NAME).test(name))
          return unfit('a name has 1 to 60 letters, digits, ".", "-" or "_", and no "." first');
        if (tokens.some((token) => token.name === name)) return unfit(`there is a token "${name}" already`);
        if (tokens.length >= MOST_TOKENS) return unfit(`there are ${MOST_TOKENS} tokens already`);
        const token = `evcc_${randomBytes(32).toString('base64url')}`;
        const hash = sha256(token).toString('hex');
        await store({ ...kept, tokens: [...kept.tokens, { name, hash, right, created: clock.now() }] });
        log.info(`the token ${name} was made`);
        return { token };
      }),
    revokeToken: (name) =>
      changes.run(async () => {
        if (configuredTokens.some((token) => token.name === name)) {
          return unfit(`the token "${name}" stands in the configuration; take it out there`);
        }
        const others = kept.tokens.filter((token) => token.name !== name);
        if (others.length === kept.tokens.length) return { denied: 'unknown', message: `there is no token "${name}"` };
        await store({ ...kept, tokens: others });
        log.info(`the token ${name} was revoked`);
        return undefined;
      }),
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** `retryAfter` in ms */
function slow(retryAfter: number): Denial {
  return { denied: 'slow', message: `too many attempts; try again in ${Math.ceil(retryAfter / 1_000)} s`, retryAfter };
}

function unfit(message: string): Denial {
  return { denied: 'unfit', message };
}
