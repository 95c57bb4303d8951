// The list of an event opens at its door without a network, as it was when it was last read here, and not for longer than
// it is open. Nothing else is kept: other pages pass by.

const CACHE = 'door'
const LIST = /^\/events\/[^/]+\/list$/

self.addEventListener('install', () => self.skipWaiting())
self.addEventListener('activate', event => event.waitUntil(self.clients.claim()))

async function list (request, path) {
  const cache = await caches.open(CACHE)
  try {
    const answer = await fetch(request)
    if (answer.ok) await cache.put(path, answer.clone())
    else if (answer.status < 500) await forget(cache, path) // closed, signed out, or somebody else's
    return answer
  } catch (error) {
    const kept = await cache.match(path)
    if (kept && Date.parse(kept.headers.get('X-Kept-Until')) > Date.now()) return kept
    await forget(cache, path)
    throw error
  }
}

async function forget (cache, path) { // the page, and the list as the house last told it
  await Promise.all([cache.delete(path), cache.delete(`${path}/marks`)])
}

async function asset (request) {
  return (await caches.match(request, { cacheName: CACHE })) ?? fetch(request)
}

self.addEventListener('fetch', event => {
  const path = new URL(event.request.url).pathname
  if (event.request.method !== 'GET') return
  if (event.request.mode === 'navigate' && LIST.test(path)) event.respondWith(list(event.request, path))
  else if (path.startsWith('/static/')) event.respondWith(asset(event.request))
})
