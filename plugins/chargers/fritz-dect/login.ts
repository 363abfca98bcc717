import { createHash, pbkdf2 } from 'node:crypto';
import { promisify } from 'node:util';
import type { DeviceContext } from '../../../core/index.ts';
import { describeText, type HttpClient } from '../../shared/http/client.ts';
import { type Credentials, createLogin } from '../../shared/http/credentials.ts';

/** Sessions of a FRITZ!Box: AVM, "Login to the FRITZ!Box web interface", 2023. */

const NO_SESSION = '0000000000000000';
const derive = promisify(pbkdf2);

/** Answers a challenge: PBKDF2 of FRITZ!OS 7.24 and later, `2$iterations$salt$iterations$salt`, or MD5. */
export async function respond(challenge: string, password: string): Promise<string> {
  const [version, count1, salt1 = '', count2, salt2 = ''] = challenge.split('$');
  if (version === '2' && challenge.includes('$')) {
    const inner = await derive(password, Buffer.from(salt1, 'hex'), Number(count1), 32, 'sha256');
    const outer = await derive(inner, Buffer.from(salt2, 'hex'), Number(count2), 32, 'sha256');
    return `${salt2}$${outer.toString('hex')}`;
  }
  // Characters beyond Latin-1 count as full stops.
  const plain = password.replaceAll(/[\u0100-\uffff]/g, '.');
  const hash = createHash('md5').update(Buffer.from(`${challenge}-${plain}`, 'utf16le'));
  return `${challenge}-${hash.digest('hex')}`;
}

export interface FritzBox {
  /** Such as `http://fritz.box` */
  readonly base: string;
  readonly user: string;
  readonly password: string;
  readonly insecure: boolean;
}

/** A session that all requests to the box share; it ends after 20 minutes without any. */
export function createFritzLogin(
  http: HttpClient,
  { base, user, password, insecure }: FritzBox,
  context: Pick<DeviceContext, 'clock' | 'fail'>,
): Credentials {
  const { fail } = context;
  const login = async (query: string, signal: AbortSignal): Promise<string> =>
    http.text({ url: `${base}/login_sid.lua?version=2${query}`, insecure }, signal);
  const element = (answer: string, name: string): string =>
    new RegExp(`<${name}>([^<]*)</${name}>`).exec(answer)?.[1] ??
    fail('EVCC_DEVICE_PROTOCOL', `${base}/login_sid.lua: the answer has no ${name} but is ${describeText(answer)}`);

  return createLogin(
    async (signal) => {
      const challenge = element(await login('', signal), 'Challenge');
      const response = await respond(challenge, password);
      const answer = await login(`&${new URLSearchParams({ username: user, response })}`, signal);
      const sid = element(answer, 'SID');
      if (sid === NO_SESSION) {
        const blocked = Number(/<BlockTime>(\d+)</.exec(answer)?.[1] ?? 0);
        const wait = blocked > 0 ? `; it takes no login for another ${blocked} s` : '';
        fail('EVCC_DEVICE_AUTH', `${base}: user or password were refused, or may not use smart home devices${wait}`);
      }
      return { auth: { type: 'query', name: 'sid', value: sid } };
    },
    context,
    `${base}/login_sid.lua`,
  );
}
