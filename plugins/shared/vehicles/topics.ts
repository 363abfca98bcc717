import type { DeviceContext } from '../../../core/index.ts';
import type { MqttLink } from '../mqtt.ts';
import { show, toBoolean, toNumber } from '../sources/value.ts';

/** What a car publishes by itself, a topic for each value; what it never said is absent. */
export interface TopicValues {
  number(name: string): number | undefined;
  flag(name: string): boolean | undefined;
  text(name: string): string | undefined;
}

/**
 * The last messages of topics below `prefix`. Values only come when they change, so that they do not get old. Errors: those
 * of the connection, and those of the first of `main` if none of these has a message; `EVCC_DEVICE_PROTOCOL` for a
 * message that is no such value.
 */
export function followTopics(
  link: MqttLink,
  prefix: string,
  names: readonly string[],
  main: readonly string[],
  { fail }: Pick<DeviceContext, 'fail'>,
): (signal: AbortSignal) => Promise<TopicValues> {
  for (const name of names) link.subscribe(prefix + name);
  return async (signal) => {
    const found = new Map<string, string>();
    const failures = new Map<string, unknown>();
    await Promise.all(
      names.map(async (name) => {
        await link.latest(prefix + name, false, signal).then(
          ({ text }) => found.set(name, text.trim()),
          (error: unknown) => failures.set(name, error),
        );
      }),
    );
    if (!main.some((name) => found.has(name))) throw failures.get(main[0] ?? '');
    const read =
      <T>(convert: (text: string) => T | undefined, wanted: string) =>
      (name: string): T | undefined => {
        const text = found.get(name);
        if (text === undefined || text === '' || text === 'nil') return undefined;
        return (
          convert(text) ?? fail('EVCC_DEVICE_PROTOCOL', `MQTT topic ${prefix}${name}: ${show(text)} is not ${wanted}`)
        );
      };
    return {
      number: read((text) => toNumber(text.replace(/(?<=\d)\s*[A-Za-z%]+$/, '')), 'a number'),
      flag: read(toBoolean, 'true or false'),
      text: read((text) => text, 'a text'),
    };
  };
}
