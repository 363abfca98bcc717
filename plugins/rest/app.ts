import Koa from 'koa';
import type { Evcc } from '../../core/index.ts';
import { compressAnswers } from './compress.ts';
import { answerConditionally } from './conditional.ts';
import type { Dialect } from './dialect.ts';
import type { Gate } from './gate.ts';
import { answerFailures, checkAccess, findPath, limitRate, takeBody, tellBrowsers } from './middleware.ts';
import { redirectToCleanPath } from './moved.ts';
import { showPages } from './pages.ts';
import type { Rates } from './rates.ts';
import { createRoutes } from './routes.ts';

export interface AppOptions {
  readonly dialect: Dialect;
  readonly gate: Gate;
  readonly rates: Rates;
  /** It is reached by TLS */
  readonly tls: boolean;
  /** Connections shall not be used again */
  readonly closing: () => boolean;
}

/** The application behind the HTTP server. */
export function createApp(evcc: Evcc, { dialect, gate, rates, tls, closing }: AppOptions): Koa {
  const app = new Koa();
  app.use(compressAnswers());
  app.use(answerFailures(evcc, dialect, closing));
  app.use(tellBrowsers(gate.origins, tls));
  app.use(limitRate(rates));
  app.use(redirectToCleanPath);
  app.use(findPath);
  app.use(checkAccess(gate, evcc.pages));
  app.use(takeBody);
  app.use(showPages(evcc.pages));
  app.use(answerConditionally);
  app.use(createRoutes(evcc, dialect, gate));
  // Failures are answered above; what remains are broken connections.
  app.on('error', (error: Error) => evcc.log.debug(`a client gave up: ${error.message}`));
  return app;
}
