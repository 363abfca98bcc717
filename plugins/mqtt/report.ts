import type { Clock, Logger } from '../../core/index.ts';
import { messageOf } from './text.ts';

/** Says what becomes of a connection: the first failure and the recovery, nothing in between. */
export interface Report {
  connected(): void;
  /** The connection has lasted for `LASTING`. */
  lasting(): void;
  /** A connection is gone. */
  lost(reason: unknown): void;
  /** An attempt came to nothing. */
  failed(reason: unknown): void;
}

/** ms after which a connection counts as lasting */
export const LASTING = 10_000;
/** ms that a broker which starts together with us is waited for without a word */
const PATIENCE = 1_000;
/** Connections in a row that did not last before this is said */
const SHORT_LIVED = 3;

export function createReport(url: string, clientId: string, clock: Clock, log: Logger): Report {
  let said: 'nothing' | 'up' | 'down' | 'refused' = 'nothing';
  let failingSince: number | undefined;
  let connectedAt = 0;
  let shortLived = 0;

  return {
    connected() {
      connectedAt = clock.now();
      failingSince = undefined;
      if (said === 'up' || shortLived >= SHORT_LIVED) return;
      log.info(said === 'nothing' ? `connected to ${url}` : `connected to ${url} again`);
      said = 'up';
    },
    lasting() {
      if (shortLived >= SHORT_LIVED) log.info(`the connection to ${url} lasts again`);
      shortLived = 0;
      said = 'up';
    },
    lost(reason) {
      shortLived = clock.now() - connectedAt >= LASTING ? 0 : shortLived + 1;
      if (shortLived > SHORT_LIVED) return;
      said = 'down';
      if (shortLived < SHORT_LIVED) log.warn(`the connection to ${url} is lost: ${explain(reason)}; trying again`);
      else log.warn(`the connection to ${url} is lost again and again; is there another client named "${clientId}"?`);
    },
    failed(reason) {
      failingSince ??= clock.now();
      const refused = isRefusal(reason);
      if (said === 'refused' || (said === 'down' && !refused)) return;
      if (said === 'nothing' && !refused && clock.now() - failingSince < PATIENCE) return;
      said = refused ? 'refused' : 'down';
      log.warn(`cannot connect to ${url}: ${explain(reason)}; trying again until it works`);
    },
  };
}

/** Return codes of CONNACK: 4 bad user name or password, 5 not authorized (MQTT 3.1.1, table 3.1). */
function isRefusal(reason: unknown): boolean {
  const code = codeOf(reason);
  return code === 4 || code === 5;
}

/** Codes of OpenSSL for certificates that no known authority has signed */
const UNTRUSTED: ReadonlySet<unknown> = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

function explain(reason: unknown): string {
  if (reason === undefined) return 'the broker closed the connection';
  if (isRefusal(reason)) return 'the broker refused the login; check mqtt.user and mqtt.password';
  if (UNTRUSTED.has(codeOf(reason))) {
    return `${messageOf(reason)}; name the authority of the broker's certificate in mqtt.caCert, or set mqtt.insecure`;
  }
  return messageOf(reason);
}

function codeOf(reason: unknown): unknown {
  return typeof reason === 'object' && reason !== null && 'code' in reason ? reason.code : undefined;
}
