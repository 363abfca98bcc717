import Koa from 'koa';
import type { Evcc } from '../../core/index.ts';
import type { Dialect } from './dialect.ts';
import { answerFailures, checkOrigin, readRequest } from './middleware.ts';
import type { Origins } from './origins.ts';
import { showPages } from './pages.ts';
import { createRoutes } from './routes.ts';

/** The application behind the HTTP server; `closing` tells that connections shall not be used again. */
export function createApp(evcc: Evcc, dialect: Dialect, origins: Origins, closing: () => boolean): Koa {
  const app = new Koa();
  app.use(answerFailures(evcc, dialect, closing));
  app.use(checkOrigin(origins));
  app.use(readRequest);
  app.use(showPages(evcc.pages));
  app.use(createRoutes(evcc, dialect, origins));
  // Failures are answered above; what remains are broken connections.
  app.on('error', (error: Error) => evcc.log.debug(`a client gave up: ${error.message}`));
  return app;
}
