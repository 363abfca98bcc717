import { createHash } from 'node:crypto';
import type { Middleware } from 'koa';

/** Types of what is worth asking for again */
const TYPES = /^(application\/json|text\/csv)/;

/** Marks what is read by its content, and answers clients that have it already with 304. */
export const answerConditionally: Middleware = async (ctx, next) => {
  await next();
  const { body, method, response, status } = ctx;
  if ((method !== 'GET' && method !== 'HEAD') || status !== 200 || ctx.res.hasHeader('ETag')) return;
  if (!Buffer.isBuffer(body) || !TYPES.test(response.get('Content-Type'))) return;
  ctx.set('ETag', `W/"${createHash('sha1').update(body).digest('base64url')}"`);
  if (ctx.fresh) ctx.status = 304;
};
