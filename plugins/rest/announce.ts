import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';

/** Addresses under which a listening server is reached from this machine and, if it listens there, from the network. */
export function baseUrls({ address, port }: AddressInfo): readonly string[] {
  const toUrl = (host: string): string => `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  if (address !== '::' && address !== '0.0.0.0') return [toUrl(address)];
  const inNetwork = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter((each) => !each.internal && each.family === 'IPv4');
  return ['localhost', ...inNetwork.map((each) => each.address)].slice(0, 3).map(toUrl);
}
