import { readFileSync } from 'node:fs';

/** The version in the manifest, which lies beside `core/` in the source and when built. */
export function readVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  return String((manifest as { readonly version?: unknown }).version);
}
