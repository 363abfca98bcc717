import type { RequestListener } from 'node:http';
import Koa from 'koa';
import type { Evcc } from '../../core/index.ts';
import type { Sender } from './client.ts';
import { compressAnswers } from './compress.ts';
import { answerConditionally } from './conditional.ts';
import type { Dialect } from './dialect.ts';
import type { Gate } from './gate.ts';
import {
  answerFailures,
  browserFields,
  checkAccess,
  findPath,
  limitRate,
  takeBody,
  tellBrowsers,
} from './middleware.ts';
import { redirectToCleanPath } from './moved.ts';
import { showPages } from './pages.ts';
import type { Rates } from './rates.ts';
import { createRouteList, createRoutes } from './routes.ts';
import { createShortcut } from './shortcut.ts';
import { answerStandby } from './standby.ts';
import { createTurns } from './turns.ts';

export interface AppOptions {
  readonly dialect: Dialect;
  readonly gate: Gate;
  readonly rates: Rates;
  readonly sender: Sender;
  /** It is reached by TLS */
  readonly tls: boolean;
  /** Connections shall not be used again */
  readonly closing: () => boolean;
}

/** The application behind the HTTP server. */
export function createApp(evcc: Evcc, { dialect, gate, rates, sender, tls, closing }: AppOptions): RequestListener {
  const routes = createRouteList(evcc, dialect, gate);
  const fields = browserFields(gate.origins, tls);
  const app = new Koa();
  app.use(compressAnswers());
  app.use(answerFailures(evcc, dialect, closing));
  app.use(tellBrowsers(gate.origins, fields));
  app.use(limitRate(rates, sender));
  app.use(redirectToCleanPath);
  app.use(findPath);
  app.use(checkAccess(gate, evcc.pages));
  app.use(takeBody(evcc.clock));
  app.use(showPages(evcc.pages, gate.origins.frames));
  if (evcc.standby) app.use(answerStandby(evcc.standby, dialect));
  app.use(answerConditionally);
  app.use(createRoutes(routes, createTurns(evcc.clock)));
  // Failures are answered above; what remains are broken connections.
  app.on('error', (error: Error) => evcc.log.debug(`a client gave up: ${error.message}`));
  const answer = app.callback();
  if (evcc.standby) return (request, response) => void answer(request, response);
  const shortcut = createShortcut({ routes: routes(), gate, rates, sender, fields, closing });
  return (request, response) => {
    if (!shortcut(request, response)) void answer(request, response);
  };
}
