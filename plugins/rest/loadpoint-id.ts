import type { Context } from 'koa';
import { Refusal } from './refusal.ts';

/** Id of the loadpoint in the path, from 1; whether there is one is another question. */
export function loadpointOf(ctx: Context): number {
  const text = String(ctx.params.id);
  if (!/^[1-9]\d{0,5}$/.test(text))
    throw new Refusal(404, `there is no loadpoint "${text.slice(0, 20)}"; they are counted from 1`);
  return Number(text);
}
