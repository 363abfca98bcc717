import type { Answer } from '../../shared/answer.ts';

/** vzlogger's own server, and the middleware of volkszaehler.org ("API reference", wiki.volkszaehler.org). */

export const APIS = ['vzlogger', 'middleware'] as const;
export type VolkszaehlerApi = (typeof APIS)[number];

/** Where the present value of a channel is. */
export function pathOf(api: VolkszaehlerApi, uuid: string): string {
  return api === 'vzlogger' ? `/${uuid}` : `/data/${uuid}.json?from=now`;
}

/** The newest value of a channel, and when it was measured, in ms since the epoch. */
export function newest(answer: Answer, api: VolkszaehlerApi): { readonly at: number; readonly value: number } {
  const data = answer.at('data');
  const [channel] = api === 'vzlogger' ? data.items() : [data];
  if (!channel) return answer.refuse('there is no such channel');
  const tuples = channel.at('tuples');
  const tuple = tuples.absent ? undefined : tuples.items().at(-1);
  const [at, value] = tuple?.items() ?? [];
  if (!at || !value) return answer.refuse('the channel has no value');
  return { at: at.number(), value: value.number() };
}
