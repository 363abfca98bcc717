import type { Middleware } from 'koa';
import type { Problem } from '../../core/index.ts';
import { send } from './answer.ts';
import type { Dialect } from './dialect.ts';

/** Answers everything with what keeps the house from running: a sentence, and each problem with its path in the configuration. */
export function answerStandby(problems: readonly Problem[], dialect: Pick<Dialect, 'failure'>): Middleware {
  const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
  const failure: unknown = JSON.parse(dialect.failure(`the house does not run, its configuration has ${count}`));
  const body = `${JSON.stringify({ ...(failure as object), problems })}\n`;
  return (ctx) => {
    ctx.status = 503;
    send(ctx, body);
  };
}
