/**
 * Keeps the page itself, so that it opens without the server and says that it is away. What the house does is never kept:
 * API and WebSocket always go to the server.
 */
const CACHE = 'page';

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== self.location.origin || /\/(api|ws)(\/|$)/.test(pathname)) return;
  event.respondWith(pathname.includes('/assets/') ? fromCache(request) : fromServer(request));
});

/** Names of assets change with their content: what is there is right. */
async function fromCache(request) {
  const kept = await caches.match(request);
  return kept ?? fromServer(request);
}

async function fromServer(request) {
  const cache = await caches.open(CACHE);
  try {
    const response = await fetch(request);
    if (response.ok) await cache.put(request, response.clone());
    return response;
  } catch (error) {
    const kept = await cache.match(request, { ignoreSearch: true });
    if (kept) return kept;
    throw error;
  }
}
