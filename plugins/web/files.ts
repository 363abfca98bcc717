import { readFile, stat } from 'node:fs/promises';
import type { PageAnswer, PageRequest } from '../../core/index.ts';

/** Answers with the files of a folder, in the smallest form that lies there and the client understands. */

const TYPES: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  json: 'application/json; charset=utf-8',
  png: 'image/png',
  svg: 'image/svg+xml',
  webmanifest: 'application/manifest+json; charset=utf-8',
};

/** Endings of the compressed forms, the smallest first, by their name in HTTP */
const ENCODINGS = { br: '.br', gzip: '.gz' } as const;

/** Names of files in folders, none of them hidden; `..` is none either */
const PATH = /^(\/[\w-][\w.-]*)+$/;

/**
 * Nothing from elsewhere is loaded or asked, and nothing is written into the page that runs. Whoever serves it adds which
 * other pages may frame it, as dashboards do.
 */
const SECURITY = {
  'content-security-policy':
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'",
  'referrer-policy': 'no-referrer',
};

/** `undefined`: there is no such file. */
export async function fileAnswer(folder: URL, { path, headers }: PageRequest): Promise<PageAnswer | undefined> {
  const name = path === '/' ? '/index.html' : path;
  const type = TYPES[name.split('.').at(-1) ?? ''];
  if (type === undefined || !PATH.test(name)) return undefined;
  const accepted = String(headers['accept-encoding'] ?? '');
  const found = (await compressed(folder, name, accepted)) ?? (await fileOf(folder, name));
  if (!found) return undefined;
  return {
    headers: {
      'content-type': type,
      // Names of assets change with their content.
      'cache-control': name.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
      etag: found.etag,
      vary: 'Accept-Encoding',
      ...(found.encoding !== undefined && { 'content-encoding': found.encoding }),
      ...(name.endsWith('.html') && SECURITY),
    },
    body: found.body,
  };
}

interface Found {
  readonly body: Uint8Array;
  readonly etag: string;
  readonly encoding?: string;
}

async function compressed(folder: URL, name: string, accepted: string): Promise<Found | undefined> {
  for (const [encoding, ending] of Object.entries(ENCODINGS)) {
    if (!new RegExp(`\\b${encoding}\\b(?!\\s*;\\s*q=0(\\.0*)?\\s*(,|$))`).test(accepted)) continue;
    const found = await fileOf(folder, `${name}${ending}`);
    if (found) return { ...found, encoding };
  }
  return undefined;
}

async function fileOf(folder: URL, name: string): Promise<Found | undefined> {
  const file = new URL(`.${name}`, folder);
  try {
    const { mtimeMs, size } = await stat(file);
    return {
      body: await readFile(file),
      etag: `"${Math.round(mtimeMs).toString(36)}-${size.toString(36)}-${name.at(-1)}"`,
    };
  } catch {
    return undefined;
  }
}
