import type { Context } from 'koa';

export const JSON_TYPE = 'application/json; charset=UTF-8';

/** Answers with a JSON text. */
export function send(ctx: Context, text: string): void {
  sendBytes(ctx, Buffer.from(text));
}

/** Answers with a JSON text that is encoded already. */
export function sendBytes(ctx: Context, bytes: Buffer): void {
  ctx.set('Content-Type', JSON_TYPE);
  ctx.body = bytes;
}
