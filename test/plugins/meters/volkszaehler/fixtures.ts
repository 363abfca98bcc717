export const UUIDS = {
  power: 'a301d8d0-903b-1234-94bb-d943d061b6a8',
  energy: 'a301d8d0-903b-1234-94bb-d943d061b6a9',
  returnEnergy: 'a301d8d0-903b-1234-94bb-d943d061b6aa',
  l1: 'a301d8d0-903b-1234-94bb-d943d061b6a1',
  l2: 'a301d8d0-903b-1234-94bb-d943d061b6a2',
  l3: 'a301d8d0-903b-1234-94bb-d943d061b6a3',
} as const;

/** As vzlogger's own server answers. */
export const vzlogger = (uuid: string, at: number, value: unknown): object => ({
  version: '0.8.3',
  generator: 'vzlogger',
  data: [{ uuid, last: at, interval: 1, protocol: 'sml', tuples: [[at, value]] }],
});

/** As the middleware answers. */
export const middleware = (uuid: string, at: number, value: unknown): object => ({
  version: '0.3',
  data: { tuples: [[at, value, 1]], uuid, from: at - 1_000, to: at, min: [at, value], max: [at, value], rows: 2 },
});
