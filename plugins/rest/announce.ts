import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { RestService } from '../shared/rest-service.ts';

/** Addresses under which a listening server is reached from this machine and, if it listens there, from the network. */
export function baseUrls({ address, port }: AddressInfo, tls: boolean): readonly string[] {
  const toUrl = (host: string): string =>
    `${tls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${port}`;
  if (address !== '::' && address !== '0.0.0.0') return [toUrl(address)];
  const inNetwork = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter((each) => !each.internal && each.family === 'IPv4');
  return ['localhost', ...inNetwork.map((each) => each.address)].slice(0, 3).map(toUrl);
}

/** What other plugins need to know of a listening server. */
export function toService(address: AddressInfo, tls: boolean): RestService {
  const urls = baseUrls(address, tls);
  const local = /^(127\.|::1$)/.test(address.address);
  return { port: address.port, secure: tls, local, urls: [...urls.slice(1), ...urls.slice(0, 1)] };
}
