import Type, { type TProperties } from 'typebox';

/** Schema of the option `host` of devices in the local network. */
export const HOST: TProperties[string] = Type.String({
  description: 'Name or address of the device, with its port where that is not the usual one',
  pattern: '^(?:https?://)?(?:[^\\s/:@\\[\\]]+|\\[[0-9a-fA-F:]+\\])(?::\\d{1,5})?/?$',
});

/** The base of a device's addresses, without a slash at the end; `scheme` where the option does not say one. */
export function toBase(host: string, scheme: 'http' | 'https' = 'http'): string {
  return (/^https?:\/\//.test(host) ? host : `${scheme}://${host}`).replace(/\/$/, '');
}
