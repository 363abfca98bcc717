import Type, { type TObject } from 'typebox';
import type { CustomSource } from '../shared/sources/options.ts';
import { source } from '../shared/sources/source-schema.ts';

/** What stands under `hems` in the configuration. All inputs are optional; where several speak, the lowest limit counts. */
export interface HemsOptions {
  /** Contact of a relay, or W4 of an FNN control box: true while the consumption is limited to `maxPower` */
  limit?: CustomSource;
  /** W, while `limit` is true; default 4200 */
  maxPower?: number;
  /** Contact of an FNN control box: true while nothing may be fed in */
  w3?: CustomSource;
  /** Contact of an FNN control box: true while 30 % may be fed in */
  s2?: CustomSource;
  /** Contact of an FNN control box: true while 60 % may be fed in */
  s1?: CustomSource;
  /** W that may be consumed; 0: no limit */
  consumptionLimit?: CustomSource;
  /** % of the installed PV power that may be fed in; 100: no limit */
  feedInLimit?: CustomSource;
  /** s between two readings of the inputs; default 10 */
  interval?: number;
  /** s for which the last reading of an input that fails holds; default 60 */
  timeout?: number;
  /** s after which limits that are set over REST or MQTT must be set again, 0: never; default 0 */
  commandTimeout?: number;
  /** W that may be consumed while an input for consumption is lost; default 4200 */
  failsafePower?: number;
  /** % that may be fed in while an input for feed-in is lost; default: as it said last */
  failsafeFeedIn?: number;
}

const watts = (description: string, preset: number) =>
  Type.Number({ description, unit: 'W', minimum: 0, maximum: 1_000_000, default: preset });
const seconds = (description: string, least: number, preset: number) =>
  Type.Number({ description, unit: 's', minimum: least, maximum: 86_400, default: preset });

export const schema: TObject = Type.Object({
  limit: Type.Optional(
    source('Contact of a relay, or W4 of an FNN control box: true while the consumption is limited to `maxPower`'),
  ),
  maxPower: Type.Optional(watts('What may be consumed while `limit` is true', 4_200)),
  w3: Type.Optional(source('Contact W3 of an FNN control box: true while nothing may be fed in')),
  s2: Type.Optional(source('Contact S2 of an FNN control box: true while 30 % may be fed in')),
  s1: Type.Optional(source('Contact S1 of an FNN control box: true while 60 % may be fed in')),
  consumptionLimit: Type.Optional(source('W that may be consumed; 0: no limit')),
  feedInLimit: Type.Optional(source('% of the installed PV power that may be fed in; 100: no limit')),
  interval: Type.Optional(seconds('Time between two readings of the inputs', 1, 10)),
  timeout: Type.Optional(seconds('How long the last reading of an input that fails holds', 1, 60)),
  commandTimeout: Type.Optional(
    seconds('Time after which limits that are set over REST or MQTT must be set again; 0: never', 0, 0),
  ),
  failsafePower: Type.Optional(watts('What may be consumed while an input for consumption is lost', 4_200)),
  failsafeFeedIn: Type.Optional(
    Type.Number({
      description: 'What may be fed in while an input for feed-in is lost; by default as it said last',
      unit: '%',
      minimum: 0,
      maximum: 100,
    }),
  ),
});

declare module 'evcc' {
  interface PluginSections {
    /** What the grid operator allows: dimming (§ 14a EnWG) and limited feed-in (§ 9 EEG) */
    hems: HemsOptions;
  }
}
