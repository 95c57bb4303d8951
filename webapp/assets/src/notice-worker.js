// Shows notices and leads to what they are about. It stands between no page and the server, and keeps nothing.
self.addEventListener('push', event => {
  const said = event.data?.json() ?? {}
  if (!said.title) return
  const shown = { tag: said.tag, lang: said.lang, data: { url: said.url } }
  event.waitUntil(self.registration.showNotification(said.title, shown))
})

self.addEventListener('notificationclick', event => {
  event.notification.close()
  event.waitUntil(open(event.notification.data?.url ?? '/'))
})

async function open (path) {
  const url = new URL(path, self.location.origin)
  if (url.origin !== self.location.origin) return
  const windows = await self.clients.matchAll({ type: 'window', includeUncontrolled: true })
  const there = windows.find(each => each.url === url.href)
  await (there ? there.focus() : self.clients.openWindow(url.href))
}
